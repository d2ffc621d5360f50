"""The acute hospital: spells in the manner of the Admitted Patient Care data set, CSV, monthly.

Belongs here: the trust's columns, codes and drops. Does not belong here: true spells (journeys).
A spell is sent when it begins, when its patient is ready to leave, and when it ends.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.chance import one_of
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop
from insight_pipeline.simulation.feeds.diagnoses import diagnoses
from insight_pipeline.simulation.journeys.hospital import (
    CARE_HOME,
    ELSEWHERE,
    HOME,
    OTHER_HOSPITAL,
)
from insight_pipeline.simulation.register import IdStyle, address_cells, filed_under, register
from insight_pipeline.simulation.stage import Stage, known_by, numbered, touched_in
from insight_pipeline.simulation.window import days
from insight_pipeline.simulation.writers import CsvDialect, write_csv

PROVIDER, DATASET = "merebank", "spells"
DATE = "%Y-%m-%d"
SEX = {"M": "1", "F": "2"}
DIALECT = CsvDialect()
EMERGENCY = {"21": 74, "22": 10, "24": 5, "2A": 6, "2B": 1, "28": 4}
ELECTIVE = {"11": 55, "12": 30, "13": 15}
DESTINATIONS = {
    HOME: {"19": 97, "29": 3},
    CARE_HOME: {"54": 2, "65": 3, "85": 5},
    OTHER_HOSPITAL: {"51": 8, "87": 2},
    ELSEWHERE: {"38": 1, "88": 6, "99": 3},
}
DEAD = "79"
LEFT, LEFT_AGAINST_ADVICE, DIED = "1", "6", "4"
AGAINST_ADVICE = 0.012
NO_READY_DATE = 0.005
DAYS = ("admitted", "ready", "discharged")
DISCHARGE_CELLS = ("Discharge Date", "Discharge Method Code", "Discharge Destination Code")


def merebank(stage: Stage) -> None:
    """What is new or has changed, month by month."""
    rng, dirt = stage.stream(PROVIDER), DIRT[PROVIDER]
    rows = _rows(stage)
    stage.know(f"{PROVIDER}:", rows)
    columns = [name for name in rows.columns if name[0].isupper()]
    for month in stage.months:
        sent = (
            rows.filter(touched_in(month, DAYS))
            .with_columns(
                *known_by(month.last, "ready", ("Discharge Ready Date",)),
                *known_by(month.last, "discharged", DISCHARGE_CELLS),
            )
            .select(columns)
        )
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        drop = Drop(PROVIDER, DATASET, month.first, month.last, month.due,
                    f"apc_spells_{month.last:%Y%m}.csv")  # fmt: skip
        stage.box.put(drop, sent.height, partial(write_csv, rows=sent, dialect=DIALECT))


def _rows(stage: Stage) -> pl.DataFrame:
    """Every spell as the trust holds it: text cells, and the true days to cut them by."""
    rng, dirt, spells = stage.stream(f"{PROVIDER} rows"), DIRT[PROVIDER], stage.life.spells
    known = register(rng, stage.population, spells, "admitted", IdStyle("MB", 700_001), dirt)
    sex = soil.sex_codes(rng, known["sex"], SEX, "9", dirt.sex_variant)
    known = known.with_columns(Gender=sex).drop("uprn", "address_line", "postcode")
    filed = filed_under(rng, known, spells, "admitted")
    # The address is asked at every admission, and is old for some all the same.
    person, day = spells["person"].to_numpy(), days(spells["admitted"])
    home = address_cells(rng, stage.population, person, day, dirt)
    age = stage.population.age(person, day)
    coded = diagnoses(rng, age, spells["emergency"], spells["fall"])
    admitted = soil.date_text(rng, filed["admitted"], DATE, dirt.impossible_date)
    ready = soil.emptied(rng, filed["ready"].dt.strftime(DATE), NO_READY_DATE)
    return filed.select(
        "person",
        "record",
        *DAYS,
        numbered("MS", 5_000_001, filed.height).alias("Hospital Provider Spell Number"),
        pl.col("record").alias("Local Patient Identifier"),
        pl.col("nhs").alias("NHS Number"),
        pl.col("given").str.to_uppercase().alias("Person Given Name"),
        pl.col("family").str.to_uppercase().alias("Person Family Name"),
        pl.col("birth").dt.strftime(DATE).alias("Person Birth Date"),
        pl.col("Gender").alias("Person Stated Gender Code"),
        home["postcode"].alias("Postcode of Usual Address"),
        admitted.alias("Start Date"),
        _admission_methods(rng, filed["emergency"], dirt.code_variant),
        ready.alias("Discharge Ready Date"),
        pl.col("discharged").dt.strftime(DATE).alias("Discharge Date"),
        *_discharges(rng, filed),
        *coded,
    )


def _admission_methods(rng: np.random.Generator, emergency: pl.Series, variant: float) -> pl.Series:
    method = one_of(rng, EMERGENCY, len(emergency)).zip_with(
        emergency, one_of(rng, ELECTIVE, len(emergency))
    )
    return soil.varied_codes(rng, method, variant).alias("Admission Method Code")


def _discharges(rng: np.random.Generator, filed: pl.DataFrame) -> list[pl.Series]:
    """Method and destination; empty while the patient is in hospital."""
    size = filed.height
    method = one_of(rng, {LEFT: 1 - AGAINST_ADVICE, LEFT_AGAINST_ADVICE: AGAINST_ADVICE}, size)
    goes_to = pl.repeat(DEAD, size, dtype=pl.String, eager=True)
    for place, codes in DESTINATIONS.items():
        goes_to = one_of(rng, codes, size).zip_with(
            (filed["goes_to"] == place).fill_null(False), goes_to
        )
    frame = filed.select("died", "discharged", method=method, goes_to_code=goes_to)
    died, ended = pl.col("died"), pl.col("discharged").is_not_null()
    return frame.select(
        pl.when(ended).then(pl.when(died).then(pl.lit(DIED)).otherwise("method"))
        .alias("Discharge Method Code"),
        pl.when(ended).then("goes_to_code").alias("Discharge Destination Code"),
    ).get_columns()  # fmt: skip
