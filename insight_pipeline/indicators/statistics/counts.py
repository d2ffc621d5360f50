"""Bare limits of a count, and of a count as a share, without a value beside them.

Belongs here: the intervals that other figures are made of, each alone and under its name. Does not
belong here: rates and proportions (rates.py, proportions.py), the formulas (functions/).

Sources: PHEindicatormethods byars_lower, byars_upper, wilson_lower, wilson_upper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import figures_by_row, limits
from insight_pipeline.indicators.statistics.request import PUBLISHED, requested
from insight_pipeline.sql.engines.duckdb import literal


def byar(
    data: pl.DataFrame, x: str = "x", *, confidence: float | Sequence[float] = PUBLISHED
) -> pl.DataFrame:
    """Byar's limits of a count of events x, of any size.

    The lower one is NULL for 0 and wherever the formula falls below 0. Divide by the denominator
    yourself. InsightError: x < 0. Adds lower95, upper95, lower998, upper998, method.
    """
    return _limits("byar", data, {"x": x}, "poisson_byar_{side}(x, {level})", "Byars", confidence)


def exact_poisson(
    data: pl.DataFrame, x: str = "x", *, confidence: float | Sequence[float] = PUBLISHED
) -> pl.DataFrame:
    """Exact Poisson limits (Garwood) of a count of events x, of any size.

    InsightError: x < 0. Adds lower95, upper95, lower998, upper998, method.
    """
    call = "poisson_exact_{side}(x, {level})"
    return _limits("exact_poisson", data, {"x": x}, call, "Exact", confidence)


def wilson(
    data: pl.DataFrame,
    x: str = "x",
    n: str = "n",
    *,
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """Wilson's limits of x of n as a share of 1.

    InsightError: x < 0, n <= 0 or x > n. Adds lower95, upper95, lower998, upper998, method.
    """
    columns = {"x": x, "n": n}
    return _limits("wilson", data, columns, "wilson_{side}(x, n, {level})", "Wilson", confidence)


def _limits(
    where: str,
    data: pl.DataFrame,
    columns: Mapping[str, str],
    limit: str,
    method: str,
    confidence: float | Sequence[float],
) -> pl.DataFrame:
    request = requested(where, data, columns, confidence=confidence)
    request.refuse((pl.col("x") < 0, "observed events must all be greater than or equal to zero"))
    if "n" in columns:
        request.refuse(
            (pl.col("n") <= 0, "sample sizes must all be greater than zero"),
            (
                pl.col("x") > pl.col("n"),
                "numerators must be less than or equal to denominator for a Wilson score "
                "to be calculated",
            ),
        )
    return figures_by_row(request, [*limits(limit, request.levels), f"{literal(method)} as method"])
