"""Children looked after: the SSDA903 set of header, episodes and missing episodes.

Belongs here: the children's trust's columns and drops. Does not belong here: true time in care.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.chance import one_of
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop, Fate
from insight_pipeline.simulation.faults import (
    LATE_DAYS,
    RIGHT_VERSION_DAYS,
    WRONG_VERSION,
    broken_promises,
)
from insight_pipeline.simulation.register import IdStyle, records_of, register
from insight_pipeline.simulation.stage import Stage, known_by, open_in
from insight_pipeline.simulation.window import days
from insight_pipeline.simulation.writers import CsvDialect, write_csv

PROVIDER = "kidsfirst"
DATE = "%d/%m/%Y"
SEX = {"M": "1", "F": "2"}
ETHNIC = {"WBRI": 50, "WOTH": 12, "APKN": 8, "AIND": 7, "BAFR": 9, "MWBC": 8, "CHNE": 2, "OOTH": 4}
DIALECT = CsvDialect()


def kidsfirst(stage: Stage) -> None:
    """All three files of the set."""
    rng, dirt = stage.stream(PROVIDER), DIRT[PROVIDER]
    episodes = stage.life.children.episodes
    known = register(rng, stage.population, episodes, "started", IdStyle("CH", 8_001), dirt)
    stage.know(f"{PROVIDER}:", known)
    _header(stage, known)
    _episodes(stage, known)
    _missing(stage, known)


def _in_time_or_not(stage: Stage, drop: Drop) -> Drop:
    """The drop as it is sent: late while the trust breaks its promise, where that is planted."""
    ends = [quarter.last for quarter in stage.quarters]
    if drop.last not in broken_promises(PROVIDER, ends, is_planted=stage.is_planted):
        return drop
    return replace(drop, submitted=drop.submitted + timedelta(days=LATE_DAYS), fate=Fate.LATE)


def _header(stage: Stage, known: pl.DataFrame) -> None:
    rng, dirt = stage.stream("ssda903_header"), DIRT[PROVIDER]
    rows = known.select(
        "registered",
        pl.col("record").alias("CHILD"),
        pl.col("given").alias("FORENAME"),
        pl.col("family").alias("SURNAME"),
        soil.sex_codes(rng, known["sex"], SEX, None, dirt.sex_variant).alias("SEX"),
        pl.col("birth").dt.strftime(DATE).alias("DOB"),
        one_of(rng, ETHNIC, known.height).alias("ETHNIC"),
        pl.col("upn").alias("UPN"),
        pl.col("nhs").alias("NHS_NUMBER"),
        pl.col("postcode").alias("HOME_POST"),
    ).sort("CHILD")
    for quarter in stage.quarters:
        sent = rows.filter(pl.col("registered") <= quarter.last).drop("registered")
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        drop = Drop(PROVIDER, "ssda903_header", quarter.first, quarter.last, quarter.due,
                    f"SSDA903_header_{quarter.last:%Y%m%d}.csv")  # fmt: skip
        stage.box.put(
            _in_time_or_not(stage, drop),
            sent.height,
            partial(write_csv, rows=sent, dialect=DIALECT),
        )


def _episodes(stage: Stage, known: pl.DataFrame) -> None:
    """Twelve months rolling: an episode is sent again when its end becomes known."""
    rng, dirt = stage.stream("ssda903_episodes"), DIRT[PROVIDER]
    rows = _episode_rows(stage, known)
    columns = [name for name in rows.columns if name[0].isupper()]
    for quarter in stage.quarters:
        first = stage.rolling_start(quarter)
        sent = (
            rows.filter(open_in(first, quarter.last, "started", "ended"))
            .with_columns(known_by(quarter.last, "ended", ("DEC", "REC")))
            .select(columns)
        )
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        drop = Drop(PROVIDER, "ssda903_episodes", first, quarter.last, quarter.due,
                    f"SSDA903_episodes_{quarter.last:%Y%m%d}.csv")  # fmt: skip
        stage.box.put(
            _in_time_or_not(stage, drop),
            sent.height,
            partial(write_csv, rows=sent, dialect=DIALECT),
        )


def _episode_rows(stage: Stage, known: pl.DataFrame) -> pl.DataFrame:
    rng, dirt, episodes = stage.stream("episode rows"), DIRT[PROVIDER], stage.life.children.episodes
    filed = episodes.with_columns(record=records_of(rng, known, episodes, "started"))
    homes = stage.population.places.addresses["postcode"]
    lived = stage.population.address(episodes["person"].to_numpy(), days(episodes["started"]))
    return filed.select(
        "started",
        "ended",
        pl.col("record").alias("CHILD"),
        pl.col("started").dt.strftime(DATE).alias("DECOM"),
        pl.when("first").then(pl.lit("S")).otherwise(pl.lit("P")).alias("RNE"),
        soil.varied_codes(rng, filed["legal_status"], dirt.code_variant).alias("LS"),
        pl.col("need").alias("CIN"),
        pl.col("placement").alias("PLACE"),
        pl.col("placement_provider").alias("PLACE_PROVIDER"),
        pl.col("ended").dt.strftime(DATE).alias("DEC"),
        soil.varied_codes(rng, filed["ended_for"], dirt.code_variant).alias("REC"),
        homes.gather(lived).alias("HOME_POST"),
        homes.gather(filed["placed_at"]).alias("PL_POST"),
    )


def _missing(stage: Stage, known: pl.DataFrame) -> None:
    """Missing episodes of the quarter; one file follows a contract nobody knows."""
    rng, dirt, gone = stage.stream("ssda903_missing"), DIRT[PROVIDER], stage.life.children.missing
    rows = gone.select(
        "started",
        "ended",
        records_of(rng, known, gone, "started").alias("CHILD"),
        soil.varied_codes(rng, gone["kind"], dirt.code_variant).alias("MISTYPE"),
        pl.col("started").dt.strftime(DATE).alias("MISSTART"),
        pl.col("ended").dt.strftime(DATE).alias("MISEND"),
    )
    for index, quarter in enumerate(stage.quarters):
        sent = (
            rows.filter(open_in(quarter.first, quarter.last, "started", "ended"))
            .with_columns(known_by(quarter.last, "ended", ("MISEND",)))
            .drop("started", "ended")
        )
        file = f"SSDA903_missing_{quarter.last:%Y%m%d}.csv"
        drop = Drop(PROVIDER, "ssda903_missing", quarter.first, quarter.last, quarter.due, file)
        if index == stage.faults.kidsfirst_missing_wrong_version:
            other = sent.rename({"CHILD": "CHILD_REF"})
            wrong = replace(drop, version=WRONG_VERSION, fate=Fate.REFUSED_CONTRACT_VERSION)
            stage.box.put(wrong, other.height, partial(write_csv, rows=other, dialect=DIALECT))
            again = quarter.due + timedelta(days=RIGHT_VERSION_DAYS)
            drop = replace(drop, submitted=again, file=f"resend_{file}")
        stage.box.put(
            _in_time_or_not(stage, drop),
            sent.height,
            partial(write_csv, rows=sent, dialect=DIALECT),
        )
