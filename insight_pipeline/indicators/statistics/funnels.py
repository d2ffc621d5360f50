"""Funnel plots: the limits around an average, the points, and where each point lies.

Belongs here: the three public functions and the columns they give. Does not belong here: the rules
of their input and the average (funnel_request.py), the axis (funnel_axis.py), the formulas
(functions/funnel_*.sql).

Two definitions for proportions are in use, and they differ for small n; `definition` names one.
PHEindicatormethods: the proportion whose Wilson interval would end at the average, average -/+
z * sqrt(average * (1 - average) / n). Fingertips: Wilson's interval of the average itself.

Sources: Spiegelhalter 2005, Statistics in Medicine 24; PHEindicatormethods calculate_funnel_limits,
calculate_funnel_points, assign_funnel_significance; Fingertips (ukhsa-collaboration,
fingertips-open, SpcForProportionsComparer).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from insight_pipeline.indicators.statistics.calculation import (
    figures_by_row,
    limits,
    number,
)
from insight_pipeline.indicators.statistics.funnel_axis import axis
from insight_pipeline.indicators.statistics.funnel_request import (
    Definition,
    Funnel,
    RateType,
    RatioType,
    Statistic,
    funnel,
)
from insight_pipeline.indicators.statistics.request import PUBLISHED, requested
from insight_pipeline.sql.engines.duckdb import identifier, literal

_MACROS: Mapping[Definition, str] = MappingProxyType(
    {Definition.PHE: "funnel_proportion", Definition.FINGERTIPS: "funnel_wilson"}
)
_METHODS: Mapping[Definition, str] = MappingProxyType(
    {
        Definition.PHE: "Normal approximation at the average (PHEindicatormethods)",
        Definition.FINGERTIPS: "Wilson at the average (Fingertips)",
    }
)


def funnel_limits(
    data: pl.DataFrame,
    statistic: str,
    *,
    numerator: str = "numerator",
    denominator: str | None = None,
    rate: str = "rate",
    multiplier: float = 100,
    ratio_type: str = RatioType.ISR,
    rate_type: str = RateType.CRUDE,
    years_of_data: float = 1,
    definition: str = Definition.PHE,
) -> pl.DataFrame:
    """100 points along a funnel's axis with the 95 % and 99.8 % limits at each.

    proportion: gives population, lower95, upper95, lower998, upper998, all within 0 and
    `multiplier`. ratio: observed_events, the limits (times 100 for ratio_type isr, less 1 for
    count), and lower95_expected, …, the expected events there. rate: events, the limits per
    multiplier, and lower95_population, …, the population of one year there
    (both NULL with no events at all). All give baseline, the
    average, statistic and method. InsightError: see funnel_request.
    """
    asked = funnel(
        "funnel_limits",
        data,
        (statistic, rate_type, ratio_type, definition),
        (numerator, denominator, rate),
        (multiplier, years_of_data),
    )
    points = axis(asked)
    request = requested("funnel_limits", points, {"x": points.columns[0]})
    if asked.statistic is Statistic.PROPORTION:
        arguments = f"{number(asked.average)}, x, {number(multiplier)}"
        call = f"{_MACROS[asked.definition]}_{{side}}({arguments}, {{level}})"
        items = limits(call, PUBLISHED)
        return figures_by_row(request, [*items, *_labels(asked)])
    return figures_by_row(request, [*_poisson_items(asked), *_labels(asked)])


def funnel_significance(
    data: pl.DataFrame,
    statistic: str,
    *,
    numerator: str = "numerator",
    denominator: str | None = None,
    rate: str = "rate",
    multiplier: float = 100,
    rate_type: str = RateType.CRUDE,
    definition: str = Definition.PHE,
) -> pl.DataFrame:
    """Where each row lies in its funnel: High (0.001), High (0.025), Not significant, Low ….

    A row on a limit is within it. A ratio is compared with 1, the others with the average of all
    rows; a directly standardised rate of fewer than 10 events is `Not applicable for events less
    than 10 for dsrs`. NULL in a ratio gives NULL. InsightError: see funnel_request. Adds
    significance.
    """
    asked = funnel(
        "funnel_significance",
        data,
        (statistic, rate_type, RatioType.ISR, definition),
        (numerator, denominator, rate),
        (multiplier, 1),
    )
    average = number(asked.average)
    macro = {
        Statistic.PROPORTION: f"{_MACROS[asked.definition]}_flag(x, n, {average})",
        Statistic.RATIO: "funnel_rate_flag(x, n, 1)",
        Statistic.RATE: f"funnel_{'dsr' if asked.dsr else 'rate'}_flag(x, n, {average})",
    }[asked.statistic]
    return figures_by_row(asked.request, [f"{macro} as significance"], n=asked.denominators)


def funnel_points(
    data: pl.DataFrame,
    *,
    numerator: str = "numerator",
    denominator: str | None = None,
    rate: str = "rate",
    multiplier: float = 100_000,
    rate_type: str = RateType.CRUDE,
    years_of_data: float = 1,
) -> pl.DataFrame:
    """Each row's point in a funnel of rates: rate_chart and denominator_derived.

    denominator_derived is multiplier * numerator / rate for one year, or the denominator where
    there are no events. A directly standardised rate of fewer than 10 events has no point.
    InsightError: see funnel_request. Adds `<rate>_chart` and denominator_derived.
    """
    asked = funnel(
        "funnel_points",
        data,
        (Statistic.RATE, rate_type, RatioType.ISR, Definition.PHE),
        (numerator, denominator, rate),
        (multiplier, years_of_data),
    )
    shown = f"x >= {10 if asked.dsr else 0}"
    derived = f"n * {number(multiplier)} / {number(multiplier)} / {number(years_of_data)}"
    return figures_by_row(
        asked.request,
        [
            f"case when {shown} then rate end as {identifier(rate + '_chart')}",
            f"case when {shown} then {derived} end as denominator_derived",
        ],
        n=asked.denominators,
    )


def _poisson_items(asked: Funnel) -> list[str]:
    """Limits of a ratio or a rate and the denominators they belong to."""
    if asked.statistic is Statistic.RATIO:
        shown = "{0} - 1" if asked.ratio_type is RatioType.COUNT else "{0} * 100"
        calls = shown.format("funnel_ratio_{side}(x, {level})"), "poisson_exact_{other}(x, {level})"
        suffix = "_expected"
    else:
        average = number(asked.average)
        call = f"funnel_rate_{{side}}(x, {average}, {number(asked.multiplier)}, {{level}})"
        years = number(asked.years_of_data)
        calls = call, f"poisson_exact_{{other}}(x, {{level}}) / nullif({average}, 0) / {years}"
        suffix = "_population"
    return [
        item
        for level in PUBLISHED
        for item in (*limits(calls[0], [level]), *limits(calls[1], [level], suffix))
    ]


def _labels(asked: Funnel) -> list[str]:
    proportion = asked.statistic is Statistic.PROPORTION
    method = _METHODS[asked.definition] if proportion else "Poisson"
    return [
        f"{number(asked.baseline)} as baseline",
        f"{literal(asked.words)} as statistic",
        f"{literal(method)} as method",
    ]
