"""The acute hospital: spells from admission to discharge, emergency and elective.

Belongs here: true spells, when people were ready to leave, and coming back. Does not belong here:
diagnoses and codes (feeds/merebank.py), or what social care does next (after_hospital.py).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.hospital_rates import HOSPITAL, ByAge, by_age
from insight_pipeline.simulation.journeys.events import (
    ages_at_middle,
    arrivals,
    closing,
    cut_at_last_day,
)
from insight_pipeline.simulation.population import Population, pickup_effect
from insight_pipeline.simulation.window import NEVER, Floats, Ints, Mask, dates

HOME, CARE_HOME, OTHER_HOSPITAL, ELSEWHERE = "home", "care home", "other hospital", "elsewhere"
OLDER_GO_TO = {HOME: 925, CARE_HOME: 45, OTHER_HOSPITAL: 20, ELSEWHERE: 10}
OTHERS_GO_TO = {HOME: 985, OTHER_HOSPITAL: 10, ELSEWHERE: 5}
RETURN_DAYS = 30
TIMES_BACK = 3
FALL_ON_RETURN = 0.06
LAST_STAY_DAYS = 14
LAST_MONTHS_DAYS = (15, 120)


def hospital_spells(rng: np.random.Generator, population: Population) -> pl.DataFrame:
    """person, admitted, ready, discharged, emergency, fall, died, goes_to.

    No two spells of a person overlap, or share a day of admission or of discharge. `ready` is the
    day an adult who stayed a night could have left, null for others; ready, discharged and goes_to
    are null until they come.
    """
    stays = [
        _arrived(rng, population, HOSPITAL.emergencies, emergency=True, fall=False),
        _arrived(rng, population, HOSPITAL.falls, emergency=True, fall=True),
        _arrived(rng, population, HOSPITAL.electives, emergency=False, fall=False),
        *_near_the_end(rng, population),
    ]
    latest = pl.concat(stays)
    for _ in range(TIMES_BACK):
        latest = _back_again(rng, population, latest)
        stays.append(latest)
    return _known(rng, population, _one_at_a_time(pl.concat(stays)))


def _arrived(
    rng: np.random.Generator, population: Population, table: ByAge, *, emergency: bool, fall: bool
) -> pl.DataFrame:
    """Stays that come in at the yearly rates of `table`, more from wards of high need."""
    weights = by_age(table, ages_at_middle(population)) * np.sqrt(population.need())
    if fall:
        factor = HOSPITAL.falls_of_women
        weights = weights * np.where(population.female, factor, 2 - factor)
    rate = float(weights.sum()) / population.size * 1000
    person, admitted = arrivals(rng, population, weights, rate)
    same = np.ones(person.size, dtype=np.bool_)
    return _stays(rng, population, person, admitted, same & emergency, same & fall)


def _near_the_end(rng: np.random.Generator, population: Population) -> list[pl.DataFrame]:
    """The stay people die in, and one in the months before."""
    dying = np.flatnonzero(population.death <= population.window.end)
    last = dying[chance(rng, HOSPITAL.dies_in_hospital, dying.size)]
    earlier = dying[chance(rng, HOSPITAL.before_dying, dying.size)]
    last_day = population.death[last] - between(rng, 0, LAST_STAY_DAYS, last.size)
    earlier_day = population.death[earlier] - between(rng, *LAST_MONTHS_DAYS, earlier.size)
    stays = []
    for person, admitted in ((last, last_day), (earlier, earlier_day)):
        yes = np.ones(person.size, dtype=np.bool_)
        stays.append(_stays(rng, population, person, admitted, yes, ~yes))
    died = pl.Series(population.death[stays[0]["person"].to_numpy()])
    stays[0] = stays[0].with_columns(ready=pl.lit(NEVER, dtype=pl.Int64), discharged=died)
    return stays


def _stays(
    rng: np.random.Generator,
    population: Population,
    person: Ints,
    admitted: Ints,
    emergency: Mask,
    fall: Mask,
) -> pl.DataFrame:
    """Stays of people who were there, by day number; cut where somebody dies or moves away."""
    here = population.present(person, admitted)
    person, admitted, emergency, fall = person[here], admitted[here], emergency[here], fall[here]
    age = population.age(person, admitted)
    nights = _nights(rng, age, emergency, fall)
    waits = _waits(rng, population, person, admitted, emergency)
    waits = np.where((age >= 18) & (nights > 0), waits, 0)
    discharged = cut_at_last_day(admitted + nights + waits, population, person)
    ready = np.where((age >= 18) & (nights > 0), admitted + nights, NEVER)
    return pl.DataFrame(
        {
            "person": person,
            "admitted": admitted,
            "ready": np.where(ready <= discharged, ready, NEVER),
            "discharged": discharged,
            "emergency": emergency,
            "fall": fall,
        }
    )


def _nights(rng: np.random.Generator, age: Floats, emergency: Mask, fall: Mask) -> Ints:
    """Nights until somebody is fit to leave."""
    same_day = np.where(
        emergency, by_age(HOSPITAL.same_day_emergency, age), HOSPITAL.same_day_elective
    )
    mean = np.where(emergency, by_age(HOSPITAL.nights, age), HOSPITAL.nights_elective)
    mean = mean * np.where(fall, HOSPITAL.nights_after_a_fall, 1.0)
    stays = 1 + (rng.exponential(1.0, age.size) * mean).astype(np.int64)
    return np.where(chance(rng, same_day, age.size), 0, stays)


def _waits(
    rng: np.random.Generator, population: Population, person: Ints, day: Ints, emergency: Mask
) -> Ints:
    """Days somebody fit to leave an emergency stay is kept waiting; most are not."""
    likely = by_age(HOSPITAL.delayed, population.age(person, day))
    likely = likely - HOSPITAL.ward_effect * pickup_effect(population, person, day)
    waits = chance(rng, likely, person.size) & emergency
    length = 1 + (rng.exponential(1.0, person.size) * HOSPITAL.delay_days).astype(np.int64)
    return np.where(waits, length, 0)


def _back_again(
    rng: np.random.Generator, population: Population, stays: pl.DataFrame
) -> pl.DataFrame:
    """Emergencies within a month of leaving, sooner rather than later."""
    person, left = stays["person"].to_numpy(), stays["discharged"].to_numpy()
    likely = by_age(HOSPITAL.readmitted, population.age(person, left))
    likely = np.where(stays["emergency"], likely, HOSPITAL.readmitted_after_elective)
    likely = likely - HOSPITAL.ward_effect * pickup_effect(population, person, left) * likely
    back = chance(rng, likely, person.size) & (left < population.death[person])
    person, left = person[back], left[back]
    day = left + (rng.random(person.size) ** 1.6 * RETURN_DAYS).astype(np.int64)
    fall = chance(rng, FALL_ON_RETURN, person.size) & (population.age(person, day) >= 65)
    return _stays(rng, population, person, day, np.ones_like(fall), fall)


def _one_at_a_time(stays: pl.DataFrame) -> pl.DataFrame:
    """Leaves out stays that begin while another lasts, or share its first or last day."""
    before = pl.col("discharged").shift(1).cum_max().over("person")
    earlier = pl.col("admitted").shift(1).over("person")
    follows = (
        (pl.col("admitted") >= before)
        & (pl.col("admitted") > earlier)
        & (pl.col("discharged") > before)
    )
    in_order = stays.sort("person", "admitted", "discharged", maintain_order=True)
    return in_order.filter(before.is_null() | follows)


def _known(rng: np.random.Generator, population: Population, stays: pl.DataFrame) -> pl.DataFrame:
    """What has happened by the window's end, as dates."""
    person, discharged = stays["person"].to_numpy(), stays["discharged"].to_numpy()
    older = population.age(person, discharged) >= 65
    older &= stays["emergency"].to_numpy()
    goes_to = one_of(rng, OLDER_GO_TO, person.size).zip_with(
        pl.Series(older), one_of(rng, OTHERS_GO_TO, person.size)
    )
    ended = closing(discharged, population.window)
    died = pl.Series((ended < NEVER) & (discharged == population.death[person]))
    return stays.with_columns(
        admitted=dates(stays["admitted"].to_numpy()),
        ready=dates(closing(stays["ready"].to_numpy(), population.window)),
        discharged=dates(ended),
        died=died,
        goes_to=pl.when(~died & pl.Series(ended < NEVER)).then(goes_to),
    ).sort("admitted", "person")
