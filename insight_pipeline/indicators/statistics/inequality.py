"""Slope and relative index of inequality, with limits by simulation.

Belongs here: the public function and how values, line and limits come together. Does not belong
here: the line through the quantiles (functions/sii_midpoint.sql, sii_slope.sql), the scales and
what is refused (inequality_request.py), the simulation (inequality_simulation.py).

Sources: Low and Low 2004, J Public Health 26; PHEindicatormethods phe_sii.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import (
    figures_by_group,
    figures_by_row,
    grouped,
    level_words,
    normal_quantile,
)
from insight_pipeline.indicators.statistics.inequality_request import Scale, sii_request
from insight_pipeline.indicators.statistics.inequality_simulation import (
    INDICES,
    SEED,
    simulated_limits,
)
from insight_pipeline.indicators.statistics.request import PUBLISHED, Request


def sii(
    data: pl.DataFrame,
    quantile: str = "quantile",
    population: str = "population",
    *,
    value: str | None = None,
    x: str | None = None,
    value_type: int = 0,
    transform: bool = False,
    lower_cl: str | None = None,
    upper_cl: str | None = None,
    se: str | None = None,
    by: Sequence[str] = (),
    multiplier: float = 1,
    repetitions: int = 100_000,
    confidence: float | Sequence[float] = PUBLISHED,
    seed: int = SEED,
) -> pl.DataFrame:
    """The slope (sii) and relative (rii) index of inequality of each group of `by`.

    One row for each quantile, numbered from the most disadvantaged. `value_type` 0 is other, 1 a
    rate, 2 a proportion; a proportion may be given as the count `x` instead of its value. The
    standard error is `se`, on the logarithmic scale for a rate and the logit scale for a
    proportion, or comes from the 95 % limits. `transform` fits the line on that scale. A group that
    lacks a quantile or a value has no figures. InsightError: see sii_request. Gives the keys, sii,
    sii_lower95, sii_upper95, …, rii, rii_lower95, rii_upper95, …, intercept, confidence,
    statistic, method. sii is times the multiplier; a negative one turns it and rii round.
    """
    request, scale = sii_request(
        data,
        {"quantile": quantile, "population": population},
        {"value": value, "x": x, "lower_cl": lower_cl, "upper_cl": upper_cl, "se": se},
        by,
        confidence,
        (value_type, transform, multiplier, repetitions),
    )
    rows = _rows(request, scale)
    figures = _lines(request, rows, scale, multiplier)
    limits = simulated_limits(rows, request.levels, scale, (multiplier, repetitions, seed))
    return figures.with_columns(limits.get_columns()).select(
        *by,
        *(pl.col(f"^{index}(_.*)?$") for index in INDICES),
        "intercept",
        pl.lit(level_words(request.levels)).alias("confidence"),
        pl.lit(f"slope and relative index of inequality ({scale.words})").alias("statistic"),
        pl.lit(f"simulation {repetitions} reps, scrambled Sobol, seed {seed}").alias("method"),
    )


def _rows(request: Request, scale: Scale) -> pl.DataFrame:
    """One row for each quantile: its midpoint, its value as fitted and as drawn, its error."""
    midpoint = figures_by_row(request, ["sii_midpoint(population, quantile, group_number) as b"])
    rows = grouped(request)[1].with_columns(midpoint["b"])
    if "value" not in rows.columns:
        rows = rows.with_columns(value=pl.col("x") / pl.col("population"))
    rows = rows.with_columns(drawn=scale.there(pl.col("value")))
    if "se" not in rows.columns:
        width = scale.there(pl.col("upper_cl")) - scale.there(pl.col("lower_cl"))
        rows = rows.with_columns(se=width / normal_quantile(0.95) / 2)
    every = pl.col("quantile").n_unique() == rows["quantile"].n_unique()
    whole = every & pl.col("value").is_not_null().all()
    rows = rows.with_columns(whole.over("group_number").alias("whole"))
    fitted = pl.col("drawn") if scale.fitted_there else pl.col("value")
    return rows.with_columns(fitted=pl.when("whole").then(fitted))


def _lines(request: Request, rows: pl.DataFrame, scale: Scale, multiplier: float) -> pl.DataFrame:
    items = ["sii_slope(y, population, b) as slope", "sii_intercept(y, population, b) as at_0"]
    lines = figures_by_group(request, items, y=rows["fitted"], b=rows["b"])
    ends = lines.with_columns(at_1=pl.col("at_0") + pl.col("slope"))
    if scale.fitted_there:
        ends = ends.with_columns(
            at_0=scale.back_expr(pl.col("at_0")), at_1=scale.back_expr(pl.col("at_1"))
        )
    rii = pl.col("at_1") / pl.col("at_0")
    times = abs(multiplier) if scale.fitted_there else 1.0
    return ends.with_columns(
        sii=(pl.col("at_1") - pl.col("at_0")) * multiplier,
        rii=1 / rii if multiplier < 0 else rii,
        intercept=pl.col("at_0") * times,
    )
