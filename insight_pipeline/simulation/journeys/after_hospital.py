"""What adult social care does for older people who leave hospital: reablement, or a care home.

Belongs here: the true course from discharge on. Does not belong here: spells (hospital.py), and
care that begins in another way (care.py).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.hospital_rates import HOSPITAL
from insight_pipeline.simulation.journeys.care import (
    CARE_HOMES,
    ENDED,
    STARTED,
    TRANSFERRED,
    care_events,
    known_care,
    service_lengths,
)
from insight_pipeline.simulation.journeys.hospital import CARE_HOME, HOME
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.window import Ints, Mask, days

FROM_HOSPITAL = "Hospital discharge"
REABLEMENT, HOME_CARE = "Short Term Support", "Home Care"
REABLEMENT_DAYS = (14, 42)
HOMES = {CARE_HOMES[0]: 2, CARE_HOMES[1]: 1}


def after_hospital(
    rng: np.random.Generator, population: Population, spells: pl.DataFrame, care: pl.DataFrame
) -> pl.DataFrame:
    """Care events as in care.py, of people of 65 and over after an emergency.

    Nobody gets here whom adult social care (`care`) has ever placed in a care home.
    """
    placed = care.filter(pl.col("service").is_in(CARE_HOMES))["person"]
    left = spells.filter(pl.col("emergency") & pl.col("goes_to").is_not_null())
    left = left.filter(~pl.col("person").is_in(placed.implode()))
    person, day = left["person"].to_numpy(), days(left["discharged"])
    older = (population.age(person, day) >= 65) & population.present(person, day)
    helped = older & (left["goes_to"] == HOME).to_numpy()
    helped &= chance(rng, HOSPITAL.reablement, person.size)
    housed = older & (left["goes_to"] == CARE_HOME).to_numpy()
    housed &= chance(rng, HOSPITAL.care_home_arranged, person.size)
    asked = np.maximum(day - between(rng, 1, 4, person.size), days(left["admitted"]))
    pieces = [
        _requests(person[helped | housed], asked[helped | housed], day[helped | housed]),
        *_reablement(rng, person[helped], day[helped]),
        _homes(rng, person[housed], day[housed] + between(rng, 0, 2, int(housed.sum()))),
    ]
    return known_care(pl.concat(pieces), population)


def _requests(person: Ints, start: Ints, end: Ints) -> pl.DataFrame:
    return care_events(
        "Request", person, start, end, _all(STARTED, person.size),
        route=_all(FROM_HOSPITAL, person.size),
    )  # fmt: skip


def _reablement(rng: np.random.Generator, person: Ints, day: Ints) -> list[pl.DataFrame]:
    """Some weeks of help at home; then nothing more, home care, or a care home."""
    start = day + between(rng, 0, 3, person.size)
    end = start + between(rng, *REABLEMENT_DAYS, person.size)
    draw = rng.random(person.size)
    to_home: Mask = draw < HOSPITAL.care_home_after
    to_care: Mask = ~to_home & (draw < HOSPITAL.care_home_after + HOSPITAL.home_care_after)
    outcome = pl.Series([ENDED, TRANSFERRED]).gather((to_home | to_care).astype(np.int64))
    kind = _all(HOME_CARE, int(to_care.sum()))
    carer_end = end[to_care] + 1 + service_lengths(rng, kind)
    return [
        care_events("Service", person, start, end, outcome, service=_all(REABLEMENT, person.size)),
        care_events("Service", person[to_care], end[to_care] + 1, carer_end,
                    _all(ENDED, len(kind)), service=kind),
        _homes(rng, person[to_home], end[to_home] + 1),
    ]  # fmt: skip


def _homes(rng: np.random.Generator, person: Ints, start: Ints) -> pl.DataFrame:
    kind = one_of(rng, HOMES, person.size)
    end = start + service_lengths(rng, kind)
    return care_events("Service", person, start, end, _all(ENDED, person.size), service=kind)


def _all(word: str, count: int) -> pl.Series:
    return pl.repeat(word, count, dtype=pl.String, eager=True)
