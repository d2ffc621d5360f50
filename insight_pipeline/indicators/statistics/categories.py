"""The bounds of equal groups of values, as Fingertips draws its quartile and quintile maps.

Belongs here: bounds between values. Does not belong here: the quantile band of an area by rank,
which is another definition and may differ where values tie.

Source: Fingertips' ValueCategoriesCalculator (ukhsa-collaboration/fingertips-open).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.request import refuse_unless, requested

# Fewer values than this have no bounds.
_FEWEST = 4
_DECIMALS = 10


def category_bounds(figures: pl.DataFrame, categories: int, by: Sequence[str] = ()) -> pl.DataFrame:
    """The values that part `figures` into equal groups: Fingertips' quartile or quintile bounds.

    Reads `value` and the grouping columns `by`. One row per group and bound, with bound (0 for the
    least value … `categories` for the greatest) and value: the linear percentile of rank
    1 + (N - 1) * bound / categories, rounded to 10 decimals. NULLs are left out; a group of fewer
    than 4 values has no rows. InsightError: fewer than 2 categories, a missing column.
    """
    where = "category_bounds"
    refuse_unless(categories >= 2, f"{where}: categories", "2 or more", str(categories))
    requested(where, figures, {"value": "value"}, by)
    rows = figures.with_columns(pl.col("value").cast(pl.Float64)).drop_nulls("value")
    bounds = [
        pl.col("value").quantile(bound / categories, "linear").round(_DECIMALS).alias(f"{bound}")
        for bound in range(categories + 1)
    ]
    grouped = rows.group_by(*by, pl.lit(0).alias("all")).agg(pl.len().alias("n"), *bounds)
    return (
        grouped.filter(pl.col("n") >= _FEWEST)
        .unpivot(
            on=[f"{bound}" for bound in range(categories + 1)],
            index=list(by),
            variable_name="bound",
            value_name="value",
        )
        .with_columns(pl.col("bound").cast(pl.Int64))
        .sort(*by, "bound")
    )
