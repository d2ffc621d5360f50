"""Adults under 65 who move into a care home, which nobody does in care.py.

Belongs here: their true course from a request on. Does not belong here: older people.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, one_of
from insight_pipeline.simulation.journeys.care import (
    CARE_HOMES,
    ENDED,
    ROUTES,
    STARTED,
    care_events,
    known_care,
    service_lengths,
)
from insight_pipeline.simulation.journeys.events import ages_at_middle, arrivals
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.window import Floats

HOMES = {CARE_HOMES[0]: 4, CARE_HOMES[1]: 1}
LATEST_AGE = 63  # at the request, so that the move comes before 65


def younger_care_homes(rng: np.random.Generator, population: Population) -> pl.DataFrame:
    """Care events as in care.py: a request, an assessment and a care home each."""
    age = ages_at_middle(population)
    weights: Floats = np.select([age < 18, age < 50, age < 65], [0.0, 1.0, 3.0], 0.0)
    weights = weights * population.need()
    person, start = arrivals(rng, population, weights, RATES.care.younger_care_homes)
    asked_at = population.age(person, start)
    fits = (asked_at >= 18) & (asked_at < LATEST_AGE)
    person, start = person[fits], start[fits]
    decided = start + between(rng, 1, 14, person.size)
    assessed = decided + between(rng, 5, 40, person.size)
    moves = assessed + between(rng, 0, 30, person.size)
    kind = one_of(rng, HOMES, person.size)
    went, ended = (
        pl.repeat(word, person.size, dtype=pl.String, eager=True) for word in (STARTED, ENDED)
    )
    route = one_of(rng, ROUTES, person.size)
    events = [
        care_events("Request", person, start, decided, went, route=route),
        care_events("Assessment", person, decided, assessed, went),
        care_events("Service", person, moves, moves + service_lengths(rng, kind), ended,
                    service=kind),
    ]  # fmt: skip
    return known_care(pl.concat(events), population)
