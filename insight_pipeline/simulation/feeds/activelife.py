"""Leisure: members (CSV, semicolons, Windows code page) and visits (Parquet).

Belongs here: the trust's columns and drops. Does not belong here: true visits (journeys).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import polars as pl

from insight_pipeline.simulation import dirt as soil
from insight_pipeline.simulation.dirt_rates import DIRT
from insight_pipeline.simulation.drops import Drop, Fate
from insight_pipeline.simulation.faults import RESEND_DAYS, RIGHT_PERIOD_DAYS
from insight_pipeline.simulation.register import IdStyle, records_of, register
from insight_pipeline.simulation.stage import Stage, numbered
from insight_pipeline.simulation.window import Quarter
from insight_pipeline.simulation.writers import CsvDialect, write_csv, write_parquet

PROVIDER = "activelife"
DATE = "%d/%m/%Y"
SEX = {"M": "M", "F": "F"}
DIALECT = CsvDialect(separator=";", encoding="cp1252")
CUT_AT = 0.6  # where the truncated file breaks off, as a share of its bytes
CUT_INTO_LINE = 15


def activelife(stage: Stage) -> None:
    """Both of the trust's returns."""
    life = stage.life.leisure
    visits = life.visits.with_columns(day=pl.col("visited_at").dt.date())
    seen = pl.concat([life.members.select("person", day="joined"), visits.select("person", "day")])
    rng, dirt = stage.stream(PROVIDER), DIRT[PROVIDER]
    known = register(rng, stage.population, seen, "day", IdStyle("AL", 600_001), dirt)
    stage.know(f"{PROVIDER}:", known)
    _members(stage, known)
    visits = visits.with_columns(
        member_no=records_of(rng, known, visits, "day"),
        visit_id=numbered("V", 10_000_001, visits.height),
    )
    _visits(stage, visits)


def _members(stage: Stage, known: pl.DataFrame) -> None:
    """The full list each quarter; one list is cut off and sent again the next day."""
    rng, dirt = stage.stream("members"), DIRT[PROVIDER]
    rows = _member_rows(stage, known)
    for index, quarter in enumerate(stage.quarters):
        sent = rows.filter(pl.col("registered") <= quarter.last).drop("registered")
        sent = soil.repeated_rows(rng, sent, dirt.repeated_row)
        file = f"members_{quarter.last:%d%m%Y}.csv"
        drop = Drop(PROVIDER, "members", quarter.first, quarter.last, quarter.due, file)
        write = partial(write_csv, rows=sent, dialect=DIALECT)
        if index == stage.faults.activelife_members_truncated:
            cut = replace(drop, fate=Fate.REFUSED_TRUNCATED)
            stage.box.put(cut, sent.height, partial(_write_cut, rows=sent))
            again = quarter.due + timedelta(days=RESEND_DAYS)
            drop = replace(drop, submitted=again, file=f"resend_{file}")
        stage.box.put(drop, sent.height, write)


def _write_cut(path: Path, rows: pl.DataFrame) -> None:
    """A transfer that broke off in the middle of a line."""
    write_csv(path, rows, DIALECT)
    content = path.read_bytes()
    line_end = content.index(b"\n", int(len(content) * CUT_AT))
    path.write_bytes(content[: line_end + 1 + CUT_INTO_LINE])


def _member_rows(stage: Stage, known: pl.DataFrame) -> pl.DataFrame:
    rng, dirt = stage.stream("member rows"), DIRT[PROVIDER]
    filed = known.join(stage.life.leisure.members, on="person", how="left", maintain_order="left")
    referral = pl.Series(["N", "Y"]).gather(filed["referred"].cast(pl.Int64))
    return filed.select(
        "registered",
        pl.col("record").alias("MemberNo"),
        pl.col("given").alias("Forename"),
        pl.col("family").alias("Surname"),
        pl.col("birth").dt.strftime(DATE).alias("DOB"),
        soil.sex_codes(rng, filed["sex"], SEX, None, dirt.sex_variant).alias("Sex"),
        pl.col("address_line").alias("Address"),
        pl.col("postcode").alias("Postcode"),
        pl.col("email").alias("Email"),
        pl.col("phone").alias("Mobile"),
        pl.col("registered").dt.strftime(DATE).alias("Joined"),
        soil.varied_codes(rng, referral, dirt.code_variant).alias("Referral"),
    ).sort("MemberNo")


def _visits(stage: Stage, visits: pl.DataFrame) -> None:
    """The quarter's visits; one file holds the quarter before and is replaced days later."""
    rng, dirt = stage.stream("visits"), DIRT[PROVIDER]
    for index, quarter in enumerate(stage.quarters):
        sent = soil.repeated_rows(rng, _visits_in(visits, quarter), dirt.repeated_row)
        file = f"visits_{quarter.last:%Y%m}.parquet"
        drop = Drop(PROVIDER, "visits", quarter.first, quarter.last, quarter.due, file)
        if index == stage.faults.activelife_visits_wrong_period and index > 0:
            # In another order than when they were sent first, as a fresh export would be.
            stale = _visits_in(visits, stage.quarters[index - 1]).sort("member_no", "visit_id")
            wrong = replace(drop, fate=Fate.REFUSED_WRONG_PERIOD)
            stage.box.put(wrong, stale.height, partial(write_parquet, rows=stale))
            again = quarter.due + timedelta(days=RIGHT_PERIOD_DAYS)
            drop = replace(drop, submitted=again, file=f"corrected_{file}")
        stage.box.put(drop, sent.height, partial(write_parquet, rows=sent))


def _visits_in(visits: pl.DataFrame, quarter: Quarter) -> pl.DataFrame:
    inside = pl.col("day").is_between(quarter.first, quarter.last)
    return visits.filter(inside).select("visit_id", "member_no", "visited_at", "site", "activity")
