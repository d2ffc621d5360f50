"""Community health: referrals received, contacts made, and referrals made onward.

Belongs here: the true course of a referral. Does not belong here: whether others pick it up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.journeys.events import (
    ages_at_middle,
    arrivals,
    closing,
    cut_at_last_day,
    table,
)
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.window import NEVER, Floats, Ints

TEAMS = {"District nursing": 4, "Physiotherapy": 3, "Falls service": 2, "Podiatry": 2,
         "Speech and language therapy": 1, "Community mental health": 2}  # fmt: skip
SOURCES = {"GP": 6, "Hospital": 3, "Self": 1, "Carer": 1}
MEDIA = {"Face to face": 7, "Telephone": 3, "Video": 1}
CLOSURES = {"Treatment completed": 6, "Declined": 1, "Did not attend": 1, "Moved away": 1}
TO_CARE, TO_LEISURE = "adult_social_care", "leisure"


@dataclass(frozen=True)
class Health:
    """`referrals`: person, received, team, source, onward, onward_on, closed, reason.
    `contacts`: referral (row number in referrals), person, contact, attended, medium."""

    referrals: pl.DataFrame
    contacts: pl.DataFrame


def health_journeys(rng: np.random.Generator, population: Population) -> Health:
    """Referrals and contacts of the whole window."""
    age = ages_at_middle(population)
    weights = np.select([age < 18, age < 65], [0.6, 0.8], 2.6) * population.need()
    person, received = arrivals(rng, population, weights, RATES.health.referrals)
    order = np.lexsort((person, received))
    person, received = person[order], received[order]
    contacts = _contacts(rng, population, person, received)
    closed = _closed(rng, population, person, received, contacts)
    onward, onward_day = _onward(rng, population, person, received)
    closed = np.where(onward_day < NEVER, np.maximum(closed, onward_day), closed)
    closed = closing(cut_at_last_day(closed, population, person), population.window)
    referrals = table(
        person=person,
        received_day=received,
        team=one_of(rng, TEAMS, person.size),
        source=one_of(rng, SOURCES, person.size),
        onward=onward,
        onward_on_day=onward_day,
        closed_day=closed,
        reason=one_of(rng, CLOSURES, person.size),
    )
    return Health(referrals, contacts)


def _contacts(
    rng: np.random.Generator, population: Population, person: Ints, received: Ints
) -> pl.DataFrame:
    count = rng.poisson(RATES.health.contacts_mean, person.size)
    referral = np.repeat(np.arange(person.size), count)
    day = received[referral] + between(rng, 1, 90, referral.size)
    here = population.present(person[referral], day)
    referral, day = referral[here], day[here]
    order = np.lexsort((referral, day))
    referral, day = referral[order], day[order]
    return table(
        referral=referral,
        person=person[referral],
        contact_day=day,
        attended=pl.Series(~chance(rng, RATES.health.did_not_attend, day.size)),
        medium=one_of(rng, MEDIA, day.size),
    )


def _closed(
    rng: np.random.Generator,
    population: Population,
    person: Ints,
    received: Ints,
    contacts: pl.DataFrame,
) -> Ints:
    last = received.copy()
    contact_days = contacts["contact"].cast(pl.Int32).to_numpy()
    np.maximum.at(last, contacts["referral"].to_numpy(), contact_days)
    closed = last + between(rng, 2, 30, person.size)
    return np.where(chance(rng, RATES.health.still_open, person.size), NEVER, closed)


def _onward(
    rng: np.random.Generator, population: Population, person: Ints, received: Ints
) -> tuple[pl.Series, Ints]:
    """To adult social care or to leisure, some weeks after the referral came in."""
    rates = RATES.health
    age = population.age(person, received)
    to_care: Floats = np.select(
        [age >= 65, age >= 18], [rates.onward_to_care_65, rates.onward_to_care_adult], 0.0
    )
    to_leisure = to_care + np.where((age >= 16) & (age < 86), rates.onward_to_leisure, 0.0)
    draw = rng.random(person.size)
    day = received + between(rng, 2, 40, person.size)
    refers = (draw < to_leisure) & population.present(person, day)
    choice = np.where(draw < to_care, 0, 1)
    onward = pl.Series([TO_CARE, TO_LEISURE]).gather(choice)
    empty = pl.repeat(None, person.size, dtype=pl.String, eager=True)
    return onward.zip_with(pl.Series(refers), empty), np.where(refers, day, NEVER)
