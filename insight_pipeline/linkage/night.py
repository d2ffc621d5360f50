"""The steps of one night over one connection, from files of evidence to counted people.

Belongs here: the order of the steps and what each tells the progress. Does not belong here: any
step, or when a night may be skipped (link).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.linkage.evidence.load import count_values, load_evidence
from insight_pipeline.linkage.evidence.record import build_records
from insight_pipeline.linkage.ledger.claims import name_people, resume_ledger, start_ledger
from insight_pipeline.linkage.model.comparisons import COMPARISONS, frequency_columns
from insight_pipeline.linkage.model.frequency import count_frequencies, group_sure_duplicates
from insight_pipeline.linkage.model.model import Model
from insight_pipeline.linkage.pairs.blocking import block
from insight_pipeline.linkage.pairs.scoring import join_weight, score_candidates
from insight_pipeline.linkage.people.partition import find_people
from insight_pipeline.linkage.people.trust import Issuer
from insight_pipeline.linkage.training.train import train

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """What linking the evidence found out, beside the tables it left on the connection."""

    model: Model
    issuers: list[Issuer]
    pairs_by_rule: dict[str, int]


def find(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], progress: Progress) -> Found:
    """Which records are one person: table part. Depends on the evidence and on nothing else."""
    load_evidence(con, paths)
    count_values(con)
    records = build_records(con)
    progress(f"linkage: {records:,} records to link")
    group_sure_duplicates(con, records)
    count_frequencies(con, frequency_columns(COMPARISONS))
    added = block(con, records)
    pairs = sum(added.values())
    progress(f"linkage: {pairs:,} pairs to compare")
    model = train(con, COMPARISONS, records, pairs)
    progress("linkage: model trained on the evidence itself")
    score_candidates(con, COMPARISONS, model, records)
    progress("linkage: pairs scored")
    return Found(model, find_people(con, records, join_weight(model, records)), added)


def name(
    con: duckdb.DuckDBPyConnection, store: Path | None, night: int, cause: str
) -> dict[str, int]:
    """Tonight's people under the ids of last night's store, if there is one; counts of events."""
    if store is None:
        start_ledger(con)
        return name_people(con, night, cause)
    quoted = str(store).replace("'", "''")
    con.execute(f"attach '{quoted}' as last_night (read_only)")
    try:
        resume_ledger(con, "last_night")
    finally:
        con.execute("detach last_night")
    return name_people(con, night, cause)


def number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one whole number a query gives."""
    return int(con.execute(query).fetchall()[0][0] or 0)


def cluster_sizes(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """How many people have how many records."""
    rows = con.execute("""
        select size, count(*) from (select count(*) as size from person group by citizen_key)
        group by size order by size
    """).fetchall()
    return {int(size): int(people) for size, people in rows}


def vetoes_applied(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many scored pairs each veto forbids."""
    rows = con.execute(
        "select veto, count(*) from pair where veto is not null group by veto order by veto"
    ).fetchall()
    return {str(veto): int(pairs) for veto, pairs in rows}
