"""Means of single values with Student's t interval.

Belongs here: how the columns of a mean are named. Does not belong here: the formulas
(functions/mean_value.sql, mean_lower.sql, t_quantile.sql).

Sources: Student 1908, Biometrika 6; PHEindicatormethods phe_mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import (
    figure,
    figures_by_group,
    summed,
    total,
)
from insight_pipeline.indicators.statistics.request import PUBLISHED, requested
from insight_pipeline.sql.engines.duckdb import literal


def mean(
    data: pl.DataFrame,
    x: str = "value",
    *,
    by: Sequence[str] = (),
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """The mean of x in each group of `by`, or of all rows.

    A NULL among a group's values makes its figures NULL; a single value has a mean and no limits.
    Gives the keys, value_sum, value_count, stdev (k - 1), value, lower95, upper95, lower998,
    upper998, confidence, statistic, method.
    """
    request = requested("mean", data, {"x": x}, by, confidence)
    complete = "count(x) = count(*)"
    return figures_by_group(
        request,
        [
            f"{summed(request, total('x'), 'x')} as value_sum",
            "count(*) as value_count",
            f"case when {complete} then stddev_samp(x order by x) end as stdev",
            *figure(
                "mean_value(x)",
                "mean_{side}(x, {level})",
                request.levels,
                statistic=literal("mean"),
                method=literal("Student's t-distribution"),
            ),
        ],
    )
