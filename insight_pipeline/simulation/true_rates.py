"""True indicators that are rates of the population: moves into care homes, falls.

Belongs here: who is counted, and the residents they are held against. Does not belong here: the
standardising of rates, which the pipeline does from such counts.
"""

from __future__ import annotations

import polars as pl

from insight_pipeline.simulation.estimates import OLDEST, population_estimates
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.care import CARE_HOMES
from insight_pipeline.simulation.measures import (
    COLUMNS,
    Period,
    age_band,
    age_on,
    in_periods,
    labelled,
    whole_years,
)
from insight_pipeline.simulation.population import Population

WORKING_AGE, OLD_AGE = (18, 64), (65, OLDEST)
KINDS: tuple[tuple[str, list[str]], ...] = (
    ("total", []),
    ("area", ["area_code"]),
    ("sex", ["sex"]),
    ("age_band", ["age_band"]),
)


def rates_per_resident(
    population: Population, life: BoroughLife, people: pl.DataFrame
) -> list[pl.DataFrame]:
    """First moves into a care home below 65 and from 65 on; emergency falls from 65 on."""
    homes = life.care.filter(pl.col("service").is_in(CARE_HOMES))
    first = homes.group_by("person").agg(day=pl.col("start").min()).join(people, on="person")
    fell = life.spells.filter(pl.col("emergency") & pl.col("fall"))
    falls = fell.select("person", day="admitted").join(people, on="person")
    return [
        _per_resident("asc_care_home_18_64", first, population, WORKING_AGE),
        _per_resident("asc_care_home_65", first, population, OLD_AGE),
        _per_resident("hosp_falls_65", falls, population, OLD_AGE),
    ]


def _per_resident(
    name: str, events: pl.DataFrame, population: Population, ages: tuple[int, int]
) -> pl.DataFrame:
    """Events of people of these ages on their `day`, beside the residents of these ages."""
    periods = whole_years(population.window)
    age = age_on("day")
    inside = events.filter(age.is_between(*ages)).with_columns(age_band=age_band(age))
    placed = in_periods(inside, "day", periods)
    residents = _residents(population, periods, ages)
    pieces = []
    for kind, columns in KINDS:
        by = ["period_from", "period_to", *columns]
        counts = placed.group_by(by).agg(numerator=pl.len().cast(pl.Int64))
        base = residents.group_by(by).agg(denominator=pl.col("persons").sum().cast(pl.Int64))
        rows = base.join(counts, on=by, how="left").with_columns(pl.col("numerator").fill_null(0))
        rows = rows.rename({column: "value" for column in columns})
        pieces.append(rows.with_columns(labelled(kind)).select(COLUMNS))
    return pl.concat(pieces).select(pl.lit(name).alias("indicator_id"), *COLUMNS)


def _residents(
    population: Population, periods: list[Period], ages: tuple[int, int]
) -> pl.DataFrame:
    """Published estimates of people of these ages, in the year each period starts."""
    first, last = ages
    frames = [
        population_estimates(population, item.first.year)
        .filter((pl.col("age_from") >= first) & (pl.col("age_to") <= last))
        .select("area_code", "sex", "persons", age_band=age_band(pl.col("age_from")),
                period_from=pl.lit(item.first), period_to=pl.lit(item.last))
        for item in periods
    ]  # fmt: skip
    empty = {"area_code": pl.String, "sex": pl.String, "persons": pl.UInt32,
             "age_band": pl.String, "period_from": pl.Date, "period_to": pl.Date}  # fmt: skip
    return pl.concat(frames) if frames else pl.DataFrame(schema=empty)
