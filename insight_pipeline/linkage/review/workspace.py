"""The identity store as a reviewer's tools see it: read only, beside tables of their own.

Belongs here: opening it, and fetching what an explanation needs. Does not belong here: what is
asked or told about it. Nothing is ever written to the store from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.model.files import FrozenModel, load
from insight_pipeline.linkage.model.frozen import thaw_frequencies
from insight_pipeline.linkage.policy import LinkagePolicy, load_linkage_policy
from insight_pipeline.linkage.review.decisions import load_decisions
from insight_pipeline.linkage.store import read_previous
from insight_pipeline.settings import Settings

POLICY = "linkage.yaml"
# What review reads of the store.
TABLES = ("person", "pair", "person_evidence", "evidence_value", "trusted_value")
DECISIONS = ("decision", "decision_vote", "decision_pair", "decision_conflict")


@dataclass(frozen=True)
class Workspace:
    """A connection with the store's tables as views, the model in use, and the policy."""

    con: duckdb.DuckDBPyConnection
    frozen: FrozenModel
    policy: LinkagePolicy

    @property
    def join(self) -> float:
        return self.frozen.model.join

    def rids(self, records: Sequence[str]) -> dict[str, int]:
        """Record id → number in the store, for those that are there."""
        self.con.register("asked", pa.table({"record_id": pa.array(records, pa.string())}))
        rows = self.con.execute(
            "select distinct record_id, rid from person semi join asked using (record_id)"
        ).fetchall()
        self.con.unregister("asked")
        return {str(record): int(rid) for record, rid in rows}

    def fetch_records(self, records: Sequence[str]) -> dict[str, int]:
        """Tables record and frequency_<column> for these records; their numbers."""
        found = self.rids(records)
        self.con.register("wanted", pa.table({"rid": pa.array(list(found.values()), pa.int64())}))
        self.con.execute("""
            create or replace table record as
            select * from store.record semi join wanted using (rid)
        """)
        self.con.unregister("wanted")
        thaw_frequencies(self.con, self.frozen)
        return found


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """The store of the last night with its model; an InsightError where there is none yet."""
    previous = read_previous(settings.identity)
    if previous is None:
        raise InsightError([_no_store()])
    frozen = load(settings.models, previous.model)
    policy = load_linkage_policy(settings.contracts / POLICY)
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
    }
    with duckdb.connect(":memory:", config=config) as con:
        con.execute("set enable_progress_bar = false")
        con.execute(f"attach {_quoted(settings.identity)} as store (read_only)")
        _open_tables(con, policy)
        yield Workspace(con, frozen, policy)


def _open_tables(con: duckdb.DuckDBPyConnection, policy: LinkagePolicy) -> None:
    for table in TABLES:
        con.execute(f"create view {table} as from store.{table}")
    known = con.execute(
        "select table_name from duckdb_tables() where database_name = 'store'"
    ).fetchall()
    if {name for (name,) in known}.issuperset(DECISIONS):
        for table in DECISIONS:
            con.execute(f"create view {table} as from store.{table}")
    else:
        load_decisions(con, [], policy)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _no_store() -> Fault:
    return Fault(
        where="clerical review",
        expected="an identity store written by linkage",
        found="none",
        consequence="there is nothing to review yet",
        next_step="run `insight nightly` first",
    )
