"""DuckDB files: every column of every table and view, and whatever the catalogue says in words.

Belongs here: tables, comments, view and macro SQL, defaults, constraints, types. Does not belong
here: raw blocks of the file: a release's database is made by CREATE TABLE AS, so no block holds
what no table holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from insight_pipeline.publication.identifiers.files.part import Part, columns_of, unreadable
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier

_CATALOGUE = (
    "duckdb_schemas",
    "duckdb_tables",
    "duckdb_columns",
    "duckdb_views",
    "duckdb_functions",
    "duckdb_constraints",
    "duckdb_indexes",
    "duckdb_sequences",
    "duckdb_types",
)
_RELATIONS = """
    select table_schema, table_name, column_name from information_schema.columns
    where table_catalog = current_database()
    order by table_schema, table_name, ordinal_position
"""


def read_database(path: Path, settings: Settings) -> Iterator[Part]:
    """One part per column, with its distinct values, and one per column of the catalogue."""
    try:
        with connect(settings, path, read_only=True) as connection:
            yield from _columns(connection)
            for function in _CATALOGUE:
                yield from _words(connection, function)
    except duckdb.Error as error:
        raise unreadable(path, type(error).__name__) from None


def _columns(connection: duckdb.DuckDBPyConnection) -> Iterator[Part]:
    found = connection.execute(_RELATIONS).fetchall()
    for number, (schema, table, column) in enumerate(found, start=1):
        relation = f"{identifier(schema)}.{identifier(table)}"
        query = f"select distinct {identifier(column)}::varchar as text from {relation}"
        (texts,) = columns_of(connection, query)
        yield Part(f"{table}.{column}", f"column {number}", texts)


def _words(connection: duckdb.DuckDBPyConnection, function: str) -> Iterator[Part]:
    """The catalogue as text; what DuckDB itself brings along is left out."""
    known = [row[0] for row in connection.execute(f"describe from {function}()").fetchall()]
    own = "database_name = current_database()" + (" and not internal" * ("internal" in known))
    texts = ", ".join(f"{identifier(name)}::varchar as {identifier(name)}" for name in known)
    for column in columns_of(connection, f"select {texts} from {function}() where {own}"):
        place = f"{function}().{column.name}"
        yield Part(place, place, column.unique())
