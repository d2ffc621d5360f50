"""The council's own files: deaths, opt-outs, postcodes, population and contract spend.

Belongs here: the council's columns and drops. Does not belong here: other providers' returns.
"""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.chance import between, chance
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop
from insight_pipeline.simulation.estimates import population_estimates
from insight_pipeline.simulation.prices import contract_spend
from insight_pipeline.simulation.register import details
from insight_pipeline.simulation.stage import Stage, numbered
from insight_pipeline.simulation.window import NEVER, Quarter, dates
from insight_pipeline.simulation.writers import CsvDialect, write_csv

PROVIDER = "council"
DATE = "%d/%m/%Y"
SEX = {"M": "M", "F": "F"}
REGISTERED = 0.97
DIALECT = CsvDialect()


def council(stage: Stage) -> None:
    """All five files."""
    _deaths(stage)
    _opt_outs(stage)
    _reference(stage)


def _put(stage: Stage, dataset: str, quarter: Quarter, rows: pl.DataFrame, label: str) -> None:
    drop = Drop(PROVIDER, dataset, quarter.first, quarter.last, quarter.due,
                f"{dataset}_{label}.csv")  # fmt: skip
    stage.box.put(drop, rows.height, partial(write_csv, rows=rows, dialect=DIALECT))


def _deaths(stage: Stage) -> None:
    """Deaths registered in the quarter, a few days after they happened."""
    rng, dirt, people = stage.stream("deaths"), DIRT["council_deaths"], stage.population
    dead = np.flatnonzero((people.death <= people.window.end) & (people.death <= people.moved_out))
    dead = dead[chance(rng, REGISTERED, dead.size)]
    registered = people.death[dead] + between(rng, 1, 10, dead.size)
    order = np.lexsort((dead, registered))
    dead, registered = dead[order], registered[order]
    known = details(rng, people, dead, people.death[dead], dirt)
    rows = known.select(
        registered=dates(registered),
        person=pl.Series(dead),
        record=numbered("D", 7_001, dead.size),
    ).with_columns(
        pl.col("record").alias("Registration Ref"),
        known["nhs"].alias("NHS Number"),
        known["given"].alias("Forename"),
        known["family"].alias("Surname"),
        known["birth"].dt.strftime(DATE).alias("DOB"),
        dates(people.death[dead]).dt.strftime(DATE).alias("Date of Death"),
        soil.sex_codes(rng, known["sex"], SEX, None, dirt.sex_variant).alias("Sex"),
        known["postcode"].alias("Postcode"),
    )
    rows = rows.filter(pl.col("registered") <= people.window.last)
    stage.know(f"{PROVIDER}:death-", rows)
    for quarter in stage.quarters:
        inside = pl.col("registered").is_between(quarter.first, quarter.last)
        sent = rows.filter(inside).drop("registered", "person", "record")
        _put(stage, "deaths", quarter, sent, f"{quarter.last:%Y%m%d}")


def _opt_outs(stage: Stage) -> None:
    """The whole list each quarter; a few people take their opt-out back and leave the list."""
    rng, dirt, people = stage.stream("opt outs"), DIRT["council_opt_outs"], stage.population
    out = np.flatnonzero(people.opted_out <= people.window.end)
    out = out[np.argsort(people.opted_out[out], kind="stable")]
    day = people.opted_out[out]
    known = details(rng, people, out, day, dirt)
    rows = pl.DataFrame(
        {
            "person": out,
            "record": numbered("OO", 2_001, out.size),
            "from": dates(day),
            "until": dates(np.minimum(people.withdrew[out], NEVER)),
        }
    ).with_columns(
        pl.col("record").alias("Opt Out Ref"),
        known["nhs"].alias("NHS Number"),
        known["given"].alias("Forename"),
        known["family"].alias("Surname"),
        known["birth"].dt.strftime(DATE).alias("DOB"),
        known["postcode"].alias("Postcode"),
        pl.col("from").dt.strftime(DATE).alias("Opted Out On"),
    )
    listed = rows.clear()
    for quarter in stage.quarters:
        stays = pl.col("until").is_null() | (pl.col("until") > quarter.last)
        current = rows.filter((pl.col("from") <= quarter.last) & stays)
        listed = pl.concat([listed, current])
        sent = current.drop("person", "record", "from", "until")
        _put(stage, "opt_outs", quarter, sent, f"{quarter.last:%Y%m%d}")
    stage.know(f"{PROVIDER}:optout-", listed)


def _reference(stage: Stage) -> None:
    """Postcodes once, population once a year, spend every quarter."""
    first = stage.quarters[0]
    _put(stage, "postcode_areas", first, stage.population.places.postcode_areas(), "all")
    for year in range(stage.window.first.year, stage.window.last.year + 1):
        rows = population_estimates(stage.population, year)
        whole = Quarter(date(year, 1, 1), date(year, 12, 31))
        due = max(date(year, 7, 7), first.due)
        drop = Drop(PROVIDER, "population_estimates", whole.first, whole.last, due,
                    f"population_estimates_{year}.csv")  # fmt: skip
        stage.box.put(drop, rows.height, partial(write_csv, rows=rows, dialect=DIALECT))
    for quarter in stage.quarters:
        rows = contract_spend(stage.stream(f"spend {quarter.first}"), quarter)
        _put(stage, "contract_spend", quarter, rows, f"{quarter.last:%Y%m}")
