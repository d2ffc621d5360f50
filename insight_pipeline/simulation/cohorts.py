"""People who may be counted, and members of a cohort counted by period and breakdown.

Belongs here: what every true indicator needs. Does not belong here: who is in which cohort.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from insight_pipeline.simulation.measures import (
    COLUMNS,
    Period,
    age_band,
    age_on,
    in_periods,
    proportions,
)
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.window import dates


def people_of(population: Population) -> pl.DataFrame:
    """Those who may be counted: person, area_code, sex, birth, death (null for the living)."""
    wards = pl.Series([ward.code for ward in WARDS])
    return pl.DataFrame(
        {
            "person": np.arange(population.size),
            "area_code": wards.gather(population.final_ward()),
            "sex": pl.Series(["M", "F"]).gather(population.female.astype(np.int64)),
            "birth": dates(population.birth),
            "death": dates(population.death),
            "out": population.opted_out_at_end(),
        }
    ).filter(~pl.col("out"))


def counted(
    name: str,
    members: pl.DataFrame,
    people: pl.DataFrame,
    periods: list[Period],
    own: Sequence[tuple[str, str]] = (),
) -> pl.DataFrame:
    """Rows of one indicator from its members: person, day, provider_id, and kept or an amount.

    own: its own kinds of breakdown, each with the column of `members` that says the group.
    """
    known = members.join(people, on="person")
    cohort = in_periods(known, "day", periods).with_columns(age_band=age_band(age_on("day")))
    return proportions(cohort, own).select(pl.lit(name).alias("indicator_id"), *COLUMNS)
