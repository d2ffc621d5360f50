"""Everything that truly happens between people and services in the window.

Belongs here: which journey feeds which. Does not belong here: any service's own course.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from insight_pipeline.simulation.chance import stream
from insight_pipeline.simulation.journeys.care import care_journeys
from insight_pipeline.simulation.journeys.children import Children, children_journeys
from insight_pipeline.simulation.journeys.health import Health, health_journeys
from insight_pipeline.simulation.journeys.homelessness import duties_of, homeless_duties
from insight_pipeline.simulation.journeys.leisure import Leisure, leisure_journeys
from insight_pipeline.simulation.journeys.tenancies import evicted, tenancies
from insight_pipeline.simulation.journeys.treatment import treatment_journeys
from insight_pipeline.simulation.journeys.youth import youth_activities
from insight_pipeline.simulation.population import Population


@dataclass(frozen=True)
class BoroughLife:
    """True events by service, as dates; an end that has not come is null."""

    health: Health
    care: pl.DataFrame
    leisure: Leisure
    duties: pl.DataFrame
    treatment: pl.DataFrame
    tenancies: pl.DataFrame
    children: Children
    youth: pl.DataFrame


def live(population: Population, seed: int) -> BoroughLife:
    """Run every service; each has its own stream of chance."""
    children = children_journeys(stream(seed, "children"), population)
    health = health_journeys(stream(seed, "health"), population)
    first_duties = homeless_duties(stream(seed, "duties"), population, children.leavers)
    treatment = treatment_journeys(stream(seed, "treatment"), population, first_duties)
    held = tenancies(stream(seed, "tenancies"), population, first_duties, treatment)
    rng = stream(seed, "evictions")
    later_duties = duties_of(rng, population, *evicted(rng, held))
    # Nobody picks up a referral made after an eviction: treatment has been settled by then.
    later_duties = later_duties.with_columns(referred_on=pl.lit(None, dtype=pl.Date))
    return BoroughLife(
        health=health,
        care=care_journeys(stream(seed, "care"), population, health.referrals),
        leisure=leisure_journeys(stream(seed, "leisure"), population, health.referrals),
        duties=pl.concat([first_duties, later_duties]).sort("start", "person"),
        treatment=treatment,
        tenancies=held,
        children=children,
        youth=youth_activities(stream(seed, "youth"), population, children.leavers),
    )
