"""The indicators as they truly are: from true events of true people, without any SQL.

Belongs here: all of them together, and those that ask whether something happened within a time.
Does not belong here: those of the hospital (true_hospital.py), per resident (true_rates.py) and of
coming back (true_returns.py); how the pipeline computes them: the two are written apart so that
one can check the other.
People who opted out are in no numerator and in no denominator of linked people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from insight_pipeline.simulation.cohorts import people_of
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.health import TO_CARE, TO_LEISURE
from insight_pipeline.simulation.journeys.treatment import COMPLETED, under_contract
from insight_pipeline.simulation.journeys.youth import EET_CODES
from insight_pipeline.simulation.measures import (
    COLUMNS,
    age_band,
    age_on,
    in_periods,
    mature,
    proportions,
    whole_quarters,
    whole_years,
)
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.true_hand_offs import hand_off_indicators
from insight_pipeline.simulation.true_home_care import home_care_indicators
from insight_pipeline.simulation.true_hospital import hospital_indicators
from insight_pipeline.simulation.true_more import more_indicators
from insight_pipeline.simulation.true_needs import need_indicators
from insight_pipeline.simulation.true_rates import rates_per_resident
from insight_pipeline.simulation.true_returns import indicators_of_returns
from insight_pipeline.simulation.true_served import people_served
from insight_pipeline.simulation.true_transitions import indicator_of_transitions
from insight_pipeline.simulation.true_voice import voice_indicators
from insight_pipeline.simulation.window import Window

HALF_YEAR = 182
Cohort = pl.DataFrame


@dataclass(frozen=True)
class Question:
    """What one indicator asks: index events (person, day), the days to wait, what counts as kept
    (rows of the cohort, any number of times), and who delivered the receiving service."""

    name: str
    index: pl.DataFrame
    window_days: int
    yearly: bool
    kept: Callable[[Cohort], pl.DataFrame]
    provider: pl.Expr


def true_indicators(population: Population, life: BoroughLife) -> pl.DataFrame:
    """Every row of every indicator."""
    people = people_of(population)
    questions = (*_about_referrals(life), *_about_later_life(life))
    pieces = [_answer(question, people, population.window) for question in questions]
    pieces += rates_per_resident(population, life, people)
    pieces += indicators_of_returns(life, people, population.window)
    pieces += hospital_indicators(life, people, population.window)
    pieces += hand_off_indicators(life, people, population.window)
    pieces += home_care_indicators(life, people, population.window)
    pieces += more_indicators(life, people, population.window)
    pieces += people_served(life, people, population.window)
    pieces += need_indicators(life, people, population.window)
    pieces.append(voice_indicators(life.voice, people, population.window))
    pieces.append(indicator_of_transitions(population, life))
    ordered = pl.concat([piece.select("indicator_id", *COLUMNS) for piece in pieces])
    return ordered.sort("indicator_id", "period_from", "breakdown_type", "breakdown")


def _about_referrals(life: BoroughLife) -> tuple[Question, ...]:
    referrals, told = life.health.referrals, life.duties.drop_nulls("referred_on")
    requests = life.care.filter(pl.col("event") == "Request")
    started = life.treatment.drop_nulls("started")
    return (
        Question("health_to_care_pickup_28d", _onward(referrals, TO_CARE), 28, False,
                 lambda cohort: _starts_within(cohort, requests, "start", 28),
                 pl.lit("brightcare")),
        Question("leisure_referral_kept_12w", _onward(referrals, TO_LEISURE), 84, False,
                 lambda cohort: _every_week(cohort, life.leisure.visits), pl.lit("activelife")),
        Question("homeless_to_treatment_21d", told.select("person", day="referred_on"), 21, False,
                 lambda cohort: _starts_within(cohort, started, "started", 21),
                 under_contract("day")),
    )  # fmt: skip


def _about_later_life(life: BoroughLife) -> tuple[Question, ...]:
    left = life.children.leavers.select("person", day="left")
    eet = life.youth.filter(pl.col("code").is_in(list(EET_CODES)))
    finished = life.treatment.filter(pl.col("reason") == COMPLETED)
    return (
        Question("care_leaver_eet_6m", left, HALF_YEAR, True,
                 lambda cohort: _in_force(cohort, eet, HALF_YEAR), pl.lit("youthworks")),
        Question("care_leaver_homeless_6m", left, HALF_YEAR, True,
                 lambda cohort: _starts_within(cohort, life.duties, "start", HALF_YEAR),
                 pl.lit("homestead")),
        Question("treatment_tenancy_kept_6m", _housed(finished, life.tenancies), HALF_YEAR, True,
                 lambda cohort: _in_force(cohort, life.tenancies, HALF_YEAR), pl.lit("homestead")),
    )  # fmt: skip


def _answer(question: Question, people: pl.DataFrame, window: Window) -> pl.DataFrame:
    """One row per distinct person and index day, marked as kept or not, then counted."""
    periods = whole_years(window) if question.yearly else whole_quarters(window)
    periods = mature(periods, question.window_days, window.last)
    index = question.index.unique().join(people, on="person").sort("person", "day")
    cohort = in_periods(index, "day", periods).with_row_index("row")
    kept = question.kept(cohort).select("row").unique().with_columns(kept=pl.lit(True))
    marked = cohort.join(kept, on="row", how="left").with_columns(
        pl.col("kept").fill_null(False),
        age_band=age_band(age_on("day")),
        provider_id=question.provider,
    )
    return proportions(marked).with_columns(indicator_id=pl.lit(question.name))


def _onward(referrals: pl.DataFrame, service: str) -> pl.DataFrame:
    return referrals.filter(pl.col("onward") == service).select("person", day="onward_on")


def _starts_within(
    cohort: pl.DataFrame, events: pl.DataFrame, start: str, days: int
) -> pl.DataFrame:
    """Index events followed by an event that starts on that day or up to `days` days after."""
    both = cohort.join(events.select("person", then=start), on="person")
    lag = (pl.col("then") - pl.col("day")).dt.total_days()
    return both.filter(lag.is_between(0, days))


def _every_week(cohort: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """Referrals with a visit in each of the four weeks from day 56 to day 83."""
    came = visits.select("person", then=pl.col("visited_at").dt.date()).unique()
    lag = (pl.col("then") - pl.col("day")).dt.total_days()
    inside = cohort.join(came, on="person").filter(lag.is_between(56, 83))
    weeks = inside.group_by("row").agg(weeks=(lag // 7).n_unique())
    return weeks.filter(pl.col("weeks") == 4)


def _in_force(cohort: pl.DataFrame, held: pl.DataFrame, days: int) -> pl.DataFrame:
    """Index events whose person has an interval that covers the day `days` days after."""
    then = pl.col("day") + timedelta(days=days)
    both = cohort.join(held.select("person", "start", "end"), on="person")
    return both.filter(
        (pl.col("start") <= then) & (pl.col("end").is_null() | (pl.col("end") >= then))
    )


def _housed(finished: pl.DataFrame, tenancies: pl.DataFrame) -> pl.DataFrame:
    """Treatments completed by people who then have a tenancy in force."""
    done = finished.select("person", day="ended").unique()
    return _in_force(done, tenancies, 0).select("person", "day")
