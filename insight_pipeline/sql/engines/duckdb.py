"""Opening DuckDB the one way this project opens it.

Belongs here: connection settings. Does not belong here: what is run on the connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from insight_pipeline.settings import Settings


@contextmanager
def connect(
    settings: Settings, path: Path | None = None, *, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC with bounded memory, no extension downloads and our own spill folder.

    `path` None means in memory. Closed on leaving, also after an error.
    """
    settings.temporary.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
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
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


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
