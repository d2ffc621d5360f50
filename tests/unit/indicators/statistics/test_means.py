"""Student's interval against published figures, SciPy and cases by hand."""

from __future__ import annotations

import math
import re
from statistics import fmean, stdev

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from insight_pipeline.indicators.statistics.means import mean
from tests.conftest import ROOT
from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.vectors import (
    LIMITS,
    Record,
    SharedPath,
    agreeing,
    figure,
    published,
)

SUMS = {"value_sum": "value_sum", "value_count": "value_count", "stdev": "stdev"}
FUNCTIONS = ROOT / "dbt_like_sql" / "functions"
few = settings(max_examples=5, deadline=None, derandomize=True)


@pytest.mark.shared
def test_figures_equal_the_published_ones(shared_path: SharedPath, record_property: Record) -> None:
    values, expected = (
        published(shared_path, "mean_values"),
        published(shared_path, "mean_expected"),
    )
    everything = mean(values, "values").with_columns(area=pl.lit("No grouping"))
    found = pl.concat(
        [mean(values, "values", by=["area"]), everything.select("area", pl.exclude("area"))]
    )
    assert found.select("area", "statistic", "method").equals(
        expected.select("area", "statistic", "method")
    )
    counted = agreeing(found, expected, {**SUMS, **LIMITS})
    figure(record_property, "mean_expected.csv", counted, "in Python")


@pytest.mark.shared
def test_figures_in_sql_equal_the_published_ones(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    expected = published(shared_path, "mean_expected").head(2)
    found = ask(
        """
        select
            mean_value(x) as value,
            mean_lower(x, 0.95) as lower95,
            mean_upper(x, 0.95) as upper95,
            mean_lower(x, 0.998) as lower998,
            mean_upper(x, 0.998) as upper998
        from t group by area order by area
        """,
        t=published(shared_path, "mean_values").rename({"values": "x"}),
    )
    counted = agreeing(found, expected, LIMITS)
    figure(record_property, "mean_expected.csv", counted, "in SQL")


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99, 0.998, 0.9999])
def test_the_t_quantile_equals_scipys_at_every_number_of_degrees(ask: Ask, level: float) -> None:
    degrees = [*range(1, 130), 250, 500, 998, 999, 1000, 1001, 5000, 10**6, 10**9]
    query = f"select df, t_quantile(df, {level}) as t from d order by df"
    found = ask(query, d=pl.DataFrame({"df": degrees}))
    expected = student.ppf(0.5 + level / 2, degrees)
    assert np.max(np.abs(found["t"].to_numpy() / expected - 1)) < 5e-11


def test_points_and_weights_of_the_integral_are_those_of_gauss_and_legendre() -> None:
    text = (FUNCTIONS / "student_t_share.sql").read_text(encoding="utf-8")
    numbers = [float(number) for number in re.findall(r"0\.\d{6,}e0", text)]
    points, weights = np.polynomial.legendre.leggauss(20)
    assert numbers == pytest.approx([*((points + 1) / 2), *(weights / 2)], rel=1e-14)


def test_impossible_degrees_and_levels_have_no_quantile(ask: Ask) -> None:
    calls = ("0, 0.95", "-1, 0.95", "null, 0.95", "5, 0.8", "5, 1", "5, 100", "5000, 2")
    found = ask(
        f"select {', '.join(f't_quantile({call}) as c{i}' for i, call in enumerate(calls))}"
    )
    assert found.row(0) == (None,) * len(calls)


@few
@given(values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_limits_equal_the_textbook(values: list[float]) -> None:
    found = mean(pl.DataFrame({"value": values})).row(0, named=True)
    margin = student.ppf(0.975, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    assert found["value"] == pytest.approx(fmean(values), rel=1e-9, abs=1e-9)
    assert found["upper95"] - found["value"] == pytest.approx(margin, rel=1e-7, abs=1e-8)
    assert found["value"] - found["lower95"] == pytest.approx(margin, rel=1e-7, abs=1e-8)


def test_the_order_of_the_rows_changes_no_digit() -> None:
    values = pl.Series("value", np.random.default_rng(5).lognormal(3, 4, 1000))
    shuffled = pl.DataFrame({"value": values.sample(fraction=1, shuffle=True, seed=3)})
    assert mean(shuffled).equals(mean(pl.DataFrame({"value": values})))


def test_a_mean_far_from_nought_keeps_the_digits_of_its_spread() -> None:
    found = mean(pl.DataFrame({"value": [1e9 + 1, 1e9 + 2, 1e9 + 3]})).row(0, named=True)
    assert found["stdev"] == pytest.approx(1, rel=1e-12)


def test_one_value_has_a_mean_and_no_limits() -> None:
    found = mean(pl.DataFrame({"value": [7]})).row(0, named=True)
    assert (found["value"], found["value_count"], found["stdev"]) == (7, 1, None)
    assert [found[name] for name in LIMITS][1:] == [None] * 4


def test_equal_values_have_limits_at_the_mean() -> None:
    found = mean(pl.DataFrame({"value": [3, 3, 3]})).row(0, named=True)
    assert [found[name] for name in LIMITS] == [3] * 5


def test_a_null_among_the_values_leaves_no_figures() -> None:
    data = pl.DataFrame({"g": ["a", "a", "a", "b", "b"], "value": [1, None, 3, 1, 2]})
    found = mean(data, by=["g"])
    assert found["value"].to_list() == [None, 1.5]
    assert found.filter(pl.col("g") == "a").select(*SUMS, *LIMITS).row(0) == (
        None,
        3,
        *[None] * 6,
    )


def test_no_rows_have_no_mean() -> None:
    assert mean(pl.DataFrame({"value": []}, schema={"value": pl.Float64})).height == 0


def test_sample_deviation_from_sums_is_that_of_the_values(ask: Ask) -> None:
    values = pl.DataFrame({"x": [3, 5, 9, 9, 14]})
    query = "select sample_deviation(count(*), sum(x), sum(x * x)) as s, stddev_samp(x) as d from t"
    found = ask(query, t=values).row(0)
    assert found[0] == pytest.approx(found[1], rel=1e-14)
    assert ask(query, t=values.head(1)).row(0) == (None, None)


def test_mean_margin_gives_the_same_limits_from_sums(ask: Ask) -> None:
    query = """
        select mean_upper(x, 0.95) as upper, sum(x) * 1e0 / count(*) + mean_margin(
            sample_deviation(count(*), sum(x), sum(x * x)), count(*), 0.95
        ) as stored
        from t
    """
    upper, stored = ask(query, t=pl.DataFrame({"x": [3, 5, 9, 9, 14]})).row(0)
    assert stored == pytest.approx(upper, rel=1e-14)
