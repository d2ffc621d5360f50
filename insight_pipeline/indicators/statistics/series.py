"""Points of several series in one frame: told apart, numbered and put in order.

Belongs here: that alone. Does not belong here: what is judged of a series (trend.py, spc.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.request import refuse_unless

SERIES = "series_id"


def in_series(rows: pl.DataFrame, by: Sequence[str], where: str) -> pl.DataFrame:
    """`rows` in order of series and period, with the number of its series in `series_id`.

    The columns `by` tell series apart; without any, all rows are one. InsightError when a series
    holds two points for one period, or a point has none.
    """
    keys = rows.select(by).unique().sort(by, nulls_last=True) if by else pl.DataFrame()
    if by:
        numbered = rows.join(
            keys.with_row_index(SERIES), on=list(by), how="left", nulls_equal=True
        ).with_columns(pl.col(SERIES).cast(pl.Int64))
    else:
        numbered = rows.with_columns(pl.lit(0, pl.Int64).alias(SERIES))
    twice = rows.height - numbered.select(SERIES, "period").n_unique() if rows.height else 0
    nameless = rows["period"].null_count()
    refuse_unless(
        not (twice or nameless),
        f"{where}: column period",
        "one point for each period of a series, told apart by the columns of `by`",
        f"{twice} points too many, {nameless} without a period",
    )
    return numbered.sort(SERIES, "period")
