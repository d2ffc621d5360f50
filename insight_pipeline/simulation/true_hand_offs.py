"""Hand-offs between services as they truly went, and the indicators made of them.

Belongs here: every way from a service to the next in true events, and what became of it on the last
simulated day, when everybody has reported. Does not belong here: how the pipeline tells; this is
written apart from pathways.yaml and the SQL, so that one can check the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from insight_pipeline.simulation.cohorts import counted, people_of
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.health import TO_CARE, TO_LEISURE
from insight_pipeline.simulation.journeys.treatment import (
    NEW,
    OLD,
    RELET,
    TRANSFERRED,
    under_contract,
)
from insight_pipeline.simulation.journeys.youth import EET_CODES, NEET_CODES
from insight_pipeline.simulation.measures import mature, whole_quarters
from insight_pipeline.simulation.population import Population, person_ids
from insight_pipeline.simulation.window import Window

LONGEST_CLOCK = 42
HAND_OFF = ["pathway_code", "person", "day"]
OWN = (("pathway", "pathway_code"), ("provider_pair", "provider_pair"))
# Who else treats people: nobody, save the provider who takes the contract over.
OTHER_TREATMENT = pl.when(
    pl.col("from_provider_id") == OLD, pl.col("due") >= RELET, pl.col("day") < RELET
).then(pl.lit(NEW))


@dataclass(frozen=True)
class Way:
    """One pathway: who hands over whom on which day (person, day, from_provider_id, and from health
    closed and reason), what shows that they arrived (person, first, until, by), and who answers."""

    pathway_code: str
    handed_on: pl.DataFrame
    arrivals: pl.DataFrame
    clock_days: int
    answers: pl.Expr
    elsewhere: bool = False


def true_hand_offs(population: Population, life: BoroughLife) -> pl.DataFrame:
    """Every hand-off of people who may be counted: person, pathway_code, started_date, due_date,
    state_code, picked_up_date, from_provider_id, to_provider_id."""
    found = _hand_offs(people_of(population), life, population.window)
    return (
        found.with_columns(person=person_ids(found["person"].to_numpy()))
        .rename({"day": "started_date", "due": "due_date", "arrived": "picked_up_date"})
        .select("person", "pathway_code", "started_date", "due_date", "state_code",
                "picked_up_date", "from_provider_id", "to_provider_id")
    )  # fmt: skip


def hand_off_indicators(
    life: BoroughLife, people: pl.DataFrame, window: Window
) -> list[pl.DataFrame]:
    """Missed hand-offs, and how many of them were picked up in time, of which days are asked."""
    found = _hand_offs(people, life, window).with_columns(
        provider_id="to_provider_id",
        provider_pair=pl.format("{}_to_{}", "from_provider_id", "to_provider_id"),
    )
    members = found.drop("area_code", "sex", "birth", "death")
    judged = members.filter(pl.col("state_code").is_in(["missed", "picked_up"]))
    missed = judged.with_columns(kept=pl.col("state_code") == "missed")
    in_time = judged.filter(pl.col("state_code") == "picked_up").with_columns(kept=pl.lit(True))
    quarters = mature(whole_quarters(window), LONGEST_CLOCK, window.last)
    return [
        counted("handoff_missed", missed, people, quarters, OWN),
        counted("handoff_median_days", in_time, people, quarters, OWN),
    ]


def _hand_offs(people: pl.DataFrame, life: BoroughLife, window: Window) -> pl.DataFrame:
    """Everybody's, with the columns of `people`, due, arrived, to_provider_id and state_code."""
    pieces = [_followed(way, window.last) for way in (*_referrals(life), *_endings(life))]
    every = pl.concat(pieces, how="diagonal").join(people, on="person")
    states = _state(window.last)
    return every.with_columns(state_code=states).sort(*HAND_OFF)


def _referrals(life: BoroughLife) -> tuple[Way, ...]:
    """Ways that begin with a referral to a service."""
    told = life.duties.drop_nulls("referred_on")
    requests = life.care.filter(pl.col("event") == "Request")
    visits = life.leisure.visits.select("person", pl.col("visited_at").dt.date())
    started = life.treatment.drop_nulls("started")
    return (
        Way("health_to_social_care", _from_health(life, TO_CARE),
            _on_a_day(requests, "start"), 28, pl.lit("brightcare")),
        Way("health_to_leisure", _from_health(life, TO_LEISURE),
            _on_a_day(visits, "visited_at"), 42, pl.lit("activelife")),
        Way("homeless_to_treatment",
            told.select("person", day="referred_on", from_provider_id=pl.lit("homestead")),
            _on_a_day(started, "started"), 21, under_contract("day")),
    )  # fmt: skip


def _endings(life: BoroughLife) -> tuple[Way, ...]:
    """Ways that begin where something ends."""
    in_touch = life.youth.filter(pl.col("code").is_in([*EET_CODES, *NEET_CODES]))
    treated = life.treatment.drop_nulls("started")
    moved_on = treated.filter(pl.col("reason") == TRANSFERRED)
    return (
        Way("leaving_care_to_youth_support",
            life.children.leavers.select(
                "person", day="left", from_provider_id=pl.lit("kidsfirst")),
            in_touch.select("person", first="start", until="end", by=pl.lit("youthworks")),
            28, pl.lit("youthworks")),
        Way("treatment_transfer",
            moved_on.select("person", day="ended", from_provider_id="provider"),
            _on_a_day(treated, "started", by=pl.col("provider")), 28, OTHER_TREATMENT,
            elsewhere=True),
    )  # fmt: skip


def _from_health(life: BoroughLife, service: str) -> pl.DataFrame:
    onward = life.health.referrals.filter(pl.col("onward") == service)
    return onward.select(
        "person", "closed", "reason", day="onward_on", from_provider_id=pl.lit("wellpath")
    )


def _on_a_day(events: pl.DataFrame, day: str, by: pl.Expr | None = None) -> pl.DataFrame:
    """Arrivals on the day they begin: what is already under way is none."""
    who = pl.lit(None, pl.String) if by is None else by
    return events.select("person", first=day, until=day, by=who)


def _followed(way: Way, last: date) -> pl.DataFrame:
    """One row per person and day of a pathway, with what is known of its end."""
    days = pl.duration(days=way.clock_days)
    told = way.handed_on.filter(pl.col("day") <= last).with_columns(
        due=pl.col("day") + days, pathway_code=pl.lit(way.pathway_code)
    )
    if "reason" not in told.columns:
        told = told.with_columns(closed=pl.lit(None, pl.Date), reason=pl.lit(None, pl.String))
    in_time = pl.col("closed").is_between("day", "due")
    hand_offs = told.group_by(*HAND_OFF, "due", "from_provider_id").agg(
        declined=(in_time & (pl.col("reason") == "Declined")).any(),
        moved_away=(in_time & (pl.col("reason") == "Moved away")).any(),
    )
    both = hand_offs.join(way.arrivals, on="person")
    there = pl.coalesce("until", pl.lit(last)) >= pl.col("day")
    by_another = pl.col("by") != pl.col("from_provider_id") if way.elsewhere else pl.lit(True)
    arrived = (
        both.filter(there & by_another & (pl.col("first") <= last))
        .group_by(HAND_OFF)
        .agg(arrived=pl.max_horizontal("first", "day").min())
    )
    answered = hand_offs.with_columns(to_provider_id=way.answers)
    return answered.join(arrived, on=HAND_OFF, how="left")


def _state(last: date) -> pl.Expr:
    """What became of a hand-off; nobody reports late on the last simulated day."""
    conditions: Sequence[tuple[pl.Expr, str]] = (
        (pl.col("arrived") <= pl.col("due"), "picked_up"),
        (pl.col("death") <= pl.col("due"), "died"),
        (pl.col("moved_away"), "moved_away"),
        (pl.col("declined"), "declined"),
        (pl.col("due") > last, "within_clock"),
        (pl.col("to_provider_id").is_not_null(), "missed"),
    )
    state = pl.lit("not_reporting")
    for condition, code in reversed(conditions):
        state = pl.when(condition).then(pl.lit(code)).otherwise(state)
    return state
