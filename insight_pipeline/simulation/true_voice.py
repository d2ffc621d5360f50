"""How people truly found the services: what all who were invited would have said.

Belongs here: true shares of yes among everybody invited, and the counts of those who answered.
Does not belong here: who is asked or what they would say (journeys/voice.py), or weighting: the
pipeline weights answers, and is held against what it tries to find out.
People who opted out are in none of it.
"""

from __future__ import annotations

import polars as pl

from insight_pipeline.simulation.journeys.voice import ANSWERED, GOOD_FROM, YES
from insight_pipeline.simulation.measures import (
    ALL,
    COLUMNS,
    Period,
    age_band,
    age_on,
    in_periods,
    labelled,
    proportions,
    whole_quarters,
)
from insight_pipeline.simulation.window import Window

QUESTIONS = {
    "voice_good_experience": ("overall", pl.col("overall") >= GOOD_FROM),
    "voice_services_worked_together": ("together", pl.col("together") == YES),
}
RESPONSE_RATE = "voice_response_rate"
PERIOD = ["period_from", "period_to"]
KINDS = (("total", None), ("service", "service"), ("provider", "provider_id"))


def voice_indicators(voice: pl.DataFrame, people: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Counts of those who answered, unweighted, and of all invited: indicator_id and COLUMNS."""
    periods = whole_quarters(window)
    pieces = []
    for name, (question, yes) in QUESTIONS.items():
        invited = _invited(voice, people, periods, question, yes)
        pieces.append(_counted(name, invited.filter("answers")))
    answered = pl.col("response") == ANSWERED
    pieces.append(_counted(RESPONSE_RATE, _invited(voice, people, periods, "overall", answered)))
    return pl.concat(pieces)


def _counted(name: str, cohort: pl.DataFrame) -> pl.DataFrame:
    """Rows of all breakdowns, the service asked about among them."""
    members = cohort.with_columns(age_band=age_band(age_on("day")))
    sums = [
        pl.col("kept").sum().cast(pl.Int64).alias("numerator"),
        pl.len().cast(pl.Int64).alias("denominator"),
    ]
    of_services = members.group_by([*PERIOD, "service"]).agg(sums).rename({"service": "value"})
    labelled_services = of_services.with_columns(labelled("service")).select(COLUMNS)
    rows = pl.concat([proportions(members), labelled_services])
    return rows.select(pl.lit(name).alias("indicator_id"), *COLUMNS)


def true_voice(voice: pl.DataFrame, people: pl.DataFrame, window: Window) -> pl.DataFrame:
    """indicator_id, period_from, breakdown_type, breakdown, invited, answered (people), true_share
    (of yes among all invited) and answered_share (among those who answered; null without any), both
    in per cent, for all together, each service and each provider asked about."""
    pieces = []
    for name, (question, yes) in QUESTIONS.items():
        invited = _invited(voice, people, whole_quarters(window), question, yes)
        for kind, column in KINDS:
            group = pl.lit(ALL) if column is None else pl.col(column)
            labels = [pl.lit(name).alias("indicator_id"), pl.lit(kind).alias("breakdown_type")]
            grouped = invited.with_columns(*labels, breakdown=group).group_by(
                "indicator_id", "period_from", "breakdown_type", "breakdown"
            )
            pieces.append(
                grouped.agg(
                    invited=pl.len().cast(pl.Int64),
                    answered=pl.col("answers").sum().cast(pl.Int64),
                    true_share=100 * pl.col("kept").mean(),
                    answered_share=100 * pl.col("kept").filter("answers").mean(),
                )
            )
    keys = ("indicator_id", "period_from", "breakdown_type", "breakdown")
    return pl.concat(pieces).sort(keys)


def _invited(
    voice: pl.DataFrame,
    people: pl.DataFrame,
    periods: list[Period],
    question: str,
    yes: pl.Expr,
) -> pl.DataFrame:
    """Everybody invited: period, person's facts, service, provider_id, day, kept, answers."""
    answers = (pl.col("response") == ANSWERED) & ~pl.col(f"{question}_left_out")
    asked = voice.select(
        "person",
        "service",
        provider_id="provider",
        day="invited",
        kept=yes,
        answers=answers,
    )
    return in_periods(asked.join(people, on="person"), "day", periods)
