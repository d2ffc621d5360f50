"""Whether the last five annual points of a series rise or fall for certain: the recent trend.

Belongs here: what Fingertips' test needs and refuses, and its words. Does not belong here: the test
itself (functions/trend_recent.sql, trend_judged.sql), or which published points form a series
(publication/judgement.py).

Sources: Fingertips' TrendMarkerCalculator and TrendRequest (ukhsa-collaboration/fingertips-open;
dhsc-govuk/FingertipsNext, trend-analysis); Fingertips technical guidance, "Trend markers"; for
counts, the chi-squared test for trend (Armitage 1955).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import polars as pl

from insight_pipeline.indicators.statistics.calculation import asked
from insight_pipeline.indicators.statistics.request import column_faults, refuse_unless, requested
from insight_pipeline.indicators.statistics.series import SERIES, in_series
from insight_pipeline.indicators.statistics.words import (
    checked_word,
    documented_polarity,
    refuse_unknown_words,
)
from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.sql.engines.duckdb import literal

_WHERE = "recent_trend"
_NUMBERS = ("value", "count", "denominator")
_LIMITS = ("lower95", "upper95")
_WORDS = ("statistic", "polarity")


class TrendMethod(StrEnum):
    """What the test rests on.

    ci: values weighted by their 95 % intervals; any rate or proportion.
    proportion: chi-squared for trend on the counts, the slope's sign from the logits.
    """

    INTERVAL = "ci"
    PROPORTION = "proportion"


class Gaps(StrEnum):
    """What a year without a usable point does.

    stop: the points before it are not used, as in Fingertips until 2020. skip: the five latest
    usable points are used, however far apart, as in FingertipsNext.
    """

    STOP = "stop"
    SKIP = "skip"


def recent_trend(
    points: pl.DataFrame,
    *,
    by: Sequence[str] = (),
    method: str = TrendMethod.INTERVAL,
    gaps: str = Gaps.STOP,
    years_per_period: int = 1,
) -> pl.DataFrame:
    """One row per series (the columns `by`; without any, all rows are one), with its recent trend.

    Columns read: `by`, period (a whole number, one more each year), value, count, denominator,
    lower95 and upper95 (method ci), statistic and polarity (one of each per series). NULL marks
    what is not known or was withheld. A point can be used when value and count are there, the
    denominator is above 0 and, for ci, both limits are there.

    Added: period (the latest there is), points_used, chi_squared (0 when not calculated),
    is_significant, recent_trend (Increasing or Decreasing with polarity neutral, otherwise
    IncreasingAndGettingBetter … DecreasingAndGettingWorse; NoChange; CannotBeCalculated) and
    reason (why not calculated; else NULL): statistic_not_supported (other than proportion, rate or
    dsr), overlapping_periods (`years_per_period` other than 1), fewer_than_five_points,
    count_equals_denominator, count_is_zero (method proportion: no logit), no_width (an interval of
    width 0).

    A trend is significant when chi-squared exceeds 9.5495 (99.8 %, 1 df) and the slope keeps its
    sign with each of the five points left out in turn; a slope of 0 has none. InsightError: a
    missing column, an unknown word, two words in a series, a period twice, limits in the wrong
    order, a count outside 0 to its denominator (method proportion).
    """
    chosen = checked_word(method, TrendMethod, f"{_WHERE}: method")
    rule = checked_word(gaps, Gaps, f"{_WHERE}: gaps")
    _refuse_impossible(points, by, chosen)
    missing = [pl.lit(None, pl.Float64).alias(name) for name in _LIMITS if name not in points]
    rows = in_series(points.with_columns(*missing, documented_polarity()), by, _WHERE)
    _refuse_mixed(rows)
    answer = asked(
        rows.select(
            SERIES,
            "period",
            pl.col(*_NUMBERS, *_LIMITS).cast(pl.Float64),
            pl.col("statistic").cast(pl.String),
            "polarity",
        ),
        f"from trend_recent('given', method := {literal(chosen)}, gaps := {literal(rule)},"
        f" years_per_period := {int(years_per_period)}) order by {SERIES}",
    )
    keys = rows.select(SERIES, *by).unique(SERIES).sort(SERIES)
    return keys.join(answer, on=SERIES, how="left", maintain_order="left").drop(SERIES)


def _refuse_impossible(points: pl.DataFrame, by: Sequence[str], method: TrendMethod) -> None:
    is_ci = method is TrendMethod.INTERVAL
    names = (*_NUMBERS, *(_LIMITS if is_ci else ()))
    request = requested(_WHERE, points, {name: name for name in names}, by)
    raise_all(column_faults(_WHERE, points, (), ["period", *_WORDS]))
    refuse_unknown_words(points, _WHERE)
    kind = points.schema["period"]
    refuse_unless(
        kind.is_integer(), f"{_WHERE}: column period", "a whole number: the year", str(kind)
    )
    if is_ci:
        wrong = pl.col("lower95") > pl.col("upper95")
        request.refuse((wrong, "lower95 must not exceed upper95"))
    else:
        wrong = ~pl.col("count").is_between(0, pl.col("denominator"))
        request.refuse((wrong, "counts must lie between 0 and their denominator"))


def _refuse_mixed(rows: pl.DataFrame) -> None:
    words = rows.group_by(SERIES).agg(pl.col(*_WORDS).n_unique())
    mixed = words.filter(pl.any_horizontal(pl.col(*_WORDS) > 1)).height
    rule = "one statistic and one polarity for a series"
    refuse_unless(mixed == 0, f"{_WHERE}: series", rule, f"{mixed} series with two")
