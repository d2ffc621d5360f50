"""Quantile bands of areas by PHE's rank rule.

Belongs here: what banding refuses and how its columns are named. Does not belong here: the rule
(functions/quantile_band.sql, quantile_of_rank.sql).

Source: PHEindicatormethods phe_quantile.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import figures_by_row, grouped
from insight_pipeline.indicators.statistics.request import (
    argument_faults,
    broken_rows,
    column_faults,
    requested,
)
from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.sql.engines.duckdb import literal


def quantile(
    data: pl.DataFrame,
    values: str = "value",
    *,
    by: Sequence[str] = (),
    nquantiles: int = 10,
    invert: bool | str = True,
) -> pl.DataFrame:
    """The band, 1 to `nquantiles`, of each row's value among the values of its group.

    `invert` gives the highest values band 1 (low is good); a text names a column of booleans that
    says so for each group. Equal values share the band of the first of them. NULL values have no
    band and do not count; a group with fewer values than bands has none. InsightError: fewer than
    2 bands, or an `invert` column that changes within a group or has gaps. Adds quantile,
    nquantiles, qinverted, statistic, method.
    """
    where = "quantile"
    raise_all(
        [
            *argument_faults(where, nquantiles >= 2, "nquantiles of 2 or more", str(nquantiles)),
            *(column_faults(where, data, (), [invert]) if isinstance(invert, str) else ()),
        ]
    )
    request = requested(where, data, {"value": values}, by)
    inverted = data[invert] if isinstance(invert, str) else pl.Series([invert] * data.height)
    inverted = inverted.cast(pl.Boolean).alias("invert")
    mixed = grouped(request)[1].select("group_number", inverted)
    same = (pl.col("invert").n_unique().over("group_number") == 1) & pl.col("invert").is_not_null()
    rule = "invert field values must take the same logical value for each data grouping set"
    raise_all(broken_rows(mixed, ~same, where, rule))
    band = f"quantile_band(value, {int(nquantiles)}, invert, group_number)"
    return figures_by_row(
        request,
        [
            f"{band} as quantile",
            f"{int(nquantiles)}::integer as nquantiles",
            f"case when invert then {literal('lowest quantile represents highest values')} "
            f"else {literal('lowest quantile represents lowest values')} end as qinverted",
            f"{literal('quantile')} as statistic",
            f"{literal('PHE rank rule')} as method",
        ],
        invert=inverted,
    )
