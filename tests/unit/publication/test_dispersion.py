"""Funnels of public figures: how much units vary beyond chance, and who is flagged for it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.statistics.dispersion import funnel_dispersion
from insight_pipeline.publication.judgement import judge

Headers = dict[str, IndicatorHeader]
Unit = tuple[str, int | None, float | None]
ORDINARY = "PHEindicatormethods"
WIDENED = "PHEindicatormethods, widened by additive random effects"


def shown(
    units: Iterable[Unit], kind: str = "unit", year: int = 2024, polarity: str = "lower_is_better"
) -> pl.DataFrame:
    """Public ratios of units (code, observed, expected; None where withheld) and their total."""
    rows = [("all", sum(x or 0 for _, x, _ in units), sum(e or 0 for _, _, e in units)), *units]
    return pl.DataFrame(
        [
            {
                "indicator_id": "kept",
                "period_from": f"{year}-04-01",
                "period_to": f"{year + 1}-03-31",
                "area_code": "E06900001",
                "provider_id": "all",
                "breakdown_type": "total" if place == 0 else kind,
                "breakdown": code,
                "numerator": x,
                "denominator": None if x is None else 4 * x + 1,
                # The total's expected number is what was observed: it is 100 by definition.
                "basis": x if place == 0 else e,
                "value": None if x is None or not e else 100 * x / e if place else 100.0,
                "polarity": polarity,
                "statistic": "isr",
            }
            for place, (code, x, e) in enumerate(rows)
        ],
        infer_schema_length=None,
    ).with_columns(
        pl.col("period_from", "period_to").str.to_date(),
        pl.col("numerator", "denominator").cast(pl.Int64),
        pl.col("basis", "value").cast(pl.Float64),
    )


def judged(
    connection: duckdb.DuckDBPyConnection, headers: Headers, figures: pl.DataFrame, columns: str
) -> dict[str, Any]:
    """Breakdown → what its judgement says in `columns`, of all but the total."""
    connection.register("shown", figures)
    connection.execute(
        """
        create or replace temp table public_figure as
        select
            * exclude (value), value::decimal(18, 2) as value,
            (100 * rate_lower(numerator, 0.95) / basis)::decimal(18, 2) as lower95,
            (100 * rate_upper(numerator, 0.95) / basis)::decimal(18, 2) as upper95,
            null::varchar as shorthand, false as is_not_mature
        from shown
        """
    )
    judge(connection, headers)
    query = f"select breakdown, {columns} from public_judgement where breakdown_type <> 'total'"
    rows = connection.execute(query).fetchall()
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in rows}


def spread(away: float, count: int = 12) -> list[Unit]:
    """Units of 40 expected events, in turn so far above and below what was expected."""
    return [
        (f"u{number:02}", round(40 * (1 + away * (-1) ** number)), 40.0) for number in range(count)
    ]


def test_units_that_all_vary_much_are_not_each_blamed_for_it(
    connection: duckdb.DuckDBPyConnection, headers: Headers
) -> None:
    columns = "funnel_flag, funnel_method, funnel_groups, compared_outcome, compare_method"
    found = judged(connection, headers, shown(spread(0.5)), columns)
    assert set(found.values()) == {("Not significant", WIDENED, 12, "similar", "funnel")}


def test_the_release_says_what_the_python_function_says(
    connection: duckdb.DuckDBPyConnection, headers: Headers
) -> None:
    units = [*spread(0.4, 13), ("far", 160, 44.0)]
    found = judged(connection, headers, shown(units), "dispersion, tau_squared")
    rows = pl.DataFrame({"numerator": [u[1] for u in units], "denominator": [u[2] for u in units]})
    expected = funnel_dispersion(rows, "isr").row(0)[2:]
    assert set(found.values()) == {(Decimal(f"{expected[0]:.4f}"), Decimal(f"{expected[1]:.6f}"))}


def test_a_unit_far_from_many_like_ones_is_flagged_and_called_worse(
    connection: duckdb.DuckDBPyConnection, headers: Headers
) -> None:
    units: list[Unit] = [*spread(0.05), ("far", 88, 40.0)]
    columns = "funnel_flag, compared_outcome, funnel_method, tau_squared"
    found = judged(connection, headers, shown(units), columns)
    assert found.pop("far") == ("High (0.001)", "worse", ORDINARY, 0)
    assert set(found.values()) == {("Not significant", "similar", ORDINARY, 0)}


@pytest.mark.parametrize(
    ("polarity", "word"), [("higher_is_better", "better"), ("neutral", "higher")]
)
def test_what_lies_beyond_the_funnel_is_named_by_polarity(
    connection: duckdb.DuckDBPyConnection, headers: Headers, polarity: str, word: str
) -> None:
    units: list[Unit] = [*spread(0.05), ("far", 88, 40.0)]
    found = judged(connection, headers, shown(units, polarity=polarity), "compared_outcome")
    assert found["far"] == word


def test_fewer_than_ten_units_stand_in_an_ordinary_funnel_that_says_so(
    connection: duckdb.DuckDBPyConnection, headers: Headers
) -> None:
    columns = "funnel_method, funnel_groups, dispersion, tau_squared"
    found = judged(connection, headers, shown(spread(0.5, 9)), columns)
    assert set(found.values()) == {(ORDINARY, 9, None, None)}


def test_a_withheld_unit_is_in_no_funnel_and_nothing_is_said_of_it(
    connection: duckdb.DuckDBPyConnection, headers: Headers
) -> None:
    units: list[Unit] = [*spread(0.5, 9), ("small", None, None), ("tiny", None, None)]
    columns = "funnel_flag, compared_outcome, funnel_groups, tau_squared"
    found = judged(connection, headers, shown(units), columns)
    assert found["small"] == found["tiny"] == (None, "not_compared", None, None)
    assert found["u00"][2:] == (9, None), "eleven units, of which nine are seen"


def test_funnels_of_other_years_are_funnels_of_their_own(
    connection: duckdb.DuckDBPyConnection, headers: Headers
) -> None:
    two = pl.concat([shown(spread(0.5)), shown(spread(0.0), year=2025)])
    judged(connection, headers, two, "breakdown")
    query = (
        "select distinct year(period_from), tau_squared > 0 from public_judgement "
        "where tau_squared is not null order by all"
    )
    assert connection.execute(query).fetchall() == [(2024, True), (2025, False)]


@pytest.mark.parametrize("kind", ["area", "provider"])
def test_wards_and_providers_are_widened_alike_and_still_compared_by_their_intervals(
    connection: duckdb.DuckDBPyConnection, headers: Headers, kind: str
) -> None:
    columns = "funnel_flag, funnel_method, compare_method, compared_outcome"
    found = judged(connection, headers, shown(spread(0.5), kind), columns)
    assert {row[:3] for row in found.values()} == {("Not significant", WIDENED, "ci_vs_value")}
    assert {row[3] for row in found.values()} == {"worse", "better"}


@pytest.mark.parametrize("kind", ["pathway", "service", "sex", "age_band"])
def test_groups_that_are_not_alike_are_no_funnel(
    connection: duckdb.DuckDBPyConnection, headers: Headers, kind: str
) -> None:
    found = judged(connection, headers, shown(spread(0.5), kind), "funnel_flag, funnel_groups")
    assert set(found.values()) == {(None, None)}


# Fourteen units as unlike as life makes them: starts a year, and the share of them that are old.
SIZES = np.array([300, 240, 200, 180, 160, 150, 140, 130, 120, 110, 100, 90, 60, 50])
OLD = np.array([0.1, 0.8, 0.3, 0.5, 0.2, 0.9, 0.4, 0.6, 0.3, 0.7, 0.2, 0.5, 0.9, 0.1])
RISK_YOUNG, RISK_OLD = 0.15, 0.45
FAILING, HARD = 4, 5


def borough(
    rng: np.random.Generator,
    *,
    failing: float = 1.0,
    adjusted: bool = True,
    shares: npt.NDArray[np.float64] = OLD,
) -> list[Unit]:
    """A year's units with the same true rates at each age; one may fail `failing` times as often.

    adjusted: expected by the borough's rates at each age; else by its rate at all ages together.
    """
    old = rng.binomial(SIZES, shares)
    people = np.stack([SIZES - old, old])
    effect = np.where(np.arange(SIZES.size) == FAILING, failing, 1.0)
    risk = np.minimum(np.array([[RISK_YOUNG], [RISK_OLD]]) * effect, 0.95)
    events: npt.NDArray[np.int64] = rng.binomial(people, risk)
    rates = events.sum(1, keepdims=True) / people.sum(1, keepdims=True)
    expected = (people * (rates if adjusted else events.sum() / people.sum())).sum(0)
    return [
        (f"u{place:02}", int(x), float(e))
        for place, (x, e) in enumerate(zip(events.sum(0), expected, strict=True))
    ]


def flags(
    connection: duckdb.DuckDBPyConnection, headers: Headers, years: Iterable[list[Unit]]
) -> pl.DataFrame:
    """place, flag: of every unit in every year; a year each from 1900 on."""
    figures = [shown(units, year=1900 + number) for number, units in enumerate(years)]
    judged(connection, headers, pl.concat(figures), "breakdown")
    found: pl.DataFrame = connection.sql(
        "select substr(breakdown, 2)::integer as place, funnel_flag as flag "
        "from public_judgement where breakdown_type = 'unit'"
    ).pl()
    return found


YEARS = 150
BUT_ONE_ALIKE = np.where(np.arange(SIZES.size) == HARD, 0.9, 0.3)


def share(found: pl.DataFrame, side: str, places: Iterable[int] = range(SIZES.size)) -> float:
    """Of the shown figures of these units the share that is flagged on this side."""
    of_them = found.filter(pl.col("place").is_in(list(places)), pl.col("flag").is_not_null())
    return of_them.filter(pl.col("flag").str.contains(side, literal=True)).height / of_them.height


def test_where_all_fare_alike_no_more_are_flagged_than_is_stated(
    connection: duckdb.DuckDBPyConnection, headers: Headers
) -> None:
    rng = np.random.default_rng(14)
    found = flags(connection, headers, (borough(rng) for _ in range(YEARS)))
    assert share(found, "High") <= 0.025 and share(found, "Low") <= 0.025
    assert share(found, "0.001") <= 0.002
    assert share(found, "High", (12, 13)) <= 0.025, "nor more of the small ones"


def test_one_that_fails_is_flagged_and_the_others_are_not(
    connection: duckdb.DuckDBPyConnection, headers: Headers
) -> None:
    rng = np.random.default_rng(15)
    found = flags(connection, headers, (borough(rng, failing=2.0) for _ in range(YEARS)))
    others = [place for place in range(SIZES.size) if place != FAILING]
    assert share(found, "High", (FAILING,)) >= 0.9
    assert share(found, "High", others) <= 0.025


@pytest.mark.parametrize(("adjusted", "least", "most"), [(False, 0.7, 1.0), (True, 0.0, 0.025)])
def test_harder_cases_are_blamed_unless_they_are_allowed_for(
    connection: duckdb.DuckDBPyConnection,
    headers: Headers,
    adjusted: bool,
    least: float,
    most: float,
) -> None:
    rng = np.random.default_rng(16)
    years = (borough(rng, adjusted=adjusted, shares=BUT_ONE_ALIKE) for _ in range(YEARS))
    assert least <= share(flags(connection, headers, years), "High", (HARD,)) <= most


@pytest.mark.parametrize(("years", "is_judged"), [(12, True), (11, False)])
def test_a_units_series_is_judged_by_its_own_past_from_twelve_points_on(
    connection: duckdb.DuckDBPyConnection, headers: Headers, years: int, is_judged: bool
) -> None:
    units: list[Unit]
    figures = []
    for number in range(years):
        units = [*spread(0.05), ("steady", 38 + 4 * (number % 2), 40.0)]
        figures.append(shown(units, year=2000 + number))
    judged(connection, headers, pl.concat(figures), "breakdown")
    query = "select spc_variation from public_judgement where breakdown = 'steady'"
    told = {row[0] for row in connection.execute(query).fetchall()}
    assert told == ({"common_cause"} if is_judged else {None})
