"""Opening DuckDB the one way this project opens it.

Belongs here: connection settings. Does not belong here: what is run on the connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.trouble import damaged_fault, is_damaged
from insight_pipeline.settings import Settings


@contextmanager
def connect(
    settings: Settings, path: Path | None = None, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC with bounded memory, no extension downloads and our own spill folder.

    `path` None means in memory. Closed on leaving, also after an error.
    """
    settings.temporary.mkdir(parents=True, exist_ok=True)
    with _naming(path):
        connection = _opened(settings, path, read_only=read_only)
        try:
            connection.execute("set timezone = 'UTC'")
            yield connection
        finally:
            connection.close()


@contextmanager
def _naming(path: Path | None) -> Iterator[None]:
    """Say which database it is that is not as it was written."""
    try:
        yield
    except duckdb.Error as error:
        if path is None or not is_damaged(error):
            raise
        raise InsightError([damaged_fault(str(path))]) from None


def _opened(settings: Settings, path: Path | None, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        str(path) if path else ":memory:",
        read_only=read_only,
        config={
            "threads": str(settings.threads),
            "memory_limit": settings.memory_limit,
            "temp_directory": str(settings.temporary),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
        },
    )


def identifier(name: str) -> str:
    """A name quoted as SQL; the only way names from outside enter a statement."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text quoted as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted_relation(relation: str) -> str:
    """`schema.table` with both parts quoted."""
    schema, _, table = relation.partition(".")
    return f"{identifier(schema)}.{identifier(table)}"


def kind_of(connection: duckdb.DuckDBPyConnection, relation: str) -> str | None:
    """'table', 'view', or None when nothing of that name stands in the current database."""
    schema, _, name = relation.partition(".")
    found = connection.execute(
        "select table_type from information_schema.tables where table_catalog = current_database() "
        "and table_schema = ? and table_name = ?",
        [schema, name],
    ).fetchall()
    return ("view" if found[0][0] == "VIEW" else "table") if found else None


def drop(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Drop a table or view, whichever it is; nothing happens when there is none."""
    kind = kind_of(connection, relation)
    if kind:
        connection.execute(f"drop {kind} {quoted_relation(relation)}")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of a block's statements or none; an error inside takes back what was done."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
