"""Byar's and the exact Poisson interval against published figures, SciPy and cases by hand."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from insight_pipeline.indicators.statistics.rates import rate
from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.vectors import (
    LIMITS,
    Record,
    SharedPath,
    agreeing,
    figure,
    published,
)

LABELS = ["statistic", "method"]
ORDER = ("lower998", "lower95", "value", "upper95", "upper998")
SIDES = pl.col("^(lower|upper).*$")
few = settings(max_examples=6, deadline=None, derandomize=True)


def one(x: float | None, n: float | None, **options: object) -> dict[str, object]:
    """The figure of one row."""
    data = pl.DataFrame({"numerator": [x], "denominator": [n]})
    return rate(data, **options).row(0, named=True)  # type: ignore[arg-type]


def limited(counts: list[float], level: float) -> pl.DataFrame:
    """Limits of bare counts."""
    data = pl.DataFrame({"numerator": counts}, strict=False).with_columns(denominator=1)
    return rate(data, multiplier=1, confidence=level)


@pytest.mark.shared
def test_figures_equal_the_published_ones(shared_path: SharedPath, record_property: Record) -> None:
    counted = 0
    for (multiplier,), rows in published(shared_path, "rate").group_by("multiplier"):
        assert isinstance(multiplier, int)
        inputs = rows.select("Area", "Numerator", "Denominator")
        found = rate(inputs, "Numerator", "Denominator", multiplier=multiplier)
        counted += agreeing(found, rows, LIMITS)
        assert found.select(LABELS).equals(rows.select(LABELS))
    figure(record_property, "rate.csv", counted, "in Python")


@pytest.mark.shared
def test_figures_in_sql_equal_the_published_ones(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    rows = published(shared_path, "rate").with_row_index()
    arguments = '"Numerator", "Denominator", multiplier'
    found = ask(
        f"""
        select
            crude_rate_value({arguments}) as value,
            crude_rate_lower({arguments}, 0.95) as lower95,
            crude_rate_upper({arguments}, 0.95) as upper95,
            crude_rate_lower({arguments}, 0.998) as lower998,
            crude_rate_upper({arguments}, 0.998) as upper998,
            rate_method("Numerator") as method
        from t order by index
        """,
        t=rows,
    )
    assert found["method"].equals(rows["method"])
    figure(record_property, "rate.csv", agreeing(found, rows, LIMITS), "in SQL")


@pytest.mark.shared
def test_rows_of_a_group_are_added_up_first(
    shared_path: SharedPath, record_property: Record
) -> None:
    expected = published(shared_path, "rate_grouped").sort("Area")
    rows = published(shared_path, "rate").select("Area", "Numerator", "Denominator")
    found = rate(rows, "Numerator", "Denominator", by=["Area"], confidence=0.95)
    columns = {"value": "value", "lower95": "lowercl", "upper95": "uppercl"}
    counted = agreeing(found, expected, columns)
    labels = [*LABELS, "confidence", "Area"]
    assert found.select(labels).equals(expected.select(labels))
    figure(record_property, "rate_grouped.csv", counted)


@few
@given(
    counts=st.lists(st.one_of(st.integers(0, 9), st.floats(0, 9.99)), min_size=1, max_size=40),
    level=st.sampled_from([0.9, 0.95, 0.975, 0.99, 0.998, 0.9999]),
)
def test_limits_below_ten_events_are_exact(counts: list[float], level: float) -> None:
    found = limited(counts, level)
    assert set(found["method"]) == {"Exact"}
    for x, limits in zip(counts, found.select(SIDES).rows(), strict=True):
        lower = chi2.ppf((1 - level) / 2, 2 * x) / 2 if x else 0.0
        upper = chi2.isf((1 - level) / 2, 2 * x + 2) / 2
        assert limits == pytest.approx((lower, upper), rel=1e-9, abs=1e-300)


@few
@given(
    counts=st.lists(st.integers(10, 10**9), min_size=1, max_size=40),
    level=st.sampled_from([0.9, 0.95, 0.99, 0.998]),
)
def test_limits_from_ten_events_are_byars(counts: list[float], level: float) -> None:
    z = float(norm.ppf(0.5 + level / 2))
    found = limited(counts, level)
    assert set(found["method"]) == {"Byars"}
    for x, limits in zip(counts, found.select(SIDES).rows(), strict=True):
        lower = x * (1 - 1 / (9 * x) - z / (3 * math.sqrt(x))) ** 3
        upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * math.sqrt(x + 1))) ** 3
        assert limits == pytest.approx((lower, upper), rel=1e-12)


@few
@given(
    counts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**9)), min_size=1),
    multiplier=st.sampled_from([1, 1e5, 0.1]),
)
def test_limits_are_ordered_widen_with_confidence_and_scale(
    counts: list[tuple[int, int]], multiplier: float
) -> None:
    data = pl.DataFrame(counts, schema=["numerator", "denominator"], orient="row")
    found = rate(data, multiplier=multiplier).select(ORDER)
    plain = rate(data, multiplier=1).select(ORDER)
    for numbers, unscaled in zip(found.rows(), plain.rows(), strict=True):
        assert list(numbers) == sorted(numbers)
        assert numbers == pytest.approx([number * multiplier for number in unscaled])


def test_no_events_have_a_lower_limit_of_nought_and_an_upper_one_by_hand() -> None:
    found = one(0, 1000, multiplier=1000)
    assert found["value"] == found["lower95"] == found["lower998"] == 0
    assert found["upper95"] == pytest.approx(-math.log(0.025), rel=1e-12)
    assert found["upper998"] == pytest.approx(-math.log(0.001), rel=1e-12)


def test_ten_events_are_the_first_with_byars_limits() -> None:
    assert one(9, 10)["method"] == one(9.999, 10)["method"] == "Exact"
    assert one(10, 10)["method"] == "Byars"


def test_events_may_outnumber_people() -> None:
    assert one(150, 100, multiplier=1)["value"] == 1.5


def test_a_null_has_neither_figures_nor_a_method() -> None:
    found = one(None, 10)
    assert [found[name] for name in (*ORDER, "method")] == [None] * 6
    assert one(5, None)["value"] is None


@pytest.mark.parametrize("kind", ["bigint", "hugeint", "double", "decimal(18, 2)", "utinyint"])
@pytest.mark.parametrize("x", [0, 9, 10, 200])
def test_limits_of_a_count_do_not_depend_on_its_type(ask: Ask, kind: str, x: int) -> None:
    query = "select rate_lower({0}, 0.95) as l, rate_upper({0}, 0.95) as u, rate_method({0}) as m"
    assert ask(query.format(f"{x}::{kind}")).equals(ask(query.format(x)))


@pytest.mark.parametrize("x", ["-1", "null", "'nan'::double", "'inf'::double"])
def test_an_impossible_count_has_neither_limits_nor_a_method_in_sql(ask: Ask, x: str) -> None:
    found = ask(
        f"select rate_lower({x}, 0.95) as l, rate_upper({x}, 0.95) as u, rate_method({x}) as m, "
        f"crude_rate_value({x}, 10, 1) as v, crude_rate_value(1, {x}, 1) as w"
    )
    assert found.row(0) == (None,) * 5
