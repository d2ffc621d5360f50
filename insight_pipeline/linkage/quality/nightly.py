"""How good tonight's linkage is: table quality, and what of it may be told outside.

Belongs here: the order of the measures, and the table. Does not belong here: any measure
(estimates, labelled), or alternative partitions (uncertainty). Counts and shares only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from insight_pipeline.linkage.people.clustering import CLIP_WEIGHT
from insight_pipeline.linkage.quality.basis import BINS, Basis, bin_of, bin_sql, exists
from insight_pipeline.linkage.quality.calibration import Calibration, calibrate
from insight_pipeline.linkage.quality.counts import count_pairs, count_records
from insight_pipeline.linkage.quality.estimates import (
    DIFFERENCE,
    SILVER_METHOD,
    Figure,
    estimated,
    silver,
)
from insight_pipeline.linkage.quality.groups import EVERYONE, group_records
from insight_pipeline.linkage.quality.interval import Share
from insight_pipeline.linkage.quality.joins import HARDLY, SURE, find_joins
from insight_pipeline.linkage.quality.labelled import labelled
from insight_pipeline.linkage.quality.silver import find_silver

SMALL = 10
BACKLOG = "review_item"
COUNTED = "counted"

COLUMNS = """
    night bigint, measure varchar, group_kind varchar, group_value varchar, numerator double,
    denominator double, estimate double, lower double, upper double, method varchar,
    is_small boolean
"""


@dataclass(frozen=True)
class QualityReport:
    """A night's quality in numbers; shares are None where there was nothing to measure.

    flagged: measures that differ from everyone's beyond chance, as (measure, kind, group).
    """

    night: int
    records: int
    people_by_size: dict[int, int]
    shares: dict[str, Share | None]
    flagged: tuple[tuple[str, str, str], ...]
    small_groups: int
    silver_pairs: int
    labels: int
    backlog: int | None
    calibration: Calibration


def measure_quality(con: duckdb.DuckDBPyConnection, basis: Basis) -> QualityReport:
    """Tonight's lines of table quality, replacing any of the same night.

    Reads the store's person, pair, record, block_key, trusted_value and person_evidence, and, if
    they are there, decision_pair, labelled_pair and review_item, all in the connection's current
    catalogue. Leaves temp tables for `draw_partitions`.
    """
    find_silver(con, basis)
    calibration = calibrate(con, basis.join)
    sure = min(calibration.first_bin(SURE), bin_of(CLIP_WEIGHT))
    find_joins(con, basis, sure, calibration.first_bin(HARDLY))
    group_records(con, basis)
    counts, records = count_pairs(con, basis), count_records(con)
    figures = [
        Figure("join_weight", EVERYONE, EVERYONE, basis.join, 1, None, "bits of match weight"),
        *_counted(con, records),
        *_calibrated(calibration),
        *estimated(counts, calibration),
        *silver(con, basis),
        *labelled(con, basis, counts),
    ]
    small = {
        (row["group_kind"], row["group_value"])
        for row in records.iter_rows(named=True)
        if row["records"] < SMALL
    }
    _write(con, basis.night, figures, small)
    return _report(basis, figures, small, calibration)


def _counted(con: duckdb.DuckDBPyConnection, records: pl.DataFrame) -> list[Figure]:
    """Plain counts: records by group, people by size, pairs by weight, reviews waiting."""
    found = [
        Figure("records", row["group_kind"], row["group_value"], row["records"], 1, None, COUNTED)
        for row in records.iter_rows(named=True)
    ]
    sizes = "select size, count(distinct person) from member group by size order by size"
    weights = f"select {bin_sql('match_weight')} as bin, count(*) from pair group by bin order by 1"
    for measure, kind, query in (
        ("people", "records", sizes), ("pairs", "weight_bin", weights),
    ):  # fmt: skip
        found += [
            Figure(measure, kind, str(value), float(number), 1, None, COUNTED)
            for value, number in con.execute(query).fetchall()
        ]
    if exists(con, BACKLOG):
        waiting = con.execute(f"select count(*) from {BACKLOG}").fetchall()[0][0]
        found.append(Figure("backlog", EVERYONE, EVERYONE, float(waiting), 1, None, COUNTED))
    return found


def _calibrated(calibration: Calibration) -> list[Figure]:
    """Silver labels per bin of weight: how often the model's word was kept."""
    return [
        Figure("calibration", "weight_bin", str(position), equal, known,
            Share(share, share, share), SILVER_METHOD)
        for position, equal, known, share in zip(
            BINS, calibration.equal, calibration.labelled, calibration.probability, strict=True
        )
    ]  # fmt: skip


def _write(
    con: duckdb.DuckDBPyConnection,
    night: int,
    figures: Sequence[Figure],
    small: set[tuple[str, str]],
) -> None:
    con.execute(f"create table if not exists quality ({COLUMNS})")
    con.execute("delete from quality where night = ?", [night])
    frame = pl.DataFrame(
        {
            "night": night,
            "measure": [f.measure for f in figures],
            "group_kind": [f.group_kind for f in figures],
            "group_value": [f.group_value for f in figures],
            "numerator": [float(f.numerator) for f in figures],
            "denominator": [float(f.denominator) for f in figures],
            "estimate": [f.share.estimate if f.share else None for f in figures],
            "lower": [f.share.lower if f.share else None for f in figures],
            "upper": [f.share.upper if f.share else None for f in figures],
            "method": [f.method for f in figures],
            "is_small": [(f.group_kind, f.group_value) in small for f in figures],
        }
    )
    con.register("tonight_quality", frame.to_arrow())
    con.execute("""
        insert into quality from tonight_quality
        order by night, measure, group_kind, group_value
    """)
    con.unregister("tonight_quality")


def is_flagged(figure: Figure) -> bool:
    """A difference whose interval excludes 0."""
    share = figure.share
    return figure.measure.endswith(DIFFERENCE) and share is not None and (
        share.lower > 0 or share.upper < 0
    )  # fmt: skip


def _report(
    basis: Basis, figures: Sequence[Figure], small: set[tuple[str, str]], calibration: Calibration
) -> QualityReport:
    overall = [f for f in figures if f.group_kind == EVERYONE]
    counted = {f.measure: int(f.numerator) for f in overall if f.method == COUNTED}
    return QualityReport(
        night=basis.night,
        records=counted.get("records", 0),
        people_by_size={
            int(f.group_value): int(f.numerator) for f in figures if f.measure == "people"
        },
        shares={f.measure: f.share for f in overall if f.method != COUNTED},
        flagged=tuple((f.measure, f.group_kind, f.group_value) for f in figures if is_flagged(f)),
        small_groups=len(small),
        silver_pairs=sum(calibration.labelled),
        labels=int(sum(f.denominator for f in figures if f.measure == "labels")),
        backlog=counted.get("backlog"),
        calibration=calibration,
    )
