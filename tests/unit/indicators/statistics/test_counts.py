"""Bare limits against published figures and SciPy."""

from __future__ import annotations

import polars as pl
import pytest
from scipy.stats import chi2

from insight_pipeline.indicators.statistics.counts import byar, exact_poisson, wilson
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.vectors import (
    Record,
    SharedPath,
    agreeing,
    figure,
    published,
)

COUNTS = (0, 0.5, 1, 2, 7.25, 9, 10, 99, 499, 500, 501, 12_345, 10**6)


@pytest.mark.shared
def test_limits_equal_the_published_ones(
    shared_path: SharedPath, ask: Ask, record_property: Record
) -> None:
    rows = published(shared_path, "interval_primitives")
    families = {"Byars": (byar, "poisson_byar", "x"), "Wilson": (wilson, "wilson", "x, n")}
    counted = 0
    for index, row in enumerate(rows.iter_rows(named=True)):
        function, macro, arguments = families[row["method"]]
        level = round(row["confidence"], 3)
        one = pl.DataFrame({"x": [row["x"]], "n": [row["n"]]})
        named = function(one, confidence=level)
        sql = ask(
            f"select {macro}_lower({arguments}, {level}) as l,"
            f" {macro}_upper({arguments}, {level}) as u from t",
            t=one.cast(pl.Float64),
        )
        assert named["method"].item() == row["method"]
        limits = named.select(pl.col("^lower.*$").alias("l"), pl.col("^upper.*$").alias("u"))
        expected = rows.filter(pl.int_range(pl.len()) == index).select("lowercl", "uppercl")
        for found in (limits, sql):
            counted += agreeing(found, expected, {"l": "lowercl", "u": "uppercl"})
    figure(record_property, "interval_primitives.csv", counted, "half of them in SQL")


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99, 0.998, 0.9999])
def test_exact_limits_of_any_count_equal_scipys(level: float) -> None:
    found = exact_poisson(pl.DataFrame({"x": COUNTS}, strict=False), confidence=level)
    lower, upper = (found[name].to_list() for name in found.columns[1:3])
    tail = (1 - level) / 2
    expected = [float(chi2.ppf(tail, 2 * x) / 2) if x else 0.0 for x in COUNTS]
    assert lower == pytest.approx(expected, rel=2e-11)
    assert upper == pytest.approx([float(chi2.isf(tail, 2 * x + 2) / 2) for x in COUNTS], rel=2e-11)


def test_byars_lower_limit_is_null_where_its_formula_falls_below_nought() -> None:
    found = byar(pl.DataFrame({"x": [0, 1, 2]}))
    assert found["lower95"].is_null().to_list() == [True, False, False]
    assert found["lower998"].is_null().to_list() == [True, True, False]


def test_negative_counts_and_shares_over_one_are_refused() -> None:
    for refused in (byar, exact_poisson, wilson):
        with pytest.raises(InsightError, match="greater than or equal to zero"):
            refused(pl.DataFrame({"x": [-1], "n": [2]}))
    with pytest.raises(InsightError, match="less than or equal to denominator"):
        wilson(pl.DataFrame({"x": [3], "n": [2]}))
    with pytest.raises(InsightError, match="sample sizes"):
        wilson(pl.DataFrame({"x": [0], "n": [0]}))


def test_the_tables_for_published_levels_are_what_scipy_gives_today(ask: Ask) -> None:
    for level in (0.95, 0.998):
        for x in range(10):
            tail = (1 - level) / 2
            lower = float(chi2.ppf(tail, 2 * x) / 2) if x else 0.0
            upper = float(chi2.ppf((1 + level) / 2, 2 * x + 2) / 2)
            found = ask(
                f"select poisson_exact_lower({x}, {level}) as l,"
                f" poisson_exact_upper({x}, {level}) as u"
            )
            assert found.row(0) == pytest.approx((lower, upper), rel=1e-14)


def test_the_search_gives_what_the_tables_hold(ask: Ask) -> None:
    found = ask(
        "select max(abs(poisson_solved_lower(x, 0.025) / poisson_exact_lower(x, 0.95) - 1)) as l,"
        " max(abs(poisson_solved_upper(x, 0.001, poisson_byar_upper(x, 0.998))"
        " / poisson_exact_upper(x, 0.998) - 1)) as u from range(1, 10) as t(x)"
    )
    assert max(found.row(0)) < 1e-12
