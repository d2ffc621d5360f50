"""Whether a figure differs from its benchmark, and whether that is better or worse.

Belongs here: the comparison methods of Fingertips under their names, what each needs and what it
refuses. Does not belong here: the rules themselves (functions/compared_*.sql), or which benchmark a
figure has (publication/benchmarks.py).

Sources: Fingertips' comparers (ukhsa-collaboration/fingertips-open, PholioVisualisationWS/Analysis;
dhsc-govuk/FingertipsNext, BenchmarkComparisonEngine).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import polars as pl

from insight_pipeline.indicators.statistics.calculation import figures_by_row, number
from insight_pipeline.indicators.statistics.request import Request, column_faults, requested
from insight_pipeline.indicators.statistics.words import (
    checked_word,
    documented_polarity,
    refuse_unknown_words,
)
from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.sql.engines.duckdb import literal

_WHERE = "compare"


class CompareMethod(StrEnum):
    """How a difference is told from chance; the names stand in the published figures.

    ci_vs_value: the figure's 95 % interval lies wholly on one side of the benchmark's value.
    ci_vs_value_two_levels: the same, and 'best' or 'worst' when the 99.8 % interval does too.
    two_cis_overlap: the 95 % intervals of figure and benchmark do not touch.
    spc_proportion_wilson_at_benchmark: the value lies outside Wilson's interval around the
    benchmark for the figure's denominator.
    spc_rate_poisson: the value lies outside the exact Poisson interval around the number of events
    that the benchmark makes one expect.
    """

    VALUE = "ci_vs_value"
    TWO_LEVELS = "ci_vs_value_two_levels"
    INTERVALS = "two_cis_overlap"
    PROPORTION_LIMITS = "spc_proportion_wilson_at_benchmark"
    RATE_LIMITS = "spc_rate_poisson"


# Per method the columns read besides value and benchmark_value, and the macro that compares.
_METHODS: Mapping[CompareMethod, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        CompareMethod.VALUE: (
            ("lower95", "upper95"),
            "compared_to_value(value, lower95, upper95, {benchmark}, polarity)",
        ),
        CompareMethod.TWO_LEVELS: (
            ("lower998", "lower95", "upper95", "upper998"),
            "compared_at_two_levels("
            "value, lower998, lower95, upper95, upper998, {benchmark}, polarity)",
        ),
        CompareMethod.INTERVALS: (
            ("lower95", "upper95", "benchmark_lower95", "benchmark_upper95"),
            "compared_by_intervals(value, lower95, upper95,"
            " {benchmark}, benchmark_lower95, benchmark_upper95, polarity)",
        ),
        CompareMethod.PROPORTION_LIMITS: (
            ("denominator", "multiplier"),
            "compared_proportion(value, denominator, {benchmark}, multiplier, {level}, polarity)",
        ),
        CompareMethod.RATE_LIMITS: (
            ("denominator", "multiplier"),
            "compared_rate(value, denominator, {benchmark}, multiplier, {level}, polarity)",
        ),
    }
)


def compare(
    figures: pl.DataFrame, *, method: str = CompareMethod.VALUE, confidence: float = 0.95
) -> pl.DataFrame:
    """`figures` with the columns compared_outcome and compare_method added; rows and order kept.

    Columns read: value, benchmark_value and polarity, and by method: lower95 and upper95; all four
    limits; the benchmark's benchmark_lower95 and benchmark_upper95 as well; or denominator and
    multiplier (the value is per this many), where `confidence` chooses the limits. When columns
    figure_id and benchmark_id are there, a figure is never compared with itself.

    compared_outcome is better, worse or similar (with polarity neutral: higher, lower or similar;
    with two levels also best, worst, highest, lowest), and not_compared where a number it needs is
    NULL, a denominator is not above 0, or an interval has no width (both limits equal, as of a mean
    of zeros): never "similar" for want of limits. A limit equal to the benchmark is similar.
    InsightError: a missing column, an unknown method or polarity, a level
    that is none, limits in the wrong order, a proportion outside 0 to its multiplier, a rate below
    0.
    """
    chosen = checked_word(method, CompareMethod, f"{_WHERE}: method")
    needed, macro = _METHODS[chosen]
    names = ("value", "benchmark_value", *needed)
    request = requested(_WHERE, figures, {name: name for name in names}, confidence=confidence)
    raise_all(column_faults(_WHERE, figures, (), ["polarity"]))
    refuse_unknown_words(figures, _WHERE)
    _refuse_impossible(request, chosen)
    outcome = macro.format(
        benchmark="case when not is_itself then benchmark_value end",
        level=number(request.levels[0]),
    )
    return figures_by_row(
        request,
        [f"{outcome} as compared_outcome", f"{literal(chosen)} as compare_method"],
        polarity=figures.select(documented_polarity()).to_series(),
        is_itself=_is_itself(figures),
    )


def _is_itself(figures: pl.DataFrame) -> pl.Series:
    """True for a figure that is its own benchmark."""
    if {"figure_id", "benchmark_id"} <= set(figures.columns):
        return (figures["figure_id"] == figures["benchmark_id"]).fill_null(False)
    return pl.Series([False] * figures.height, dtype=pl.Boolean)


def _refuse_impossible(request: Request, method: CompareMethod) -> None:
    value, benchmark = pl.col("value"), pl.col("benchmark_value")
    most = pl.col("multiplier")
    if method is CompareMethod.PROPORTION_LIMITS:
        inside = value.is_between(0, most) & benchmark.is_between(0, most)
        request.refuse((~inside, "proportions must lie between 0 and their multiplier"))
    elif method is CompareMethod.RATE_LIMITS:
        request.refuse(((value < 0) | (benchmark < 0), "rates must be greater than or equal to 0"))
    if "multiplier" in request.columns:
        request.refuse((most <= 0, "multiplier must be greater than 0"))
    for lower, upper in (
        ("lower998", "lower95"),
        ("lower95", "upper95"),
        ("upper95", "upper998"),
        ("benchmark_lower95", "benchmark_upper95"),
    ):
        if {lower, upper} <= request.columns.keys():
            request.refuse((pl.col(lower) > pl.col(upper), f"{lower} must not exceed {upper}"))
