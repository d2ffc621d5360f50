"""Everything that truly happens between people and services in the window.

Belongs here: which journey feeds which. Does not belong here: any service's own course.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from insight_pipeline.simulation.chance import stream
from insight_pipeline.simulation.journeys.after_hospital import after_hospital
from insight_pipeline.simulation.journeys.care import care_journeys
from insight_pipeline.simulation.journeys.care_homes import younger_care_homes
from insight_pipeline.simulation.journeys.children import Children, children_journeys
from insight_pipeline.simulation.journeys.gaps import (
    assessed_twice,
    without_exercise,
    without_treatment,
)
from insight_pipeline.simulation.journeys.health import Health, health_journeys
from insight_pipeline.simulation.journeys.home_care import (
    further_home_care,
    soon_in_hospital,
    with_agencies,
)
from insight_pipeline.simulation.journeys.homelessness import (
    duties_of,
    homeless_again,
    homeless_duties,
    secured_for_how_long,
)
from insight_pipeline.simulation.journeys.hospital import hospital_spells
from insight_pipeline.simulation.journeys.leisure import Leisure, leisure_journeys
from insight_pipeline.simulation.journeys.served import served
from insight_pipeline.simulation.journeys.tenancies import evicted, tenancies
from insight_pipeline.simulation.journeys.treatment import back_in_treatment, treatment_journeys
from insight_pipeline.simulation.journeys.voice import invitations
from insight_pipeline.simulation.journeys.youth import youth_activities
from insight_pipeline.simulation.population import Population


@dataclass(frozen=True)
class BoroughLife:
    """True events by service, as dates; an end that has not come is null.

    voice: who was asked about which service, and what all of them would say (voice.py).
    """

    health: Health
    care: pl.DataFrame
    leisure: Leisure
    duties: pl.DataFrame
    treatment: pl.DataFrame
    tenancies: pl.DataFrame
    children: Children
    youth: pl.DataFrame
    spells: pl.DataFrame
    voice: pl.DataFrame = field(default_factory=pl.DataFrame)


def live(population: Population, seed: int, is_planted: bool = True) -> BoroughLife:
    """Run every service; each has its own stream of chance.

    is_planted: with the situations of situations.py.
    """
    life = _at_services(population, seed, is_planted)
    if is_planted:
        life = _with_gaps(life, population, seed)
    asked = invitations(stream(seed, "voice"), population, served(life))
    return replace(life, voice=asked)


def _with_gaps(life: BoroughLife, population: Population, seed: int) -> BoroughLife:
    """Services that do not reach a ward, and assessments made twice."""
    referrals = life.health.referrals
    return replace(
        life,
        leisure=without_exercise(life.leisure, referrals, population, seed),
        treatment=without_treatment(life.treatment, population),
        health=assessed_twice(life.health, life.care, population, seed),
    )


def _at_services(population: Population, seed: int, is_planted: bool) -> BoroughLife:
    children = children_journeys(stream(seed, "children"), population)
    health = health_journeys(stream(seed, "health"), population)
    first_duties = homeless_duties(stream(seed, "duties"), population, children.leavers)
    treatment = treatment_journeys(stream(seed, "treatment"), population, first_duties, is_planted)
    held = tenancies(stream(seed, "tenancies"), population, first_duties, treatment)
    rng = stream(seed, "evictions")
    later_duties = duties_of(rng, population, *evicted(rng, held))
    again = homeless_again(stream(seed, "homeless again"), population, first_duties)
    # Nobody picks up a referral made by a later duty: treatment has been settled by then.
    later_duties = pl.concat([later_duties, again]).with_columns(
        referred_on=pl.lit(None, dtype=pl.Date)
    )
    duties = pl.concat([first_duties, later_duties]).sort("start", "person", maintain_order=True)
    rng = stream(seed, "back in treatment")
    back = back_in_treatment(rng, population, treatment, is_planted)
    spells = hospital_spells(stream(seed, "hospital"), population)
    care = _care(population, seed, health, spells, is_planted)
    soon = soon_in_hospital(seed, population, care, spells, is_planted)
    return BoroughLife(
        health=health,
        care=care,
        leisure=leisure_journeys(stream(seed, "leisure"), population, health.referrals),
        duties=secured_for_how_long(stream(seed, "secured"), duties, held["person"]),
        treatment=_in_order(treatment, back),
        tenancies=held,
        children=children,
        youth=youth_activities(stream(seed, "youth"), population, children.leavers),
        spells=pl.concat([spells, soon]).sort("admitted", "person"),
    )


def _in_order(treatment: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    every = pl.concat([treatment, more])
    return every.sort("referred", "person", "provider", maintain_order=True)


def _care(
    population: Population, seed: int, health: Health, spells: pl.DataFrame, is_planted: bool
) -> pl.DataFrame:
    """Adult social care, however it began."""
    slower = stream(seed, "slower pick-up") if is_planted else None
    care = care_journeys(stream(seed, "care"), population, health.referrals, slower)
    younger = younger_care_homes(stream(seed, "younger care homes"), population)
    older = after_hospital(stream(seed, "after hospital"), population, spells, care)
    every = pl.concat([care, younger, older])
    every = pl.concat([every, further_home_care(seed, population, every)])
    every = every.sort("start", "person", "event", maintain_order=True)
    return with_agencies(seed, population, every)
