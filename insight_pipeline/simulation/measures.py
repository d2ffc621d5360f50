"""Counting: cohorts and outcomes to numerators and denominators, in the published columns.

Belongs here: periods, maturity, ages, breakdowns. Does not belong here: what any indicator asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from insight_pipeline.simulation.rates import BOROUGH_CODE
from insight_pipeline.simulation.window import Window

COLUMNS = (
    "period_from",
    "period_to",
    "area_code",
    "provider_id",
    "breakdown_type",
    "breakdown",
    "numerator",
    "denominator",
)
ALL = "all"
GROUPS = (
    ("area", "area_code"),
    ("provider", "provider_id"),
    ("sex", "sex"),
    ("age_band", "age_band"),
)


@dataclass(frozen=True)
class Period:
    """First and last day of a quarter or a financial year."""

    first: date
    last: date


def whole_quarters(window: Window) -> list[Period]:
    """Calendar quarters that lie wholly in the window."""
    quarters = [Period(quarter.first, quarter.last) for quarter in window.quarters()]
    return [item for item in quarters if item.first.day == 1 and item.first.month % 3 == 1]


def whole_years(window: Window) -> list[Period]:
    """Financial years, April to March, that lie wholly in the window."""
    years = range(window.first.year - 1, window.last.year + 1)
    periods = [Period(date(year, 4, 1), date(year + 1, 3, 31)) for year in years]
    return [item for item in periods if item.first >= window.first and item.last <= window.last]


def mature(periods: list[Period], window_days: int, reported_to: date) -> list[Period]:
    """Periods whose last index event has had its whole window by the last reported day."""
    return [item for item in periods if item.last + timedelta(days=window_days) <= reported_to]


def period_table(periods: list[Period]) -> pl.DataFrame:
    """period_from and period_to, one row a period."""
    return pl.DataFrame(
        {
            "period_from": [item.first for item in periods],
            "period_to": [item.last for item in periods],
        },
        schema={"period_from": pl.Date, "period_to": pl.Date},
    )


def in_periods(events: pl.DataFrame, day: str, periods: list[Period]) -> pl.DataFrame:
    """Events that fall in one of the periods, with its first and last day."""
    both = events.join(period_table(periods), how="cross")
    return both.filter(pl.col(day).is_between("period_from", "period_to"))


def age_on(day: str) -> pl.Expr:
    """Whole years on the date in column `day`, from the month of column `birth`."""
    month_passed = pl.col(day).dt.month() >= pl.col("birth").dt.month()
    years = pl.col(day).dt.year() - pl.col("birth").dt.year()
    return years - (~month_passed).cast(pl.Int32)


def age_band(age: pl.Expr) -> pl.Expr:
    """The band of the breakdown by age."""
    return (
        pl.when(age < 18).then(pl.lit("0-17"))
        .when(age < 65).then(pl.lit("18-64"))
        .when(age < 75).then(pl.lit("65-74"))
        .when(age < 85).then(pl.lit("75-84"))
        .otherwise(pl.lit("85+"))
    )  # fmt: skip


def proportions(cohort: pl.DataFrame, own: Sequence[tuple[str, str]] = ()) -> pl.DataFrame:
    """Rows of all breakdowns from one row per index event: period, area_code, sex, age_band,
    provider_id and `kept`: whether, or for a mean how much.

    own: further kinds of breakdown, each with its column; a row without a group is in none of them.
    """
    sums = [
        pl.col("kept").sum().cast(pl.Int64).alias("numerator"),
        pl.len().cast(pl.Int64).alias("denominator"),
    ]
    period = ["period_from", "period_to"]
    pieces = [cohort.group_by(period).agg(sums).with_columns(labelled("total"))]
    for kind, column in (*GROUPS, *own):
        grouped = cohort.drop_nulls(column).group_by([*period, column]).agg(sums)
        pieces.append(grouped.rename({column: "value"}).with_columns(labelled(kind)))
    return pl.concat([piece.select(COLUMNS) for piece in pieces])


def labelled(kind: str) -> list[pl.Expr]:
    """The four columns that say what a row is about; `value` is the group within the kind."""
    value = pl.lit(ALL) if kind == "total" else pl.col("value")
    return [
        (value if kind == "area" else pl.lit(BOROUGH_CODE)).alias("area_code"),
        (value if kind == "provider" else pl.lit(ALL)).alias("provider_id"),
        pl.lit(kind).alias("breakdown_type"),
        value.alias("breakdown"),
    ]
