"""The store while a night is at work: attached beside tonight's tables, and brought up to date.

Belongs here: opening last night's state to go on from, and taking tonight's rows into it. Does not
belong here: what the rows say. Tonight's tables stand in memory under plain names; what lasts
stands in the attached database `store`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from insight_pipeline.settings import Settings

# What a new model or method makes anew from the evidence; all other tables outlive it.
DERIVED = (
    "person_evidence", "evidence_value", "trusted_value", "record", "block_key", "pair",
)  # fmt: skip

# Tables a first night already reads.
_SHAPES = {
    "record_mark": "record_id varchar, rid bigint, content hugeint, origin hugeint",
    "block_key": "rule smallint, key ubigint, rid bigint",
    # kin_veto is the pair's own; veto also knows the numbers its component bears.
    "pair": "rid_l bigint, rid_r bigint, match_weight double, kin_veto varchar, veto varchar,"
    " weight_without_number double",
    "refused_bond": "record_id_l varchar, record_id_r varchar",
    "decision_pair": "record_id_l varchar, record_id_r varchar, verdict varchar,"
    " decision_id varchar",
    "person": "record_id varchar, rid bigint, citizen_key varchar, component bigint",
}


def quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


@contextmanager
def opened(
    work: Path, last: Path | None, anew: bool, settings: Settings, spill: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with `work` attached as `store`, holding what lasts of last night's store."""
    if last is not None and not anew:
        shutil.copyfile(last, work)
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
        "temp_directory": str(spill),
    }
    with duckdb.connect(":memory:", config=config) as con:
        con.execute("set enable_progress_bar = false")
        con.execute(f"attach {quoted(work)} as store")
        if last is not None and anew:
            _carry_over(con, last)
        for table, columns in _SHAPES.items():
            con.execute(f"create table if not exists store.{table} ({columns})")
        yield con
        con.execute("use memory")
        con.execute("checkpoint store")
        con.execute("detach store")
    work.chmod(0o600)


def _carry_over(con: duckdb.DuckDBPyConnection, last: Path) -> None:
    con.execute(f"attach {quoted(last)} as last_night (read_only)")
    tables = con.execute(
        "select table_name from duckdb_tables() where database_name = 'last_night'"
    ).fetchall()
    for (table,) in tables:
        if table not in DERIVED:
            con.execute(f"create table store.{table} as from last_night.{table}")
    con.execute("detach last_night")


def absorb_records(con: duckdb.DuckDBPyConnection) -> None:
    """What is said about renewed records in the place of what was; nothing of deleted ones."""
    for table in ("evidence_value", "trusted_value"):
        con.execute(f"create table if not exists store.{table} as from {table} limit 0")
        con.execute(f"delete from store.{table} where record_id in (select record_id from stale)")
        con.execute(f"insert into store.{table} by name from {table}")
    con.execute("create table if not exists store.record as from record limit 0")
    con.execute("delete from store.record where rid in (select rid from stale)")
    con.execute("insert into store.record by name from record semi join renewed using (record_id)")


def absorb_evidence(con: duckdb.DuckDBPyConnection, union: str) -> None:
    """The raw rows of renewed records, and of those another delivery now says the same of."""
    con.execute("""
        create or replace temp table replaced as
        select record_id from stale union select record_id from renewed
        union select record_id from moved_record
    """)
    con.execute(f"create table if not exists store.person_evidence as from ({union}) limit 0")
    if not is_empty(con, "store.person_evidence"):
        con.execute("""
            delete from store.person_evidence
            where record_id in (select record_id from replaced)
        """)
    con.execute(f"""
        insert into store.person_evidence by name
        from ({union}) where record_id in (select record_id from replaced)
    """)


def absorb_pairs(con: duckdb.DuckDBPyConnection, kept: str) -> None:
    """Tonight's pairs worth keeping in the place of all pairs of renewed and deleted records."""
    shape = (
        "select rid_l, rid_r, match_weight, veto as kin_veto, veto, weight_without_number from pair"
    )
    if not is_empty(con, "store.pair"):
        con.execute("""
            delete from store.pair
            where rid_l in (select rid from stale) or rid_r in (select rid from stale)
        """)
        con.execute("""
            delete from store.pair
            using (from lost_pair union select rid_l, rid_r from candidate) as gone
            where pair.rid_l = gone.rid_l and pair.rid_r = gone.rid_r
        """)
    con.execute(f"insert into store.pair by name {shape} where {kept} order by rid_l, rid_r")


def is_empty(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    return not con.execute(f"select 1 from {table} limit 1").fetchall()


def table_exists(
    con: duckdb.DuckDBPyConnection, table: str, database: str | None = "store"
) -> bool:
    """Whether the attached database has the table; None is the connection's own."""
    query = (
        "select 1 from duckdb_tables() where table_name = ?"
        " and database_name = coalesce(?, current_database())"
    )
    return bool(con.execute(query, [table, database]).fetchall())
