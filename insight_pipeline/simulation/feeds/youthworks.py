"""Education, employment and training: an NCCIS-like return, separated by upright bars.

Belongs here: the youth mutual's columns and drops. Does not belong here: true activities.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop, Fate
from insight_pipeline.simulation.faults import LATE_DAYS
from insight_pipeline.simulation.register import IdStyle, filed_under, register
from insight_pipeline.simulation.stage import Stage, known_by, touched_in
from insight_pipeline.simulation.writers import CsvDialect, write_csv

PROVIDER, DATASET = "youthworks", "activity"
DATE = "%Y-%m-%d"
SEX = {"M": "M", "F": "F"}
DIALECT = CsvDialect(separator="|")


def youthworks(stage: Stage) -> None:
    """Each quarter everything since the start about anyone with a change; one file comes late."""
    rng, dirt = stage.stream(PROVIDER), DIRT[PROVIDER]
    rows = _rows(stage)
    stage.know(f"{PROVIDER}:", rows)
    columns = [name for name in rows.columns if name[0].isupper()]
    for index, quarter in enumerate(stage.quarters):
        changed = rows.filter(touched_in(quarter, ("start", "end"))).select("record").unique()
        sent = (
            rows.join(changed, on="record", how="semi", maintain_order="left")
            .filter(pl.col("start") <= quarter.last)
            .with_columns(known_by(quarter.last, "end", ("EndDate",)))
            .select(columns)
        )
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        late = index == stage.faults.youthworks_late
        drop = Drop(
            PROVIDER,
            DATASET,
            quarter.first,
            quarter.last,
            quarter.due + timedelta(days=LATE_DAYS if late else 0),
            f"nccis_{quarter.last:%Y%m}.txt",
            Fate.LATE if late else Fate.ACCEPTED,
        )
        stage.box.put(drop, sent.height, partial(write_csv, rows=sent, dialect=DIALECT))


def _rows(stage: Stage) -> pl.DataFrame:
    rng, dirt, activity = stage.stream(f"{PROVIDER} rows"), DIRT[PROVIDER], stage.life.youth
    known = register(rng, stage.population, activity, "start", IdStyle("YP", 20_001), dirt)
    sex = soil.sex_codes(rng, known["sex"], SEX, "U", dirt.sex_variant)
    known = known.with_columns(Gender=sex)
    filed = filed_under(rng, known, activity, "start")
    code = soil.varied_codes(rng, filed["code"], dirt.code_variant)
    return filed.select(
        "person",
        "record",
        "start",
        "end",
        pl.col("record").alias("YoungPersonID"),
        pl.col("upn").alias("UPN"),
        pl.col("given").alias("GivenName"),
        pl.col("family").alias("FamilyName"),
        pl.col("birth").dt.strftime(DATE).alias("DOB"),
        "Gender",
        pl.col("postcode").alias("Postcode"),
        code.alias("ActivityCode"),
        soil.date_text(rng, filed["start"], DATE, dirt.impossible_date).alias("StartDate"),
        pl.col("end").dt.strftime(DATE).alias("EndDate"),
    )
