"""Limits that are drawn are those that flags are judged by (macros funnel_* of functions/)."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.publication.site.funnel_limits import funnel_limits
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT

SIDES = ("low_998", "low_95", "high_95", "high_998")


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    install_macros(connection, load_macros(ROOT / "dbt_like_sql" / "functions"))
    return connection


@pytest.mark.parametrize("average", [0.02, 0.29, 0.5, 0.97])
@pytest.mark.parametrize("size", [5, 60, 4000])
def test_limits_of_a_proportion_are_those_of_the_macros(
    macros: duckdb.DuckDBPyConnection, average: float, size: float
) -> None:
    limits = funnel_limits("proportion", average * 100, 100)
    assert limits is not None
    expected = macros.execute(
        "select funnel_proportion_lower($a, $n, 100, 0.998), "
        "funnel_proportion_lower($a, $n, 100, 0.95), "
        "funnel_proportion_upper($a, $n, 100, 0.95), funnel_proportion_upper($a, $n, 100, 0.998)",
        {"a": average, "n": size},
    ).fetchall()[0]
    assert limits(size) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("statistic", ["rate", "isr", "dsr"])
@pytest.mark.parametrize("expected", [0.7, 8.0, 40.0, 900.0])
def test_a_rate_just_inside_a_limit_is_not_flagged_and_one_just_outside_is(
    macros: duckdb.DuckDBPyConnection, statistic: str, expected: float
) -> None:
    size, multiplier = 1000.0, 100
    average = expected / size
    limits = funnel_limits(statistic, average * multiplier, multiplier)
    assert limits is not None
    for place, limit in zip(SIDES, limits(size), strict=True):
        events, away = limit * size / multiplier, 1 if place.startswith("high") else -1
        if events < 1 or 9 < events < 11:  # beside the change from exact to Byar's limits
            continue
        inside, outside = (
            macros.execute(
                "select funnel_rate_flag($x, $n, $a)", {"x": x, "n": size, "a": average}
            ).fetchall()[0][0]
            for x in (events * (1 - 1e-4 * away), events * (1 + 1e-4 * away))
        )
        assert inside != outside, place


@given(
    statistic=st.sampled_from(["proportion", "rate"]),
    centre=st.floats(0.5, 95),
    size=st.floats(3, 1e5),
)
@settings(deadline=None)
def test_limits_lie_in_order_around_the_average(statistic: str, centre: float, size: float) -> None:
    limits = funnel_limits(statistic, centre, 100)
    assert limits is not None
    found = limits(size)
    assert sorted(found) == list(found) and found[1] <= centre * 1.0000001 <= found[2] * 1.000001


@pytest.mark.parametrize("statistic", ["mean", "count"])
def test_statistics_without_a_funnel_have_none(statistic: str) -> None:
    assert funnel_limits(statistic, 3.0, 1) is None


def test_an_average_of_nothing_has_no_funnel_of_rates() -> None:
    assert funnel_limits("rate", 0.0, 1000) is None


@pytest.mark.parametrize("statistic", ["proportion", "rate", "isr", "dsr"])
@pytest.mark.parametrize("size", [6.0, 40.0, 900.0])
@pytest.mark.parametrize("tau_squared", [0.0, 0.004, 0.3])
def test_widened_limits_are_the_wider_of_those_of_chance_and_of_the_macros(
    macros: duckdb.DuckDBPyConnection, statistic: str, size: float, tau_squared: float
) -> None:
    centre, multiplier = 30.0, 100
    narrow = funnel_limits(statistic, centre, multiplier)
    wide = funnel_limits(statistic, centre, multiplier, tau_squared)
    assert narrow and wide
    calls = [
        f"dispersion_{side}('{statistic}', $n, 0.3, $tau, 100, {level})"
        for side, level in (("lower", 0.998), ("lower", 0.95), ("upper", 0.95), ("upper", 0.998))
    ]
    between = macros.execute(
        f"select {', '.join(calls)}", {"n": size, "tau": tau_squared}
    ).fetchall()[0]
    choose = (min, min, max, max)
    expected = [
        one(pair) for one, pair in zip(choose, zip(narrow(size), between, strict=True), strict=True)
    ]
    assert wide(size) == pytest.approx(expected, rel=1e-9)
    assert list(wide(size)) == sorted(wide(size))
