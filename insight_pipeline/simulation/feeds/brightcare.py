"""Adult social care: client-level data, CSV with a byte-order mark, twelve months rolling.

Belongs here: the contractor's columns and drops. Does not belong here: true care (journeys).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop, Fate
from insight_pipeline.simulation.faults import DUPLICATE_DAYS
from insight_pipeline.simulation.home_care_rates import AGENCIES
from insight_pipeline.simulation.register import IdStyle, filed_under, register
from insight_pipeline.simulation.stage import Stage, known_by, numbered, open_in
from insight_pipeline.simulation.writers import CsvDialect, write_csv

PROVIDER, DATASET = "brightcare", "client_level_data"
SEX = {"M": "1", "F": "2"}
DATE = "%d/%m/%Y"
DIALECT = CsvDialect(bom=True)
DATED_CELLS = ("Event End Date", "Event Outcome")


def brightcare(stage: Stage) -> None:
    """A file a quarter; one of them arrives twice under different names."""
    rng, dirt = stage.stream(PROVIDER), DIRT[PROVIDER]
    rows = _rows(stage)
    stage.know(f"{PROVIDER}:", rows)
    columns = [name for name in rows.columns if name[0].isupper()]
    for index, quarter in enumerate(stage.quarters):
        first = stage.rolling_start(quarter)
        sent = (
            rows.filter(open_in(first, quarter.last, "start", "end"))
            .with_columns(known_by(quarter.last, "end", DATED_CELLS))
            .select(columns)
        )
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        file = f"cld_{quarter.last:%Y%m%d}.csv"
        drop = Drop(PROVIDER, DATASET, first, quarter.last, quarter.due, file)
        write = partial(write_csv, rows=sent, dialect=DIALECT)
        stage.box.put(drop, sent.height, write)
        if index == stage.faults.brightcare_duplicate:
            again = quarter.due + timedelta(days=DUPLICATE_DAYS)
            copy = replace(drop, submitted=again, file=f"copy_of_{file}", fate=Fate.DUPLICATE)
            stage.box.put(copy, sent.height, write)


def _rows(stage: Stage) -> pl.DataFrame:
    """Every event as the contractor holds it: text cells, and the true days to cut them by."""
    rng, dirt, events = stage.stream(f"{PROVIDER} rows"), DIRT[PROVIDER], stage.life.care
    known = register(rng, stage.population, events, "start", IdStyle("BC", 100_001), dirt)
    sex = soil.sex_codes(rng, known["sex"], SEX, "9", dirt.sex_variant)
    filed = filed_under(rng, known.with_columns(Gender=sex), events, "start")
    coded = {
        name: soil.varied_codes(rng, filed[column], dirt.code_variant)
        for name, column in (
            ("Event Type", "event"),
            ("Request Route", "route"),
            ("Service Type", "service"),
            ("Event Outcome", "outcome"),
        )
    }
    return filed.select(
        "person",
        "record",
        "start",
        "end",
        pl.col("nhs").alias("NHS Number"),
        pl.col("record").alias("LA Person Unique Identifier"),
        pl.col("given").alias("First Name"),
        pl.col("family").alias("Surname"),
        pl.col("birth").dt.strftime(DATE).alias("Date of Birth"),
        "Gender",
        pl.col("postcode").alias("Postcode"),
        coded["Event Type"].alias("Event Type"),
        numbered("EV", 500_001, filed.height).alias("Event Reference"),
        soil.date_text(rng, filed["start"], DATE, dirt.impossible_date).alias("Event Start Date"),
        filed["end"].dt.strftime(DATE).alias("Event End Date"),
        coded["Request Route"].alias("Request Route"),
        coded["Service Type"].alias("Service Type"),
        _locations(stage, filed["unit"]).alias("Provider CQC Location ID"),
        coded["Event Outcome"].alias("Event Outcome"),
    )


def _locations(stage: Stage, unit: pl.Series) -> pl.Series:
    """The agency's location at the regulator; empty for what no agency delivers."""
    known = {agency.code: agency.location_id for agency in AGENCIES}
    rng, dirt = stage.stream(f"{PROVIDER} locations"), DIRT[PROVIDER]
    sent = unit.replace_strict(known, default=None, return_dtype=pl.String)
    return soil.varied_codes(rng, sent, dirt.code_variant)
