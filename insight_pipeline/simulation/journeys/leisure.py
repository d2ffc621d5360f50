"""Leisure: memberships and visits, of the public and of people referred by health.

Belongs here: true memberships and visits. Does not belong here: the trust's files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.journeys.events import ages_at_middle, table
from insight_pipeline.simulation.journeys.health import TO_LEISURE
from insight_pipeline.simulation.population import Population, pickup_effect
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.window import Ints, Mask, days

SITES = {"Ashmere Baths": 3, "Eastfield Leisure Centre": 4, "Harbour Gym": 2, "Ings Park": 1}
ACTIVITIES = {"Gym": 5, "Swim": 4, "Class": 3, "Walking group": 1, "Racquet sports": 1}
SECONDS = 1_000_000
TEST_WEEKS = (8, 9, 10, 11)  # the weeks in which a referral counts as kept


@dataclass(frozen=True)
class Leisure:
    """`members`: person, joined, referred. `visits`: person, visited_at, site, activity."""

    members: pl.DataFrame
    visits: pl.DataFrame


def leisure_journeys(
    rng: np.random.Generator, population: Population, referrals: pl.DataFrame
) -> Leisure:
    """Members and their visits; a person has one membership, from the first joining."""
    public, joined = _public(rng, population)
    referred, referred_day, kept = _taken_up(rng, population, referrals)
    rejoined = referred_day + between(rng, 1, 12, referred.size)
    here = population.present(referred, rejoined)
    members = _members(population, public, joined, referred[here], rejoined[here])
    visits = [
        _public_visits(rng, population, public, joined),
        _referred_visits(rng, population, referred[here], referred_day[here], kept[here]),
    ]
    person = np.concatenate([who for who, _ in visits])
    day = np.concatenate([when for _, when in visits])
    return Leisure(members, _visit_table(rng, person, day))


def _public(rng: np.random.Generator, population: Population) -> tuple[Ints, Ints]:
    age = ages_at_middle(population)
    appeal = np.select([age < 8, age < 18, age < 60, age < 85], [0.0, 1.0, 1.15, 0.8], 0.0)
    person = np.flatnonzero(chance(rng, RATES.leisure.members * appeal, population.size))
    window = population.window
    day = between(rng, window.start, window.end, person.size)
    day = np.where(chance(rng, RATES.leisure.joined_at_start, person.size), window.start, day)
    here = population.present(person, day)
    return person[here], day[here]


def _taken_up(
    rng: np.random.Generator, population: Population, referrals: pl.DataFrame
) -> tuple[Ints, Ints, Mask]:
    """Referred people who join: those who keep at it, and those who stop within weeks."""
    referred = referrals.filter(pl.col("onward") == TO_LEISURE)
    person, day = referred["person"].to_numpy(), days(referred["onward_on"])
    kept_chance = RATES.leisure.referral_kept + pickup_effect(population, person, day)
    draw = rng.random(person.size)
    kept = draw < kept_chance
    joins = draw < kept_chance + RATES.leisure.referral_dropped
    return person[joins], day[joins], kept[joins]


def _members(
    population: Population, public: Ints, joined: Ints, referred: Ints, rejoined: Ints
) -> pl.DataFrame:
    everyone = pl.concat(
        [
            table(person=public, joined_day=joined).with_columns(referred=pl.lit(False)),
            table(person=referred, joined_day=rejoined).with_columns(referred=pl.lit(True)),
        ]
    )
    return (
        everyone.group_by("person")
        .agg(pl.col("joined").min(), pl.col("referred").any())
        .sort("joined", "person")
    )


def _public_visits(
    rng: np.random.Generator, population: Population, person: Ints, joined: Ints
) -> tuple[Ints, Ints]:
    rates = RATES.leisure
    lasts = rng.exponential(rates.active_days_mean, person.size).astype(np.int64) + 1
    span = np.minimum(lasts, population.last_day[person] - joined + 1)
    weekly = rng.gamma(1.2, rates.visits_a_week / 1.2, person.size)
    count = rng.poisson(weekly * span / 7)
    who = np.repeat(np.arange(person.size), count)
    return person[who], joined[who] + (rng.random(who.size) * span[who]).astype(np.int64)


def _referred_visits(
    rng: np.random.Generator, population: Population, person: Ints, referred: Ints, kept: Mask
) -> tuple[Ints, Ints]:
    """At most one visit a week. Those who keep at it come in every test week; of the others some
    come just as long but miss one of those weeks."""
    # Joining takes up to twelve days, so nobody visits before the second week.
    week = np.arange(2, 27)
    lasts = kept | chance(rng, RATES.leisure.misses_a_week, person.size)
    stops = np.where(lasts, between(rng, 13, 26, person.size), between(rng, 2, 6, person.size))
    tested = np.isin(week, TEST_WEEKS)
    comes = rng.random((person.size, week.size)) < np.where(tested, 1.0, 0.75)
    comes &= week <= stops[:, None]
    missed = between(rng, TEST_WEEKS[0], TEST_WEEKS[-1], person.size)
    comes &= kept[:, None] | (week != missed[:, None])
    row, column = np.nonzero(comes)
    day = referred[row] + week[column] * 7 + between(rng, 0, 6, row.size)
    here = population.present(person[row], day)
    return person[row][here], day[here]


def _visit_table(rng: np.random.Generator, person: Ints, day: Ints) -> pl.DataFrame:
    """Visits between six in the morning and ten at night, in order of time."""
    second = day * 86_400 + between(rng, 6 * 3600, 22 * 3600 - 1, day.size)
    order = np.lexsort((person, second))
    return pl.DataFrame(
        {
            "person": person[order],
            "visited_at": pl.Series(second[order] * SECONDS).cast(pl.Datetime("us")),
            "site": one_of(rng, SITES, day.size),
            "activity": one_of(rng, ACTIVITIES, day.size),
        }
    )
