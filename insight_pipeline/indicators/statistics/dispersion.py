"""Over-dispersion: whether groups in a funnel differ by more than chance, and limits that allow it.

Belongs here: what the macros need and refuse. Does not belong here: the formulas
(functions/dispersion_*.sql), or ordinary limits (funnels.py).

Sources: Spiegelhalter 2005, Handling over-dispersion of performance indicators, Qual Saf Health
Care 14:347-351 (dispersion, winsorised scores, additive random effects); NHS England, Summary
Hospital-level Mortality Indicator, specification (logarithm of the ratio, trimmed scores);
Spiegelhalter and others 2012, J R Stat Soc A 175:1-47 (proportions).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import polars as pl

from insight_pipeline.indicators.statistics.calculation import asked, limits, number
from insight_pipeline.indicators.statistics.request import (
    PUBLISHED,
    refuse_unless,
    requested,
)
from insight_pipeline.indicators.statistics.words import checked_word
from insight_pipeline.sql.engines.duckdb import literal

FEWEST_GROUPS = 10


class Outliers(StrEnum):
    """What becomes of the tenth of scores furthest out at each end."""

    WINSORISED = "winsorised"
    TRIMMED = "trimmed"


class Dispersed(StrEnum):
    """What a funnel with over-dispersion is made of; isr: observed and expected events."""

    PROPORTION = "proportion"
    RATE = "rate"
    ISR = "isr"


def funnel_dispersion(
    data: pl.DataFrame,
    statistic: str,
    *,
    by: Sequence[str] = (),
    numerator: str = "numerator",
    denominator: str = "denominator",
    outliers: str = Outliers.WINSORISED,
    fewest_groups: int = FEWEST_GROUPS,
) -> pl.DataFrame:
    """One row a funnel (`by` tells funnels apart): groups, average, dispersion and tau_squared.

    Rows are groups with their events and their denominator (people for a proportion or rate,
    expected events for an isr). average: events by denominators, 1 for an isr. dispersion: mean
    square of the groups' scores, about 1 where only chance is at work. tau_squared: variance
    between groups beyond chance, of logarithms (of arcsines of roots for a proportion). Both are
    NULL for fewer than `fewest_groups`. InsightError: an unknown word, a missing column, a
    denominator of 0 or less, a numerator below 0 or above the denominator of a proportion.
    """
    points = _points("funnel_dispersion", data, statistic, by, numerator, denominator)
    way = checked_word(outliers, Outliers, "funnel_dispersion")
    refuse_unless(
        fewest_groups >= 3,
        "funnel_dispersion",
        "3 groups or more",
        f"fewest_groups {fewest_groups}",
    )
    answer = asked(
        points,
        f"select funnel_id, groups, dispersion, tau_squared from dispersion_of_funnels('given',"
        f" outliers := {literal(way)}, fewest_groups := {int(fewest_groups)}) order by funnel_id",
    )
    keys = points.unique("funnel_id").select("funnel_id", *by, "average")
    found = keys.join(answer, on="funnel_id", how="left").sort("funnel_id")
    return found.select(*by, "groups", "average", "dispersion", "tau_squared")


def widened_limits(
    sizes: pl.DataFrame,
    statistic: str,
    *,
    average: float,
    tau_squared: float,
    multiplier: float = 100,
    denominator: str = "denominator",
) -> pl.DataFrame:
    """`sizes` with lower95, upper95, lower998 and upper998 of a funnel with this tau_squared.

    sizes: denominators (expected events for an isr); average: for one, as funnel_dispersion gives
    it. InsightError: an unknown word, a missing column, a denominator of 0 or less, a tau_squared
    below 0.
    """
    where = "widened_limits"
    word = checked_word(statistic, Dispersed, where)
    refuse_unless(tau_squared >= 0, where, "tau_squared of 0 or more", f"{tau_squared}")
    request = requested(where, sizes, {"n": denominator}, multiplier=multiplier)
    request.refuse((pl.col("n") <= 0, "denominators must be greater than zero"))
    call = (
        f"dispersion_{{side}}({literal(word)}, n, {number(average)}, {number(tau_squared)},"
        f" {number(multiplier)}, {{level}})"
    )
    items = ", ".join(limits(call, PUBLISHED))
    rows = request.numbers().with_row_index("row_number")
    return sizes.with_columns(
        asked(rows, f"select {items} from given order by row_number").get_columns()
    )


def _points(
    where: str,
    data: pl.DataFrame,
    statistic: str,
    by: Sequence[str],
    numerator: str,
    denominator: str,
) -> pl.DataFrame:
    """funnel_id, `by`, statistic, x, n and average, a row a group."""
    word = checked_word(statistic, Dispersed, where)
    request = requested(where, data, {"x": numerator, "n": denominator}, by)
    x, n = pl.col("x"), pl.col("n")
    request.refuse(
        (x < 0, "numerators must be greater than or equal to zero"),
        (n <= 0, "denominators must be greater than zero"),
        ((x > n) & (word is Dispersed.PROPORTION), "numerators of a proportion must be at most n"),
    )
    numbers = request.numbers().hstack(data.select(by)) if by else request.numbers()
    one = pl.lit(0, pl.Int64)
    numbered = numbers.with_columns(
        funnel_id=pl.struct(by).rank("dense").cast(pl.Int64) if by else one,
        statistic=pl.lit(str(word)),
    )
    average = pl.lit(1.0) if word is Dispersed.ISR else (x.sum() / n.sum()).over("funnel_id")
    return numbered.with_columns(average=average)
