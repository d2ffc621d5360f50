"""Mid-year population estimates by ward, sex and age band.

Belongs here: counts of everybody who lives in the borough. Does not belong here: services.
Bands of five years; that from 15 to 19 is given in two, since services for adults begin at 18.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.window import Ints, day_number

BAND = 5
LAST_BAND = 90
ADULT = 18
OLDEST = 120
FIRST_AGES = tuple(sorted({*range(0, LAST_BAND + 1, BAND), ADULT}))


def population_estimates(population: Population, year: int) -> pl.DataFrame:
    """area_code, sex, age_from, age_to, year, persons: every band of every ward, zero included."""
    day = day_number(date(year, 6, 30))
    gone = np.minimum(population.death, population.moved_out)
    living = np.flatnonzero((population.birth <= day) & (gone > day))
    age = population.age(living, day).astype(np.int64)
    counted = pl.DataFrame(
        {
            "ward": population.ward(living, np.full(living.size, day)),
            "sex": pl.Series(["M", "F"]).gather(population.female[living].astype(np.int64)),
            "age_from": _first_age(age),
        }
    )
    counts = counted.group_by("ward", "sex", "age_from").len("persons")
    return (
        _every_band()
        .join(counts, on=["ward", "sex", "age_from"], how="left", maintain_order="left")
        .select(
            "area_code",
            "sex",
            "age_from",
            "age_to",
            year=pl.lit(year),
            persons=pl.col("persons").fill_null(0),
        )
    )


def _first_age(age: Ints) -> Ints:
    """The youngest age of the band that holds each age."""
    first = np.array(FIRST_AGES, dtype=np.int64)
    found: Ints = first[np.searchsorted(first, age, side="right") - 1]
    return found


def _every_band() -> pl.DataFrame:
    last = [*(age - 1 for age in FIRST_AGES[1:]), OLDEST]
    bands = pl.DataFrame({"age_from": FIRST_AGES, "age_to": last})
    wards = pl.DataFrame(
        {"ward": list(range(len(WARDS))), "area_code": [ward.code for ward in WARDS]}
    )
    sexes = pl.DataFrame({"sex": ["F", "M"]})
    return wards.join(sexes, how="cross").join(bands, how="cross")
