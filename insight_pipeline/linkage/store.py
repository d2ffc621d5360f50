"""identity.duckdb: what linkage keeps, how it is replaced, and the only way out of it.

Belongs here: the tables of the store and the hand-over. Does not belong here: how any table is
computed, or pseudonyms (governance). Nobody else reads the store: it holds identifiers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.linkage.model.model import Model

_PAIR_WEIGHT = """
    select l.record_id as record_id_l, r.record_id as record_id_r, match_weight, veto
    from pair
    inner join record as l on l.rid = rid_l
    inner join record as r on r.rid = rid_r
    order by rid_l, rid_r
"""
# Table of the store and the query that fills it; all are sorted, so equal nights are equal files.
TABLES = {
    "person_evidence": "select * from person_evidence order by all",
    "pair_weight": _PAIR_WEIGHT,
    "person": "select * from person order by record_id",
    "ledger_event": "select * from ledger_event order by night, event, citizen_key",
    "citizen": "select * from citizen order by citizen_key",
    "opt_out": "select * from opt_out order by record_id",
    "model": "select * from model",
    "meta": "select * from meta",
}


@dataclass(frozen=True)
class Previous:
    """What the store says about the night that wrote it."""

    fingerprint: str
    method: str
    night: int
    summary: str


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def read_previous(store: Path) -> Previous | None:
    """The last night's meta, or None where there is no store yet."""
    if not store.exists():
        return None
    try:
        with duckdb.connect(str(store), read_only=True) as con:
            rows = con.execute("select fingerprint, method, night, summary from meta").fetchall()
    except duckdb.Error as error:
        raise InsightError([_unreadable(store, type(error).__name__)]) from None
    return Previous(*rows[0])


def _unreadable(store: Path, kind: str) -> Fault:
    return Fault(
        where=str(store),
        expected="an identity store written by linkage",
        found=f"{kind} on opening it",
        consequence="nothing was linked: without the ledger every citizen id would change",
        next_step="restore the store from backup; delete it only to give everyone a new id",
    )


def write_store(con: duckdb.DuckDBPyConnection, store: Path, model: Model, meta: Previous) -> None:
    """Write every table beside the store, then take its place in one rename."""
    con.execute("create table model (fingerprint varchar, parameters varchar)")
    con.execute("insert into model values (?, ?)", [model.fingerprint, model.to_json()])
    con.execute(
        "create table meta (fingerprint varchar, method varchar, night bigint, summary varchar)"
    )
    con.execute(
        "insert into meta values (?, ?, ?, ?)",
        [meta.fingerprint, meta.method, meta.night, meta.summary],
    )
    with replacing_file(store) as work:
        con.execute(f"attach {_quoted(work)} as next_store")
        for table, query in TABLES.items():
            con.execute(f"create table next_store.{table} as {query}")
        con.execute("checkpoint next_store")
        con.execute("detach next_store")


# People with an objection keep no key: downstream may count them out, and nothing else.
_RECORDS = """
    select record_id, citizen.citizen_key, citizen.citizen_key is null as is_opted_out
    from person left join citizen using (citizen_key)
    order by record_id
"""
_CITIZENS = "select * from citizen order by citizen_key"


@dataclass(frozen=True)
class HandOver:
    """Parquet files: record_citizen (record_id, citizen_key, is_opted_out), citizen its table."""

    record_citizen: Path
    citizen: Path
    fingerprint: str


def hand_over(store: Path, folder: Path) -> HandOver:
    """Write both files into `folder`; equal people give equal bytes and an equal fingerprint."""
    folder.mkdir(parents=True, exist_ok=True)
    records, citizens = folder / "record_citizen.parquet", folder / "citizen.parquet"
    with duckdb.connect(str(store), read_only=True) as con:
        for path, query in ((records, _RECORDS), (citizens, _CITIZENS)):
            with replacing_file(path) as work:
                con.execute(f"copy ({query}) to {_quoted(work)} (format parquet)")
    return HandOver(records, citizens, fingerprint(file_sha256(records), file_sha256(citizens)))
