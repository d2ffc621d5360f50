"""Medians of single values with a distribution-free interval.

Belongs here: how the columns of a median are named. Does not belong here: the formulas
(functions/median_value.sql, median_lower.sql, median_rank.sql).

The interval reaches from the r-th smallest to the r-th largest value, r the largest rank at which
fewer than r heads in k tosses of a fair coin are no likelier than half the error. It supposes
nothing about the values' distribution, and holds the median at least as often as it says.

Source: Conover 1999, Practical nonparametric statistics, 3rd edition, section 3.2.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import figure, figures_by_group
from insight_pipeline.indicators.statistics.request import PUBLISHED, requested
from insight_pipeline.sql.engines.duckdb import literal


def median(
    data: pl.DataFrame,
    x: str = "value",
    *,
    by: Sequence[str] = (),
    confidence: float | Sequence[float] = PUBLISHED,
) -> pl.DataFrame:
    """The median of x in each group of `by`, or of all rows.

    Between the two middle values when their number is even. A NULL among a group's values makes
    its figures NULL; fewer than 6 values have no limits at 95 %, fewer than 10 none at 99.8 %.
    Gives the keys, value_count, value, lower95, upper95, lower998, upper998, confidence,
    statistic, method.
    """
    request = requested("median", data, {"x": x}, by, confidence)
    return figures_by_group(
        request,
        [
            "count(*) as value_count",
            *figure(
                "median_value(x)",
                "median_{side}(x, {level})",
                request.levels,
                statistic=literal("median"),
                method=literal("Order statistics"),
            ),
        ],
    )
