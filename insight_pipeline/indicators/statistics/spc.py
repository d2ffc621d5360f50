"""Statistical process control: XmR limits, variation beyond chance, and whether a target holds.

Belongs here: what the rules of NHS Making Data Count need and refuse. Does not belong here: the
rules themselves (functions/spc_*.sql), or charts.

Sources: NHSRplotthedots 0.2.2 (nhs-r-community), the port of the Making Data Count tool, R/
ptd_spc_standard.R, ptd_calculate_point_type.R and ptd_calculate_assurance_type.R; NHS England,
Making Data Count, "Strengthening your decisions".
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from insight_pipeline.indicators.statistics.calculation import asked
from insight_pipeline.indicators.statistics.request import column_faults, refuse_unless, requested
from insight_pipeline.indicators.statistics.series import SERIES, in_series
from insight_pipeline.indicators.statistics.words import documented_polarity, refuse_unknown_words
from insight_pipeline.kernel.errors import raise_all

MINIMUM_POINTS = 12
_JUDGED = (
    "rebase_group",
    "mean",
    "lpl",
    "upl",
    "nlpl",
    "nupl",
    "relative_to_mean",
    "is_outside_limits",
    "is_close_to_limits",
    "special_cause_type",
    "point_type",
    "has_trial_limits",
    "has_degenerate_limits",
)


def xmr(
    points: pl.DataFrame,
    *,
    by: Sequence[str] = (),
    screen_outliers: bool = True,
    fix_after_n_points: int | None = None,
    minimum_points: int = MINIMUM_POINTS,
) -> pl.DataFrame:
    """`points` in order of series and period, each with its limits and its kind of variation.

    Columns read: `by` (what tells series apart; without any, all rows are one), period (anything
    that sorts), value (NULL: no point; it breaks runs, and no moving range crosses it), polarity,
    and where it is there is_rebase (true on the first point of new limits).

    Added: rebase_group (1, 2, …); mean, lpl, upl (process limits), nlpl, nupl (near limits) in the
    unit of value, NULL with no two points in a row; relative_to_mean (1, 0, -1);
    is_outside_limits; is_close_to_limits (beyond the near, within the process limit);
    special_cause_type (NHSRplotthedots' words); point_type (common_cause,
    special_cause_improvement, special_cause_concern or, with polarity neutral,
    special_cause_neutral_high, special_cause_neutral_low; NULL without limits); has_trial_limits
    (fewer than `minimum_points` points behind them); has_degenerate_limits (no moving range above 0
    is left: limits lie on the mean, and unless every point does too, none is judged).

    Limits are mean ± 2.66 average moving ranges. `screen_outliers` leaves out, once, moving ranges
    of 3.267 times their average or more (NHSRplotthedots does by default, the NHS Excel tool does
    not). `fix_after_n_points` lets only the first points of each rebase group make the limits.
    InsightError: a missing column, an unknown polarity, a period twice, `fix_after_n_points` below
    `minimum_points`, which is 2 or more.
    """
    where = "xmr"
    fixed = fix_after_n_points
    rule = "2 or more, and not more than fix_after_n_points"
    holds = minimum_points >= 2 and (fixed is None or fixed >= minimum_points)
    refuse_unless(holds, f"{where}: minimum_points", rule, f"{minimum_points}, {fixed}")
    requested(where, points, {"value": "value"}, by)
    raise_all(column_faults(where, points, (), ["period", "polarity"]))
    refuse_unknown_words(points, where)
    rows = in_series(points, by, where)
    rebased = pl.col("is_rebase") if "is_rebase" in rows.columns else pl.lit(False)
    answer = asked(
        rows.select(
            SERIES,
            pl.int_range(pl.len()).alias("period"),
            pl.col("value").cast(pl.Float64),
            rebased.cast(pl.Boolean).alias("is_rebase"),
            documented_polarity(),
        ),
        f"select {', '.join(_JUDGED)} from spc_xmr('given',"
        f" screen_outliers := {str(bool(screen_outliers)).lower()},"
        f" fix_after_n_points := {'null' if fixed is None else int(fixed)},"
        f" minimum_points := {int(minimum_points)}) order by {SERIES}, period",
    )
    return rows.drop(SERIES).with_columns(answer.get_columns())


def spc_verdict(judged: pl.DataFrame, *, by: Sequence[str] = ()) -> pl.DataFrame:
    """One row per series of `xmr`'s result with points: what is so at its latest point.

    Read besides, where it is there: target, in the unit of value. Added to `by`: period, mean, lpl,
    upl, has_trial_limits and has_degenerate_limits of the latest rebase group; points (of that
    group) and how many of them are of each point type; spc_variation (point_type of the latest
    point); spc_assurance (its target against its limits: consistent_pass, consistent_fail or
    inconsistent; NULL without a target, with degenerate limits or with polarity neutral).
    InsightError: a missing column, an unknown polarity, a period twice.
    """
    where = "spc_verdict"
    needed = ("rebase_group", "polarity", "point_type", "has_trial_limits", "has_degenerate_limits")
    numbers = {name: name for name in ("value", "mean", "lpl", "upl")}
    missing = [pl.lit(None, pl.Float64).alias("target")] if "target" not in judged else []
    known = judged.with_columns(missing)
    requested(where, known, {**numbers, "target": "target"}, by)
    raise_all(column_faults(where, known, (), ["period", *needed]))
    refuse_unknown_words(known, where)
    rows = in_series(known, by, where)
    answer = asked(
        rows.select(
            SERIES,
            "period",
            pl.col(*numbers, "target").cast(pl.Float64),
            *[pl.col(name) for name in needed if name != "polarity"],
            documented_polarity(),
        ),
        f"from spc_verdict('given') order by {SERIES}",
    )
    keys = rows.select(SERIES, *by).unique(SERIES).sort(SERIES)
    return keys.join(answer, on=SERIES, maintain_order="left").drop(SERIES)
