"""Builds indicators.duckdb from exported files, in a connection that never saw a hidden figure.

Belongs here: making and filling its tables, views and macros, and their comments. Does not belong
here: what there is to export (export.py), or the words of the comments (dictionary.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from insight_pipeline.publication.database.dictionary import TABLES, VIEWS
from insight_pipeline.publication.database.export import COPIES, THEMES
from insight_pipeline.publication.database.macro_columns import MACROS
from insight_pipeline.publication.database.macros import MACRO_SQL
from insight_pipeline.publication.database.reference import DERIVED, Headers, Row, header_rows
from insight_pipeline.publication.database.table import Columns
from insight_pipeline.publication.database.views import VIEW_SQL
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal, transaction

# Any DuckDB since 1.0 opens this format; a default file of DuckDB 2 opens nowhere else.
STORAGE_VERSION = "v1.0.0"


def build_database(
    path: Path,
    exported: Path,
    headers: Headers,
    release: Row | Mapping[str, object],
    settings: Settings,
) -> None:
    """Write indicators.duckdb at `path` from all that was exported into the folder `exported`."""
    with connect(settings) as connection:
        connection.execute(
            f"attach {literal(str(path))} as release (storage_version {literal(STORAGE_VERSION)})"
        )
        connection.execute("use release")
        # One transaction: on their own, hundreds of statements write the file's log each.
        with transaction(connection):
            _fill(connection, exported, headers)
            _insert(connection, "release", [release])
            for statement in (*VIEW_SQL, *MACRO_SQL):
                connection.execute(statement)
            _comment(connection)
        connection.execute("use memory")
        connection.execute("detach release")


def _fill(connection: duckdb.DuckDBPyConnection, exported: Path, headers: Headers) -> None:
    """Make every table but `release`."""
    for table, name in COPIES.items():
        _make(connection, table, f"from {_parquet(exported, name)}")
    for table, query in DERIVED.items():
        _make(connection, table, query)
    themes = _words(connection, f"select theme_code, theme from {_parquet(exported, THEMES)}")
    services = _words(connection, "select distinct service_code, service_title from service")
    for table, rows in header_rows(headers, themes, services).items():
        _insert(connection, table, rows)


def _parquet(exported: Path, name: str) -> str:
    return f"read_parquet({literal(str(exported / f'{name}.parquet'))})"


def _words(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    return dict(connection.execute(query).fetchall())


def _make(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """A documented table from a query with its columns in any order; the rows keep theirs."""
    columns = ", ".join(
        f"{identifier(name)}::{kind} as {identifier(name)}"
        for name, (kind, _) in TABLES[table].columns.items()
    )
    connection.execute(f"create table {identifier(table)} as select {columns} from ({query})")


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row] | list[Mapping[str, object]]
) -> None:
    columns = TABLES[table].columns
    typed = ", ".join(f"{identifier(name)} {kind}" for name, (kind, _) in columns.items())
    places = ", ".join("?" for _ in columns)
    connection.execute(f"create table {identifier(table)} ({typed})")
    if rows:
        connection.executemany(
            f"insert into {identifier(table)} values ({places})",
            [[row[name] for name in columns] for row in rows],
        )


def _comment(connection: duckdb.DuckDBPyConnection) -> None:
    """Comments come last: CREATE OR REPLACE and CREATE TABLE AS would lose them."""
    for kind, tables in (("table", TABLES), ("view", VIEWS)):
        for name, table in tables.items():
            _comment_one(connection, f"{kind} {identifier(name)}", table.description)
            _comment_columns(connection, name, table.columns)
    for name, macro in MACROS.items():
        _comment_one(connection, f"macro table {identifier(name)}", macro.description)


def _comment_columns(connection: duckdb.DuckDBPyConnection, table: str, columns: Columns) -> None:
    for column, (_, meaning) in columns.items():
        what = f"column {identifier(table)}.{identifier(column)}"
        _comment_one(connection, what, meaning)


def _comment_one(connection: duckdb.DuckDBPyConnection, what: str, words: str) -> None:
    connection.execute(f"comment on {what} is {literal(words)}")
