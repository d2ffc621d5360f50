"""Words shared by the journeys: arrivals of events, and days cut at a person's or window's end.

Belongs here: what every service needs. Does not belong here: any one service's course.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, weighted
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.window import NEVER, YEAR_DAYS, Floats, Ints, Window, dates


def arrivals(
    rng: np.random.Generator, population: Population, weights: Floats, per_1000_a_year: float
) -> tuple[Ints, Ints]:
    """People (by weight) and days of events that come in at this rate, for those present then."""
    window = population.window
    expected = per_1000_a_year * population.size / 1000 * window.years
    person = weighted(rng, weights, int(rng.poisson(expected)))
    day = between(rng, window.start, window.end, person.size)
    here = population.present(person, day)
    return person[here], day[here]


def ages_at_middle(population: Population) -> Floats:
    """Everybody's age in the middle of the window, for weights."""
    middle = (population.window.start + population.window.end) / 2
    return (middle - population.birth.astype(np.float64)) / YEAR_DAYS


def closing(end: Ints, window: Window) -> Ints:
    """An end that has not come by the window's end is `NEVER`."""
    return np.where(end > window.end, NEVER, end)


def cut_at_last_day(end: Ints, population: Population, person: Ints) -> Ints:
    """Whoever dies or leaves the borough leaves the service too."""
    last = np.minimum(population.death, population.moved_out)[person]
    return np.minimum(end, last)


def stop_before_next(person: Ints, start: Ints, end: Ints, window: Window) -> Ints:
    """Cut each interval so that it ends before the same person's next one starts."""
    order = np.lexsort((start, person))
    following = np.full(person.size, NEVER, dtype=np.int64)
    same = person[order][1:] == person[order][:-1]
    following[order[:-1][same]] = start[order[1:][same]]
    return np.minimum(end, np.where(following < NEVER, following - 1, NEVER))


def table(**columns: Ints | pl.Series) -> pl.DataFrame:
    """A frame of columns; those named `*_day` become dates."""
    return pl.DataFrame(
        {
            name.removesuffix("_day"): dates(values)
            if name.endswith("_day") and isinstance(values, np.ndarray)
            else values
            for name, values in columns.items()
        }
    )
