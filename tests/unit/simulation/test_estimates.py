"""Population estimates: every age of every ward, and everybody counted once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from insight_pipeline.simulation.estimates import population_estimates
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.window import day_number, window_of

YEAR = 2025


@pytest.fixture(scope="module")
def population() -> Population:
    return build_population(2_000, window_of(30), 3)


def test_bands_hold_every_age_once_and_none_crosses_eighteen(population: Population) -> None:
    bands = population_estimates(population, YEAR).select("age_from", "age_to").unique()
    ages = [age for low, high in bands.rows() for age in range(low, high + 1)]
    assert sorted(ages) == list(range(121))
    assert {(15, 17), (18, 19), (65, 69), (90, 120)} <= set(bands.rows())
    assert bands.height == 20


def test_everybody_who_lives_here_at_midyear_is_counted_in_their_band(
    population: Population,
) -> None:
    day = day_number(date(YEAR, 6, 30))
    gone = np.minimum(population.death, population.moved_out)
    here = (population.birth <= day) & (gone > day)
    age = population.age(np.flatnonzero(here), day)
    table = population_estimates(population, YEAR)
    assert table["persons"].sum() == here.sum()
    for low, high in ((0, 4), (15, 17), (18, 19), (90, 120)):
        counted = table.filter(age_from=low)["persons"].sum()
        assert counted == ((age >= low) & (age < high + 1)).sum()
