"""Children looked after: episodes, going missing, and leaving care.

Belongs here: true time in care. Does not belong here: what care leavers do next (youth.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.journeys.events import closing, cut_at_last_day, table
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.window import NEVER, YEAR_DAYS, Ints

LEFT_CARE, RETURNED_HOME, ADOPTED, NEW_EPISODE = "E15", "E4A", "E11", "X1"
LEGAL_STATUS = {"C2": 6, "V2": 3, "C1": 2}
NEEDS = {"N1": 7, "N5": 2, "N4": 1}
PLACEMENTS = {"U6": 5, "U1": 2, "K2": 2, "H5": 1}
PLACEMENT_PROVIDERS = {"PR1": 5, "PR4": 4}
EIGHTEENTH = round(18 * YEAR_DAYS)
MISSING_KINDS = {"M": 3, "A": 1}


@dataclass(frozen=True)
class Children:
    """`episodes`: person, started, ended, first, ended_for, and coded detail; one row an episode.
    `missing`: person, kind, started, ended. `leavers`: person, left."""

    episodes: pl.DataFrame
    missing: pl.DataFrame
    leavers: pl.DataFrame


def children_journeys(rng: np.random.Generator, population: Population) -> Children:
    """Care leavers, and younger children who go home, are adopted or stay."""
    leavers, left = _leavers(rng, population)
    start = np.maximum(left - between(rng, 200, 1500, leavers.size), population.window.start)
    younger, from_day, until = _younger(rng, population, leavers)
    person = np.concatenate([leavers, younger])
    begun = np.concatenate([start, from_day])
    ended = np.concatenate([left, until])
    leaves = np.arange(person.size) < leavers.size
    adopted = population.age(person, begun) < 6
    adopted &= chance(rng, 0.5, person.size)
    why = np.select([leaves, adopted], [0, 1], 2)
    reason = pl.Series([LEFT_CARE, ADOPTED, RETURNED_HOME]).gather(why)
    episodes = _episodes(rng, population, person, begun, ended, reason)
    missing = _missing(rng, population, person, begun, ended)
    return Children(episodes, missing, table(person=leavers, left_day=left))


def _leavers(rng: np.random.Generator, population: Population) -> tuple[Ints, Ints]:
    """Some of those who turn eighteen, leaving on the birthday or up to sixteen months before."""
    window = population.window
    birthday = population.birth + EIGHTEENTH
    chosen = chance(rng, RATES.children.leavers_at_18, population.size)
    person = np.flatnonzero((birthday > window.start) & (birthday <= window.end + 480) & chosen)
    early = ~chance(rng, RATES.children.leaves_at_18, person.size)
    left = birthday[person] - np.where(early, between(rng, 1, 480, person.size), 0)
    fits = (left > window.start + 20) & population.present(person, left)
    return person[fits], left[fits]


def _younger(
    rng: np.random.Generator, population: Population, leavers: Ints
) -> tuple[Ints, Ints, Ints]:
    window = population.window
    is_child = (population.birth + EIGHTEENTH > window.end) & ~np.isin(
        np.arange(population.size), leavers
    )
    chosen = chance(rng, RATES.children.looked_after * population.need(), population.size)
    person = np.flatnonzero(is_child & chosen)
    day = between(rng, window.start, window.end, person.size)
    day = np.where(chance(rng, 0.55, person.size), window.start, day)
    day = np.maximum(day, population.birth[person] + 1)
    here = population.present(person, day)
    person, day = person[here], day[here]
    end = day + rng.exponential(600, person.size).astype(np.int64) + 10
    return person, day, cut_at_last_day(end, population, person)


def _episodes(
    rng: np.random.Generator,
    population: Population,
    person: Ints,
    begun: Ints,
    ended: Ints,
    reason: pl.Series,
) -> pl.DataFrame:
    """Split each stay into one to three episodes; the next begins on the day the last one ends."""
    pieces = 1 + rng.binomial(2, 0.35, person.size)
    stay = np.repeat(np.arange(person.size), pieces)
    place = np.arange(stay.size) - (np.cumsum(pieces) - pieces)[stay]
    length = np.minimum(ended, population.window.end + 1) - begun
    step = (length // pieces)[stay]
    start = begun[stay] + step * place
    last = place == pieces[stay] - 1
    end = closing(np.where(last, ended[stay], start + step), population.window)
    moved_on = pl.repeat(NEW_EPISODE, stay.size, dtype=pl.String, eager=True)
    episodes = table(
        person=person[stay],
        started_day=start,
        ended_day=end,
        first=pl.Series(place == 0),
        ended_for=reason.gather(stay).zip_with(pl.Series(last), moved_on),
        legal_status=one_of(rng, LEGAL_STATUS, person.size).gather(stay),
        need=one_of(rng, NEEDS, person.size).gather(stay),
        placement=one_of(rng, PLACEMENTS, stay.size),
        placement_provider=one_of(rng, PLACEMENT_PROVIDERS, stay.size),
        placed_at=rng.integers(0, population.places.ward.size, stay.size),
    ).with_columns(ended_for=pl.when(pl.Series(end < NEVER)).then("ended_for"))
    # A stay of a day or two cannot be split: only its last piece is of any length.
    known = ((step > 0) | last) & (start <= population.window.end)
    return episodes.filter(pl.Series(known)).sort("started", "person")


def _missing(
    rng: np.random.Generator, population: Population, person: Ints, begun: Ints, ended: Ints
) -> pl.DataFrame:
    """Some children go missing, some of them often, for up to five days."""
    window = population.window
    until = np.minimum(ended, window.end)
    years = (until - begun) / YEAR_DAYS
    goes = chance(rng, RATES.children.missing_ever, person.size)
    goes &= population.age(person, begun) >= 10
    count = rng.poisson(np.where(goes, 1.8 * years, 0.0))
    who = np.repeat(np.arange(person.size), count)
    start = begun[who] + (rng.random(who.size) * (until - begun)[who]).astype(np.int64)
    pairs = np.unique(np.stack([person[who], start], axis=1), axis=0)
    away = between(rng, 0, 5, pairs.shape[0])
    return table(
        person=pairs[:, 0],
        kind=one_of(rng, MISSING_KINDS, pairs.shape[0]),
        started_day=pairs[:, 1],
        ended_day=closing(pairs[:, 1] + away, window),
    )
