"""Education, employment and training of young people from sixteen on.

Belongs here: true activities. Does not belong here: the return they are reported in.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import chance, one_of
from insight_pipeline.simulation.journeys.events import closing, table
from insight_pipeline.simulation.population import Population, pickup_effect
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.window import YEAR_DAYS, Floats, Ints, Mask

EET_CODES = {"210": 40, "310": 30, "410": 10, "430": 8, "440": 12}
NEET_CODES = {"610": 6, "620": 4}
UNKNOWN_CODE = "810"
FIRST_AGE, LAST_AGE, LEAVERS_LAST_AGE = 16, 20, 22
MOST_SPELLS = 8
SHORTEST_SPELL = 25


def youth_activities(
    rng: np.random.Generator, population: Population, leavers: pl.DataFrame
) -> pl.DataFrame:
    """person, code, start, end: one spell after another, with a gap here and there."""
    left = np.zeros(population.size, dtype=np.bool_)
    left[leavers["person"].to_numpy()] = True
    person, first, last = _in_scope(rng, population, left)
    lengths = SHORTEST_SPELL + rng.exponential(
        RATES.youth.spell_days, (person.size, MOST_SPELLS)
    ).astype(np.int64)
    start = first[:, None] + np.cumsum(lengths, axis=1) - lengths
    end = np.minimum(start + lengths - 1, last[:, None])
    row, spell = np.nonzero(start <= last[:, None])
    codes = _codes(rng, _in_eet(population, person, first, left)[row])
    begun, ended = start[row, spell], end[row, spell]
    reported = ~chance(rng, RATES.youth.gap, row.size)
    frame = table(
        person=person[row],
        code=codes,
        start_day=begun,
        end_day=closing(
            np.where(ended >= population.window.end, ended + 1, ended), population.window
        ),
    )
    return frame.filter(pl.Series(reported)).sort("person", "start")


def _in_scope(
    rng: np.random.Generator, population: Population, left: Mask
) -> tuple[Ints, Ints, Ints]:
    """From the sixteenth birthday to the twentieth, for care leavers two years longer."""
    window = population.window
    until_age = np.where(left, LEAVERS_LAST_AGE, LAST_AGE)
    first = np.maximum(population.birth + round(FIRST_AGE * YEAR_DAYS), window.start)
    last = np.minimum(
        population.birth + (until_age * YEAR_DAYS).astype(np.int64), population.last_day
    )
    known = chance(rng, RATES.youth.known, population.size)
    person = np.flatnonzero((first <= last) & known & (first <= window.end))
    return person, first[person], last[person]


def _in_eet(population: Population, person: Ints, first: Ints, left: Mask) -> Floats:
    base = np.where(left[person], RATES.youth.leaver_in_eet, RATES.youth.in_eet)
    odds: Floats = np.clip(base + pickup_effect(population, person, first), 0, 0.97)
    return odds


def _codes(rng: np.random.Generator, in_eet: Floats) -> pl.Series:
    draw = rng.random(in_eet.size)
    eet, neet = (one_of(rng, codes, in_eet.size) for codes in (EET_CODES, NEET_CODES))
    unknown = pl.repeat(UNKNOWN_CODE, in_eet.size, dtype=pl.String, eager=True)
    code = eet.zip_with(pl.Series(draw < in_eet), neet)
    return unknown.zip_with(pl.Series(draw >= 1 - RATES.youth.unknown), code)
