"""What a funnel is asked for: its kind, its denominators, its average, and what it refuses.

Belongs here: the vocabulary, the rules of the input, the denominators and the average. Does not
belong here: limits and labels (funnels.py).

Refused (InsightError): a word that is none of the vocabulary; numerator < 0; denominator <= 0 for a
proportion or ratio; a proportion with a NULL, or a numerator above its denominator; a rate with a
NULL numerator, with neither rate nor denominator, with events at a rate of 0 or less, or without
events and without a denominator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from insight_pipeline.indicators.statistics.calculation import plain
from insight_pipeline.indicators.statistics.request import (
    Request,
    refuse_unless,
    requested,
)
from insight_pipeline.indicators.statistics.words import checked_word


class Statistic(StrEnum):
    """What is plotted."""

    PROPORTION = "proportion"
    RATIO = "ratio"
    RATE = "rate"


class RateType(StrEnum):
    """Whether a rate is crude or directly standardised."""

    CRUDE = "crude"
    DSR = "dsr"


class RatioType(StrEnum):
    """Whether a ratio is shown as observed less expected, or times 100."""

    COUNT = "count"
    ISR = "isr"


class Definition(StrEnum):
    """Whose limits of a proportion."""

    PHE = "PHEindicatormethods"
    FINGERTIPS = "Fingertips"


@dataclass(frozen=True)
class Funnel:
    """A funnel's rows with the denominator of each; the average is for one person, or a share."""

    request: Request
    statistic: Statistic
    rate_type: RateType
    ratio_type: RatioType
    definition: Definition
    multiplier: float
    years_of_data: float
    denominators: pl.Series

    @property
    def dsr(self) -> bool:
        return self.statistic is Statistic.RATE and self.rate_type is RateType.DSR

    @property
    def average(self) -> float:
        """Events by people; rows whose denominator is not known give events only."""
        events = self.request.numbers()["x"].sort().sum()
        return float(events) / float(self.denominators.drop_nulls().sort().sum())

    @property
    def baseline(self) -> float:
        """The average as plotted."""
        if self.statistic is not Statistic.RATIO:
            return self.average * self.multiplier
        return 100.0 if self.ratio_type is RatioType.ISR else 0.0

    @property
    def smallest_denominator(self) -> float:
        return float(self.denominators.min())  # type: ignore[arg-type]

    @property
    def largest_denominator(self) -> float:
        return float(self.denominators.max())  # type: ignore[arg-type]

    @property
    def words(self) -> str:
        """The statistic as PHEindicatormethods names it."""
        if self.statistic is Statistic.RATIO:
            return f"ratio ({self.ratio_type})"
        if self.statistic is Statistic.RATE:
            return f"rate ({self.rate_type} per {_grouped_digits(self.multiplier)})"
        return self.statistic


def funnel(
    where: str,
    data: pl.DataFrame,
    kinds: tuple[str, str, str, str],
    columns: tuple[str, str | None, str],
    settings: tuple[float, float],
) -> Funnel:
    """A funnel after checking it; kinds are statistic, rate_type, ratio_type, definition.

    Columns are numerator, denominator and rate; settings are multiplier and years_of_data.
    """
    statistic = checked_word(kinds[0], Statistic, where)
    rate_type = checked_word(kinds[1], RateType, where)
    ratio_type = checked_word(kinds[2], RatioType, where)
    definition = checked_word(kinds[3], Definition, where)
    multiplier, years = settings
    refuse_unless(years > 0, where, "years_of_data above 0", "one that is not")
    numerator, denominator, rate = columns
    named = {"x": numerator}
    if statistic is Statistic.RATE:
        named["rate"] = rate
        if denominator is not None:
            named["n"] = denominator
    else:
        named["n"] = denominator or "denominator"
    request = requested(where, data, named, multiplier=multiplier)
    refuse_unless(data.height > 0, where, "one row or more", "none")
    request.refuse(*_rules(statistic, "n" in named))
    denominators = _denominators(request, statistic, rate_type, multiplier)
    known = denominators.drop_nulls().len() > 0
    refuse_unless(known, where, "a row with events and a denominator", "none")
    return Funnel(
        request, statistic, rate_type, ratio_type, definition, multiplier, years, denominators
    )


def _rules(statistic: Statistic, denominated: bool) -> Iterator[tuple[pl.Expr, str]]:
    x, n, rate = pl.col("x"), pl.col("n"), pl.col("rate")
    yield x < 0, "numerators must be greater than or equal to zero"
    if denominated:
        yield n <= 0, "denominators must be greater than zero"
    if statistic is Statistic.PROPORTION:
        yield (
            x.is_null() | n.is_null(),
            "for proportions, numerators and denominators must be provided for all records, "
            "even when their values are zero",
        )
        yield (
            x > n,
            "numerators must be less than or equal to denominator for a proportion statistic",
        )
    if statistic is Statistic.RATE:
        yield x.is_null(), "for rates, numerators must be provided for all records"
        yield (
            (x == 0) & (n.is_null() if denominated else pl.lit(True)),
            "for rates, where there are 0 events for a record, the denominator field needs to be "
            "provided",
        )
        yield (
            (x > 0) & (rate.is_null() | (rate <= 0)),
            "for rates, rates must be provided for all records with events, and be above 0",
        )


def _denominators(
    request: Request, statistic: Statistic, rate_type: RateType, multiplier: float
) -> pl.Series:
    """The population behind each row; that of a directly standardised rate of 0 is not known."""
    numbers = request.numbers()
    if statistic is not Statistic.RATE:
        return numbers["n"]
    given = rate_type is RateType.CRUDE and "n" in numbers.columns
    behind = (
        pl.when(pl.col("x") > 0)
        .then(multiplier * pl.col("x") / pl.col("rate"))
        .otherwise(pl.col("n") if given else None)
    )
    return numbers.select(behind.alias("n"))["n"]


def _grouped_digits(multiplier: float) -> str:
    """100,000 as PHEindicatormethods writes it."""
    whole = multiplier == int(multiplier)
    return f"{int(multiplier):,}" if whole else plain(multiplier)
