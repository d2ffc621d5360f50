"""`insight link`: one person table linked by itself, by the code that links every night.

Belongs here: the way from a file to its clusters. Does not belong here: reading, mapping or
converting (table, mapping, values), linking (link), or words for a terminal (cli).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.engine_fault import CONVERTING, engine_fault
from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.model.files import load
from insight_pipeline.linkage.night import Progress
from insight_pipeline.linkage.policy import load_linkage_policy
from insight_pipeline.linkage.standalone.dates import DateForm, refuse_unusable_format
from insight_pipeline.linkage.standalone.mapping import (
    ColumnMapping,
    guess_mapping,
    guess_record_id,
    known_column,
    read_mapping,
)
from insight_pipeline.linkage.standalone.strength import clusters
from insight_pipeline.linkage.standalone.table import (
    PersonTable,
    record_id_sql,
    refuse_unusable_ids,
)
from insight_pipeline.linkage.standalone.values import (
    count_unread,
    facts,
    find_forms,
    prepare,
    write_evidence,
)
from insight_pipeline.linkage.summary import LinkageInputs, LinkageSummary
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect


@dataclass(frozen=True)
class Plan:
    """What of a table will be used, and how. `record_id` None numbers the rows."""

    mapping: ColumnMapping
    record_id: str | None
    guessed: bool
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Linked:
    """records: record_id, cluster_id, cluster_size, weakest_link, needs_review, in file order."""

    records: pl.DataFrame
    summary: LinkageSummary
    unread: Mapping[str, int]


def plan(table: PersonTable, maps: Sequence[str], record_id: str | None) -> Plan:
    """The mapping told, or one guessed by the names of the columns where nothing is told."""
    columns = table.columns
    mapping = read_mapping(maps, columns) if maps else guess_mapping(columns)
    if record_id:
        known_column(record_id, columns, "--record-id")
    elif not maps:
        record_id = guess_record_id(columns)
    used = mapping.columns | {record_id}
    return Plan(mapping, record_id, not maps, tuple(n for n in columns if n not in used))


def prepare_evidence(
    table: PersonTable, chosen: Plan, date_format: str | None, path: Path, settings: Settings
) -> dict[str, int]:
    """Write the table as evidence; returns per field how many values were not understood."""
    refuse_unusable_format(date_format)
    try:
        with connect(settings) as con:
            prepare(con, settings)
            refuse_unusable_ids(con, table, chosen.record_id)
            forms: dict[str, DateForm] = find_forms(con, table, chosen.mapping, date_format)
            turns = facts(con, chosen.mapping, forms)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_evidence(con, table, turns, chosen.record_id, path)
            return count_unread(con, table, turns)
    except duckdb.Error as error:
        raise InsightError([engine_fault(error, CONVERTING)]) from None


def link_table(
    table: PersonTable,
    chosen: Plan,
    date_format: str | None,
    settings: Settings,
    progress: Progress = lambda line: None,
) -> Linked:
    """Every row of the table with its cluster; `settings.home` keeps the store and the model."""
    evidence = settings.home / "evidence.parquet"
    unread = prepare_evidence(table, chosen, date_format, evidence, settings)
    summary = link(evidence, settings.identity, LinkageInputs(), settings, progress)
    model = load(settings.models, summary.model).model
    policy = load_linkage_policy(settings.contracts / "linkage.yaml")
    with connect(settings, settings.identity, read_only=True) as con:
        found = clusters(con, model.join, policy.review_band_bits)
    return Linked(_in_file_order(table, chosen, found, settings), summary, unread)


def _in_file_order(
    table: PersonTable, chosen: Plan, found: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """The clusters of all rows, each once; anything else is our own failure."""
    name = record_id_sql(chosen.record_id)
    with connect(settings) as con:
        order: pl.DataFrame = con.sql(
            f"select {name} as record_id from {table.relation} order by _row"
        ).pl()
    both: pl.DataFrame = order.join(found, on="record_id", how="left", maintain_order="left")
    if not table.size == both.height == found.height or both["cluster_id"].null_count():
        raise InsightError([_lost(table.size, found.height)])
    return both


def _lost(given: int, found: int) -> Fault:
    return Fault(
        where="records linked",
        expected=f"each of the {given:,} rows of the file once",
        found=f"{found:,} records",
        consequence="nothing is written",
        next_step="report this: linking must neither lose nor add a record",
    )
