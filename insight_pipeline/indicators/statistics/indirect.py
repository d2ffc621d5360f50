"""Indirectly standardised ratios and rates.

Belongs here: what they refuse and how their columns are named. Does not belong here: the formulas
(functions/isr_expected.sql, rate_lower.sql, …), direct standardisation.

Sources: Breslow and Day 1987, 2.3; PHEindicatormethods calculate_ISRatio, calculate_ISRate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import (
    figure,
    figures_by_group,
    number,
    plain,
    summed,
)
from insight_pipeline.indicators.statistics.request import PUBLISHED, requested
from insight_pipeline.sql.engines.duckdb import literal


def isr_ratio(
    data: pl.DataFrame,
    x: str = "count",
    n: str = "pop",
    x_ref: str = "refcount",
    n_ref: str = "refpop",
    *,
    by: Sequence[str] = (),
    refvalue: float = 1,
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """Observed over expected events times refvalue, from one row for each group and stratum.

    x events of n people, and the reference's x_ref events of n_ref people in the same stratum. NULL
    in x, n or x_ref is 0. Exact Poisson limits below 10 observed events, Byar's from 10; `method`
    says which. A group in which none are expected has no figures. InsightError: x, n or x_ref < 0;
    n_ref NULL or <= 0. Gives the keys, observed, expected, value, lower95, upper95, lower998,
    upper998, confidence, statistic, method.
    """
    label = f"indirectly standardised ratio x {plain(refvalue)}"
    columns = {"x": x, "n": n, "x_ref": x_ref, "n_ref": n_ref}
    return _figures("ratio", data, columns, by, refvalue, confidence, label)


def isr_rate(
    data: pl.DataFrame,
    x: str = "count",
    n: str = "pop",
    x_ref: str = "refcount",
    n_ref: str = "refpop",
    *,
    by: Sequence[str] = (),
    multiplier: float = 100_000,
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """The indirectly standardised ratio times the crude rate of the reference per multiplier.

    Everything else as isr_ratio; gives ref_rate, per multiplier, beside observed and expected.
    """
    label = f"indirectly standardised rate per {plain(multiplier)}"
    columns = {"x": x, "n": n, "x_ref": x_ref, "n_ref": n_ref}
    return _figures("rate", data, columns, by, multiplier, confidence, label)


def _figures(
    kind: str,
    data: pl.DataFrame,
    columns: Mapping[str, str],
    by: Sequence[str],
    scale: float,
    confidence: float | Sequence[float],
    label: str,
) -> pl.DataFrame:
    request = requested(f"isr_{kind}", data, columns, by, confidence, scale)
    request.refuse(
        (pl.col("x") < 0, "numerators must all be greater than or equal to zero"),
        (pl.col("n") < 0, "denominators must all be greater than or equal to zero"),
        (pl.col("x_ref") < 0, "reference numerators of 0 or more"),
        (pl.col("n_ref") <= 0, "reference denominators greater than 0"),
        (pl.col("n_ref").is_null(), "reference denominators without missing values"),
    )
    arguments = f"x, n, x_ref, n_ref, {number(scale)}"
    reference = f"isr_reference_rate(x_ref, n_ref) * {number(scale)} as ref_rate"
    return figures_by_group(
        request,
        [
            f"{summed(request, 'isr_observed(x)', 'x')} as observed",
            "isr_expected(n, x_ref, n_ref) as expected",
            *([reference] if kind == "rate" else []),
            *figure(
                f"isr_{kind}_value({arguments})",
                f"isr_{kind}_{{side}}({arguments}, {{level}})",
                request.levels,
                statistic=literal(label),
                method="rate_method(isr_observed(x))",
            ),
        ],
    )
