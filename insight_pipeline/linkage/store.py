"""identity.duckdb: what linkage keeps, how it is replaced, and the only way out of it.

Belongs here: the tables of the store and the hand-over. Does not belong here: how any table is
computed, or pseudonyms (governance). Nobody else reads the store: it holds identifiers.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

import duckdb

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint


@dataclass(frozen=True)
class Previous:
    """What the store says about the night that wrote it."""

    fingerprint: str
    method: str
    model: str
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
            rows = con.execute(
                "select fingerprint, method, model, night, summary from meta"
            ).fetchall()
    except duckdb.BinderException:
        raise InsightError([_older_layout(store)]) from None
    except duckdb.Error as error:
        raise InsightError([_unreadable(store, type(error).__name__)]) from None
    return Previous(*rows[0])


def _older_layout(store: Path) -> Fault:
    return Fault(
        where=str(store),
        expected="an identity store of today's layout",
        found="one written before linkage kept its models apart",
        consequence="nothing was linked; the store is as it was",
        next_step="move the file away and run the night: ids are made anew from the evidence",
    )


def _unreadable(store: Path, kind: str) -> Fault:
    return Fault(
        where=str(store),
        expected="an identity store written by linkage",
        found=f"{kind} on opening it",
        consequence="nothing was linked: without the ledger every citizen id would change",
        next_step="restore the store from backup; delete it only to give everyone a new id",
    )


def write_meta(con: duckdb.DuckDBPyConnection, meta: Previous) -> None:
    """Table meta of the attached store: one row, what tonight was made from."""
    con.execute(
        "create or replace table store.meta (fingerprint varchar, method varchar, model varchar,"
        " night bigint, summary varchar)"
    )
    con.execute("insert into store.meta values (?, ?, ?, ?, ?)", list(astuple(meta)))


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
