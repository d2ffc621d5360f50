"""Crude rates of counts, where a person may have more than one event.

Belongs here: what a rate refuses and how its columns are named. Does not belong here: the formulas
(functions/crude_rate_value.sql, rate_lower.sql, rate_upper.sql), standardised rates.

Sources: Garwood 1936, Biometrika 28 (exact Poisson); Byar in Breslow and Day 1987, Statistical
methods in cancer research II, 2.3; PHEindicatormethods phe_rate.
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


def rate(
    data: pl.DataFrame,
    x: str = "numerator",
    n: str = "denominator",
    *,
    by: Sequence[str] = (),
    multiplier: float = 100_000,
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """x events among n times the multiplier, by row, or by group of `by` after adding up.

    Exact Poisson limits below 10 events, Byar's from 10; `method` says which. x may exceed n. NULL
    in x or n gives NULL. InsightError: x < 0, n <= 0, or a confidence level that is none. Adds
    value, lower95, upper95, lower998, upper998, confidence, statistic, method.
    """
    request = requested("rate", data, {"x": x, "n": n}, by, confidence, multiplier)
    request.refuse(
        (pl.col("x") < 0, "numerators must be greater than or equal to zero"),
        (pl.col("n") <= 0, "denominators must be greater than zero"),
    )
    of_x, of_n = (total("x"), total("n")) if by else ("x", "n")
    arguments = f"{of_x}, {of_n}, {number(multiplier)}"
    items = figure(
        f"crude_rate_value({arguments})",
        f"crude_rate_{{side}}({arguments}, {{level}})",
        request.levels,
        statistic=literal(f"rate per {plain(multiplier)}"),
        method=f"rate_method({of_x})",
    )
    if not by:
        return figures_by_row(request, items)
    sums = [
        f"{summed(request, of_x, 'x')} as {identifier(x)}",
        f"{summed(request, of_n, 'n')} as {identifier(n)}",
    ]
    return figures_by_group(request, [*sums, *items])
