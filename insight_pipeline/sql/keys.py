"""Rows by key: which keys of a relation changed, and a query run over some keys only.

Belongs here: marks of keys, and reads of a query pointed at other tables. Does not belong here:
when an incremental model does so (incremental.py). NULL counts as a key like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
from sqlglot import exp

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.dry_run import Columns
from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.model import Model

# Temporary tables: the keys to make again, what they have in each relation, marks as they are now.
CHANGED = "temp.changed_key"
NARROWED = "narrowed_"
MARKS_NOW = "key_mark_now"
# DuckDB's hash does not tell -0.0 from 0.0, a month from 30 days, nor an empty list from NULL:
# their texts differ.
HASHED_AS_TEXT = ("FLOAT", "DOUBLE", "INTERVAL", "STRUCT", "MAP", "UNION", "VARIANT")


def marks_query(relation: str, key: Sequence[str], columns: Columns) -> str:
    """One row per key: its columns, how many rows it has, and a mark any change of `columns` moves.

    The mark is the sum of the rows' 64-bit hashes, so that the order of rows does not matter and
    equal rows count as often as they stand there.
    """
    keys = ", ".join(identifier(name) for name in key)
    cells = ", ".join(_hashable(name, kind) for name, kind in columns.items())
    return (
        f"select {keys}, count(*) as row_count, sum(hash({cells})::hugeint) as mark "
        f"from {quoted_relation(relation)} group by {keys}"
    )


def _hashable(name: str, kind: str) -> str:
    as_text = kind.endswith("]") or kind.startswith(HASHED_AS_TEXT)
    return f"{identifier(name)}::varchar" if as_text else identifier(name)


def mark_now(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    relation_mark: str,
    key: Sequence[str],
    columns: Columns,
) -> str:
    """Temporary table of a relation's marks over `columns`, made once for all models of a run."""
    mark = fingerprint(relation_mark, list(key), list(columns.items()))
    name = identifier(f"{MARKS_NOW}__{relation}__{mark}")
    query = marks_query(relation, key, columns)
    connection.execute(f"create temp table if not exists {name} as {query}")
    return f"temp.{name}"


def marks_table(relation: str, upstream: str) -> str:
    """Where a model keeps the marks of a relation it reads; quoted SQL."""
    return f"meta.{identifier(f'key_mark__{relation}__{upstream}'.replace('.', '__'))}"


def keep_marks(connection: duckdb.DuckDBPyConnection, table: str, now: str) -> None:
    """Replace the marks kept by those of now."""
    connection.execute(f"create or replace table {table} as from {now}")


def drop_temporary(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what a run left in memory."""
    names = connection.execute(
        "select table_name from duckdb_tables() where temporary and "
        "(starts_with(table_name, ?) or starts_with(table_name, ?) or table_name = ?)",
        [MARKS_NOW, NARROWED, CHANGED.removeprefix("temp.")],
    ).fetchall()
    for (name,) in names:
        connection.execute(f"drop table temp.{identifier(name)}")


def same_key(one: str, other: str, key: Sequence[str]) -> str:
    """SQL: two tables' rows have the same key."""
    return " and ".join(
        f"{one}.{identifier(name)} is not distinct from {other}.{identifier(name)}" for name in key
    )


def query_reading(model: Model, instead: Mapping[str, str]) -> str:
    """The model's query with each relation of `instead` read from another table (quoted SQL).

    The text stays as its author wrote it but for those names, also inside subqueries.
    """
    edits: list[tuple[int, int, str]] = []
    for table in model.tree.find_all(exp.Table):
        edits += _other_table(table, instead)
    for column in model.tree.find_all(exp.Column):
        edits += _shorter_column(column, instead)
    query = model.query
    for start, end, text in sorted(edits, reverse=True):
        query = query[:start] + text + query[end:]
    return query


def _other_table(table: exp.Table, instead: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """What to write in place of a table's name, and where that name stands in the text."""
    other = instead.get(f"{table.db}.{table.name}")
    if other is None:
        return []
    called = "" if table.alias else f" as {identifier(table.name)}"
    first, last = table.parts[0], table.parts[-1]
    return [(first.meta["start"], last.meta["end"] + 1, other + called)]


def _shorter_column(column: exp.Column, instead: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """A column may name its table's schema, which the other table does not stand in."""
    parts = column.parts
    if len(parts) > 2 and f"{parts[-3].name}.{parts[-2].name}" in instead:
        return [(parts[0].meta["start"], parts[-2].meta["start"], "")]
    return []


def narrow(
    connection: duckdb.DuckDBPyConnection,
    relations: Sequence[str],
    key: Sequence[str],
) -> dict[str, str]:
    """Temporary tables with the rows of the keys in CHANGED: relation → its table's name."""
    tables = {}
    for number, relation in enumerate(relations):
        tables[relation] = f"temp.{NARROWED}{number}"
        connection.execute(
            f"create or replace temp table {NARROWED}{number} as "
            f"select given.* from {quoted_relation(relation)} as given "
            f"semi join {CHANGED} as wanted on {same_key('given', 'wanted', key)}"
        )
    return tables
