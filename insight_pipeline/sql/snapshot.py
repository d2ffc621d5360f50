"""Every version of every key: slowly changing dimensions of type 2, dated by the data's own day.

Belongs here: opening and closing versions, and keeping a history whose file is gone. Does not
belong here: where the day comes from (the caller; no clock is read).

A snapshot has the columns of its query and `valid_from`, `valid_to` (half-open, NULL while current)
and `is_current`. A version keeps the values it was opened with. A key that is no longer there
closes its version; one that comes back opens a new one. The history before a day is never touched:
what the table is after a day follows from that history and the query's rows on the day, so that a
day may run any number of times, and the last run of it counts.
"""

from __future__ import annotations

from datetime import date

import duckdb

from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.sql.dry_run import describe
from insight_pipeline.sql.engines.duckdb import (
    drop,
    identifier,
    kind_of,
    quoted_relation,
)
from insight_pipeline.sql.header import VERSION_COLUMNS
from insight_pipeline.sql.keys import same_key
from insight_pipeline.sql.meta import scalar
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.snapshot_columns import fit_columns, snapshot_fault

META = """
create schema if not exists meta;
create table if not exists meta.snapshot (relation varchar, key_columns varchar[], as_of date);
"""
NOW = "temp.snapshot_now"


def make_snapshot(
    connection: duckdb.DuckDBPyConnection, model: Model, as_of: date | None
) -> tuple[str, bool]:
    """Bring a snapshot up to the day `as_of`; returns in words how, and whether rows changed.

    A day before the newest one leaves the history as it is; no day at all, while nothing has been
    delivered, leaves it empty. InsightError when the key is not unique or another than before, or
    the history does not fit a column's new type. The caller holds the transaction.
    """
    connection.execute(META)
    connection.execute(f"create or replace temp table snapshot_now as\n{model.query}")
    _refuse(connection, model)
    begun = _stand_up(connection, model)
    newest = _newest_day(connection, model)
    if as_of is None:
        return "no delivery yet tells the day: history left as it is", begun
    if newest is not None and as_of < newest:
        return f"{as_of} lies before {newest}: history left as it is", begun
    fit_columns(connection, model, describe(connection, NOW))
    taken_back = _take_back(connection, model, as_of)
    closed = _close(connection, model, as_of)
    opened = _open(connection, model, as_of)
    _note(connection, model, as_of)
    moved = bool(taken_back or closed or opened)
    return f"{opened:,} versions opened, {closed:,} closed as of {as_of}", moved or begun


def _refuse(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    columns = {name.lower() for name in describe(connection, NOW)}
    raise_all(
        snapshot_fault(model, f"columns other than '{name}'", f"'{name}' in the query", "rename it")
        for name in VERSION_COLUMNS
        if name in columns
    )
    key = ", ".join(identifier(name) for name in model.header.key)
    twice = f"select count(*) from (from {NOW} select 1 group by {key} having count(*) > 1)"
    if keys := scalar(connection, twice):
        next_step = "make the query give one row a key, or name the whole key"
        raise InsightError(
            [snapshot_fault(model, "one row for each key", f"{keys} keys with several", next_step)]
        )
    raise_all(_other_key(connection, model))


def _other_key(connection: duckdb.DuckDBPyConnection, model: Model) -> list[Fault]:
    noted = connection.execute(
        "select key_columns from meta.snapshot where relation = ?", [model.relation]
    ).fetchall()
    if not noted or noted[0][0] == list(model.header.key):
        return []
    before, now = ", ".join(noted[0][0]), ", ".join(model.header.key)
    next_step = "give the model of the new key a file of its own"
    return [snapshot_fault(model, f"the key its history is kept by: {before}", now, next_step)]


def _stand_up(connection: duckdb.DuckDBPyConnection, model: Model) -> bool:
    """Make sure the table is there, empty or with the history that was laid aside."""
    aside = _laid_aside(model.relation)
    if kind_of(connection, aside):
        drop(connection, model.relation)
        _move(connection, aside, model.relation)
        return True
    if _newest_day(connection, model) and kind_of(connection, model.relation) == "table":
        return False
    drop(connection, model.relation)
    more = ", ".join(f"null::{kind} as {name}" for name, kind in VERSION_COLUMNS.items())
    table = quoted_relation(model.relation)
    connection.execute(f"create table {table} as select *, {more} from {NOW} where false")
    return True


def _newest_day(connection: duckdb.DuckDBPyConnection, model: Model) -> date | None:
    found = connection.execute(
        "select as_of from meta.snapshot where relation = ?", [model.relation]
    ).fetchall()
    return found[0][0] if found else None


def _note(connection: duckdb.DuckDBPyConnection, model: Model, as_of: date) -> None:
    connection.execute("delete from meta.snapshot where relation = ?", [model.relation])
    connection.execute(
        "insert into meta.snapshot values (?, ?, ?)",
        [model.relation, list(model.header.key), as_of],
    )


def _take_back(connection: duckdb.DuckDBPyConnection, model: Model, as_of: date) -> int:
    """Undo what an earlier run of the same day did."""
    table = quoted_relation(model.relation)
    gone = _rows(connection, f"delete from {table} where valid_from = ?", as_of)
    reopened = f"update {table} set valid_to = null, is_current = true where valid_to = ?"
    return gone + _rows(connection, reopened, as_of)


def _close(connection: duckdb.DuckDBPyConnection, model: Model, as_of: date) -> int:
    """Close the versions of keys that are gone or whose tracked columns changed."""
    tracked = " or ".join(
        f"now.{identifier(name)} is distinct from made.{identifier(name)}"
        for name in model.header.track
    )
    return _rows(
        connection,
        f"update {quoted_relation(model.relation)} as made "
        "set valid_to = ?::date, is_current = false where is_current and not exists "
        f"(select 1 from {NOW} as now where {same_key('now', 'made', model.header.key)} "
        f"and not ({tracked}))",
        as_of,
    )


def _open(connection: duckdb.DuckDBPyConnection, model: Model, as_of: date) -> int:
    """Open a version for every key that has none."""
    names = [identifier(name) for name in describe(connection, NOW)]
    given = ", ".join(f"now.{name}" for name in names)
    return _rows(
        connection,
        f"insert into {quoted_relation(model.relation)} "
        f"({', '.join([*names, *VERSION_COLUMNS])}) "
        f"select {given}, ?::date, null, true from {NOW} as now where not exists "
        f"(select 1 from {quoted_relation(model.relation)} as made where made.is_current "
        f"and {same_key('now', 'made', model.header.key)}) order by all",
        as_of,
    )


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, as_of: date) -> int:
    return int(connection.execute(statement, [as_of]).fetchall()[0][0])


def lay_aside(connection: duckdb.DuckDBPyConnection, relation: str) -> bool:
    """Keep the history of a snapshot that is none any more, out of everybody's way.

    It comes back when a snapshot of that name does. False when `relation` is no snapshot.
    """
    if kind_of(connection, "meta.snapshot") is None or kind_of(connection, relation) != "table":
        return False
    noted = "select relation from meta.snapshot where relation = ?"
    is_aside = kind_of(connection, _laid_aside(relation)) is not None
    if is_aside or not connection.execute(noted, [relation]).fetchall():
        return False
    _move(connection, relation, _laid_aside(relation))
    return True


def _laid_aside(relation: str) -> str:
    return f"meta.{relation.replace('.', '__')}__laid_aside"


def _move(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    connection.execute(
        f"create or replace table {quoted_relation(new)} as from {quoted_relation(old)}"
    )
    connection.execute(f"drop table {quoted_relation(old)}")
