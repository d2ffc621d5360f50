"""Substance misuse: New Leaf's CSV until the contract ends, Recoverwell's JSON from then on.

Belongs here: the two providers' columns and drops. Does not belong here: true treatment.
"""

from __future__ import annotations

from functools import partial

import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop, Fate
from insight_pipeline.simulation.journeys.treatment import (
    COMPLETED,
    DROPPED_OUT,
    NEW,
    OLD,
    RELET,
    TRANSFERRED,
)
from insight_pipeline.simulation.register import IdStyle, filed_under, register
from insight_pipeline.simulation.stage import Stage, known_by, numbered, touched_in
from insight_pipeline.simulation.writers import CsvDialect, write_csv, write_json

DATASET = "treatment_journeys"
DATE, ISO = "%d/%m/%Y", "%Y-%m-%d"
OLD_SEX = {"M": "M", "F": "F"}
NEW_SEX = {"M": "male", "F": "female"}
OLD_REASONS = {DROPPED_OUT: "Dropped out", TRANSFERRED: "Transferred"}
NEW_REASONS = {COMPLETED: "COMPLETED", DROPPED_OUT: "DROPPED_OUT", TRANSFERRED: "TRANSFERRED"}
DAYS = ("referred", "started", "ended")
UNKNOWN_COLUMN = "Key Worker"


def newleaf(stage: Stage) -> None:
    """New or changed journeys of each quarter of the old contract; one file has a column more."""
    journeys = stage.life.treatment.filter(pl.col("provider") == OLD)
    if stage.window.first >= RELET:
        return
    rng, dirt = stage.stream(OLD), DIRT[OLD]
    known = register(rng, stage.population, journeys, "referred", IdStyle("NL", 1_001), dirt)
    rows = _old_rows(stage, filed_under(rng, known, journeys, "referred"))
    stage.know(f"{OLD}:", rows)
    for index, quarter in enumerate(stage.quarters):
        if quarter.first >= RELET:
            break
        sent = (
            rows.filter(touched_in(quarter, DAYS))
            .with_columns(
                *known_by(quarter.last, "started", ("Treatment Start",)),
                *known_by(quarter.last, "ended", ("Discharge Date", "Discharge Reason")),
            )
            .drop("person", "record", *DAYS)
        )
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        fate = Fate.ACCEPTED
        if index == stage.faults.newleaf_unknown_column:
            sent = sent.with_columns(numbered("KW", 1, sent.height).alias(UNKNOWN_COLUMN))
            fate = Fate.UNKNOWN_COLUMN
        drop = Drop(OLD, DATASET, quarter.first, quarter.last, quarter.due,
                    f"newleaf_journeys_{quarter.last:%b%Y}.csv", fate)  # fmt: skip
        stage.box.put(drop, sent.height, partial(write_csv, rows=sent, dialect=CsvDialect()))


def _old_rows(stage: Stage, filed: pl.DataFrame) -> pl.DataFrame:
    rng, dirt = stage.stream(f"{OLD} rows"), DIRT[OLD]
    drug_free = pl.Series(rng.random(filed.height) < 0.7)
    completed = (
        pl.when(drug_free)
        .then(pl.lit("Completed drug free"))
        .otherwise(pl.lit("Completed occasional user"))
    )
    reasons = pl.col("reason").replace_strict(OLD_REASONS, default=None, return_dtype=pl.String)
    reason = filed.select(
        pl.when(pl.col("reason") == COMPLETED).then(completed).otherwise(reasons)
    ).to_series()
    return filed.select(
        "person",
        "record",
        *DAYS,
        numbered("J", 4_001, filed.height).alias("Journey Ref"),
        pl.col("record").alias("Client Ref"),
        pl.col("given").alias("Forename"),
        pl.col("family").alias("Surname"),
        pl.col("birth").dt.strftime(DATE).alias("DOB"),
        soil.sex_codes(rng, filed["sex"], OLD_SEX, None, dirt.sex_variant).alias("Sex"),
        pl.col("postcode").alias("Postcode"),
        soil.varied_codes(rng, filed["substance"], dirt.code_variant).alias("Substance"),
        soil.varied_codes(rng, filed["source"], dirt.code_variant).alias("Referral Source"),
        pl.col("referred").dt.strftime(DATE).alias("Referral Date"),
        soil.date_text(rng, filed["started"], DATE, dirt.impossible_date).alias("Treatment Start"),
        pl.col("ended").dt.strftime(DATE).alias("Discharge Date"),
        soil.varied_codes(rng, reason, dirt.code_variant).alias("Discharge Reason"),
    )


def recoverwell(stage: Stage) -> None:
    """New or changed journeys of each quarter of the new contract."""
    journeys = stage.life.treatment.filter(pl.col("provider") == NEW)
    rng, dirt = stage.stream(NEW), DIRT[NEW]
    known = register(rng, stage.population, journeys, "referred", IdStyle("RW-", 5_001), dirt)
    rows = _new_rows(stage, filed_under(rng, known, journeys, "referred"))
    stage.know(f"{NEW}:", rows)
    for quarter in stage.quarters:
        if quarter.first < RELET:
            continue
        sent = (
            rows.filter(touched_in(quarter, DAYS))
            .with_columns(
                *known_by(quarter.last, "started", ("started_on",)),
                *known_by(quarter.last, "ended", ("ended_on", "end_reason")),
            )
            .drop("person", "record", *DAYS)
        )
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        drop = Drop(NEW, DATASET, quarter.first, quarter.last, quarter.due,
                    f"journeys-{quarter.last:%Y-%m}.json")  # fmt: skip
        write = partial(write_json, rows=sent, sender="Recoverwell CIC", key="journeys")
        stage.box.put(drop, sent.height, write)


def _new_rows(stage: Stage, filed: pl.DataFrame) -> pl.DataFrame:
    rng, dirt = stage.stream(f"{NEW} rows"), DIRT[NEW]
    reason = filed["reason"].replace_strict(NEW_REASONS, default=None, return_dtype=pl.String)
    return filed.select(
        "person",
        "record",
        *DAYS,
        numbered("RJ", 60_001, filed.height).alias("id"),
        pl.col("record").alias("client_id"),
        pl.struct(first="given", last="family").alias("name"),
        pl.col("birth").dt.strftime(ISO).alias("born"),
        soil.sex_codes(rng, filed["sex"], NEW_SEX, None, dirt.sex_variant).alias("sex"),
        "postcode",
        pl.col("nhs").alias("nhs_number"),
        soil.varied_codes(rng, filed["substance"], dirt.code_variant).alias("substance"),
        soil.varied_codes(rng, filed["source"], dirt.code_variant).alias("referral_source"),
        pl.col("referred").dt.strftime(ISO).alias("referred_on"),
        pl.col("started").dt.strftime(ISO).alias("started_on"),
        pl.col("ended").dt.strftime(ISO).alias("ended_on"),
        soil.varied_codes(rng, reason, dirt.code_variant).alias("end_reason"),
    )
