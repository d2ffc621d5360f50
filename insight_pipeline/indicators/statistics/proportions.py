"""Proportions with Wilson's interval.

Belongs here: what a proportion refuses and how its columns are named. Does not belong here: the
formula (functions/proportion_value.sql, wilson_lower.sql, wilson_upper.sql).

Sources: Wilson 1927, JASA 22; PHEindicatormethods phe_proportion; OHID technical guide, Confidence
intervals.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import (
    figure,
    figures_by_group,
    figures_by_row,
    number,
    plain,
    summed,
    total,
)
from insight_pipeline.indicators.statistics.request import PUBLISHED, requested
from insight_pipeline.sql.engines.duckdb import identifier, literal


def proportion(
    data: pl.DataFrame,
    x: str = "numerator",
    n: str = "denominator",
    *,
    by: Sequence[str] = (),
    multiplier: float = 1,
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """x of n times the multiplier, for each row, or for each group of `by` after adding up.

    NULL in x or n gives NULL. InsightError: x < 0, n <= 0, x > n, or a confidence level that is
    none. Adds value, lower95, upper95, lower998, upper998, confidence, statistic, method.
    """
    request = requested("proportion", data, {"x": x, "n": n}, by, confidence, multiplier)
    request.refuse(
        (pl.col("x") < 0, "numerators must be greater than or equal to zero"),
        (pl.col("n") <= 0, "denominators must be greater than zero"),
        (
            pl.col("x") > pl.col("n"),
            "numerators must be less than or equal to denominator for a proportion statistic",
        ),
    )
    of_x, of_n = (total("x"), total("n")) if by else ("x", "n")
    arguments = f"{of_x}, {of_n}, {number(multiplier)}"
    label = "percentage" if multiplier == 100 else f"proportion of {plain(multiplier)}"
    items = figure(
        f"proportion_value({arguments})",
        f"proportion_{{side}}({arguments}, {{level}})",
        request.levels,
        statistic=literal(label),
        method=literal("Wilson"),
    )
    if not by:
        return figures_by_row(request, items)
    sums = [
        f"{summed(request, of_x, 'x')} as {identifier(x)}",
        f"{summed(request, of_n, 'n')} as {identifier(n)}",
    ]
    return figures_by_group(request, [*sums, *items])
