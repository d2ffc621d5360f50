"""What a database says of itself: which relation was made under which fingerprint, with its rows.

Belongs here: the tables of schema `meta` that every relation shares. Does not belong here: what a
materialisation notes for itself (incremental.py, snapshot.py). They rest in the database they are
about, so that a database and its record of what made it can never part.
"""

from __future__ import annotations

import duckdb

from insight_pipeline.sql.engines.duckdb import quoted_relation

META = """
create schema if not exists meta;
create table if not exists meta.model (relation varchar, fingerprint varchar, row_count bigint);
alter table meta.model add column if not exists previous_row_count bigint;
create table if not exists meta.dry_run (fingerprint varchar);
"""
HELD = "create table if not exists meta.held_rows (relation varchar, row_count bigint)"
HAS_PREVIOUS = (
    "select count(*) from duckdb_columns() where schema_name = 'meta' and table_name = 'model' "
    "and column_name = 'previous_row_count' and database_name = current_database()"
)


def known_fingerprints(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Fingerprints of the relations in this database, empty for a new one."""
    if not scalar(connection, HAS_PREVIOUS):
        connection.execute(META)
    return dict(connection.execute("select relation, fingerprint from meta.model").fetchall())


def record(connection: duckdb.DuckDBPyConnection, relation: str, mark: str) -> int:
    """Note that `relation` was just made under fingerprint `mark`; returns its row count."""
    rows = scalar(connection, f"select count(*) from {quoted_relation(relation)}")
    before = _counts_before(connection, relation)
    connection.execute("delete from meta.model where relation = ?", [relation])
    connection.execute("insert into meta.model values (?, ?, ?, ?)", [relation, mark, rows, before])
    return rows


def _counts_before(connection: duckdb.DuckDBPyConnection, relation: str) -> int | None:
    """What a build that begins is held against: the build before it, or what that one held to.

    None before a relation ever had rows: that its first rows come is no change to be alarmed at.
    """
    connection.execute(HELD)
    found = connection.execute(
        "select m.row_count, m.previous_row_count, h.row_count from meta.model as m "
        "left join meta.held_rows as h using (relation) where relation = ?",
        [relation],
    ).fetchall()
    last, previous, held = found[0] if found else (None, None, None)
    if held is not None:
        return int(held)
    return None if last is None or (last == 0 and previous is None) else int(last)


def hold_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Let the next build be held against what this one was: this one changed too much."""
    release_rows(connection, relation)
    connection.execute(
        "insert into meta.held_rows select relation, previous_row_count from meta.model "
        "where relation = ?",
        [relation],
    )


def release_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Let the next build be held against this one."""
    connection.execute(HELD)
    connection.execute("delete from meta.held_rows where relation = ?", [relation])


def known_dry_run(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Fingerprint of the files that were last found sound; None in a new or older database."""
    made = "select count(*) from duckdb_tables() where schema_name = 'meta' and "
    if not scalar(connection, f"{made} table_name = 'dry_run'"):
        return None
    found = connection.execute("select fingerprint from meta.dry_run").fetchall()
    return found[0][0] if found else None


def record_dry_run(connection: duckdb.DuckDBPyConnection, mark: str) -> None:
    """Note that the files of fingerprint `mark` are sound."""
    connection.execute("delete from meta.dry_run")
    connection.execute("insert into meta.dry_run values (?)", [mark])


def forget_fingerprint(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Let `relation` be made again whatever its fingerprint; its row counts stay known."""
    connection.execute("update meta.model set fingerprint = '' where relation = ?", [relation])


def previous_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> int | None:
    """Rows the last build of a relation is held against; None when there are none."""
    found = connection.execute(
        "select previous_row_count from meta.model where relation = ?", [relation]
    ).fetchall()
    return found[0][0] if found else None


def scalar(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one whole number a query gives."""
    return int(connection.execute(query).fetchall()[0][0])
