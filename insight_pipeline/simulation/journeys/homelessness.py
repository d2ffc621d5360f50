"""Homelessness duties, and referrals from them to substance-misuse treatment.

Belongs here: the true duties. Does not belong here: tenancies found at the end (tenancies.py).
"""

from __future__ import annotations

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
from insight_pipeline.simulation.window import NEVER, Ints, days

DUTIES = {"Prevention": 45, "Relief": 40, "Main": 15}
LONGEST = {"Prevention": 56, "Relief": 56, "Main": 300}
SUPPORT_NEEDS = {"Drug dependency": 28, "Alcohol dependency": 20, "Mental health": 22, "None": 30}
DEPENDENCIES = ("Drug dependency", "Alcohol dependency")
SECURED, NOT_SECURED, CONTACT_LOST = "Secured accommodation", "Not secured", "Contact lost"
SECURED_SHORT = "Secured accommodation for less than 6 months"
AGAIN_AFTER_DAYS = (14, 360)


def homeless_duties(
    rng: np.random.Generator, population: Population, leavers: pl.DataFrame
) -> pl.DataFrame:
    """Duties to the public and to some care leavers within half a year of leaving."""
    age = ages_at_middle(population)
    weights = np.where((age >= 18) & (age < 70), 1.0, 0.0) * population.need() ** 2
    person, start = arrivals(rng, population, weights, RATES.homeless.duties)
    adult = population.age(person, start) >= 18
    left, left_day = leavers["person"].to_numpy(), days(leavers["left"])
    homeless = chance(rng, RATES.children.homeless_after_leaving, left.size)
    soon = left_day + between(rng, 5, 178, left.size)
    return duties_of(
        rng,
        population,
        np.concatenate([person[adult], left[homeless]]),
        np.concatenate([start[adult], soon[homeless]]),
    )


def duties_of(
    rng: np.random.Generator, population: Population, person: Ints, start: Ints
) -> pl.DataFrame:
    """person, duty, start, end, outcome, need, referred_on (null where nobody was told)."""
    here = population.present(person, start)
    person, start = person[here], start[here]
    duty = one_of(rng, DUTIES, person.size)
    longest = duty.replace_strict(LONGEST, return_dtype=pl.Int64).to_numpy()
    length = (20 + rng.random(person.size) * (longest - 20)).astype(np.int64)
    end = cut_at_last_day(start + length, population, person)
    need = one_of(rng, SUPPORT_NEEDS, person.size)
    dependent = need.is_in(DEPENDENCIES).to_numpy()
    refers = dependent & chance(rng, RATES.homeless.referred_on, person.size)
    referred = start + between(rng, 0, 10, person.size)
    refers &= population.present(person, referred)
    end = closing(np.maximum(end, start), population.window)
    return table(
        person=person,
        duty=duty,
        start_day=start,
        end_day=end,
        outcome=_outcomes(rng, end),
        need=need,
        referred_on_day=np.where(refers, referred, NEVER),
    )


def _outcomes(rng: np.random.Generator, end: Ints) -> pl.Series:
    rates = RATES.homeless
    lost = 1 - rates.outcome_secured - rates.outcome_not_secured
    shares = {
        SECURED: rates.outcome_secured,
        NOT_SECURED: rates.outcome_not_secured,
        CONTACT_LOST: lost,
    }
    drawn = one_of(rng, shares, end.size)
    empty = pl.repeat(None, end.size, dtype=pl.String, eager=True)
    return drawn.zip_with(pl.Series(end < NEVER), empty)


def homeless_again(
    rng: np.random.Generator, population: Population, duties: pl.DataFrame
) -> pl.DataFrame:
    """New duties to some people within a year of one that ended with accommodation secured."""
    housed = duties.filter(pl.col("outcome") == SECURED)
    person = housed["person"].to_numpy()
    start = days(housed["end"]) + between(rng, *AGAIN_AFTER_DAYS, person.size)
    again = chance(rng, RATES.homeless.again_within_a_year, person.size)
    return duties_of(rng, population, person[again], start[again])


def secured_for_how_long(
    rng: np.random.Generator, duties: pl.DataFrame, tenants: pl.Series
) -> pl.DataFrame:
    """The same duties; some accommodation was secured for less than six months, but never that of
    people who have ever rented from the housing company (`tenants`)."""
    short = pl.Series(chance(rng, RATES.homeless.secured_short, duties.height))
    short &= (duties["outcome"] == SECURED) & ~duties["person"].is_in(tenants.implode())
    outcome = pl.when(short).then(pl.lit(SECURED_SHORT)).otherwise("outcome")
    return duties.with_columns(outcome=outcome)
