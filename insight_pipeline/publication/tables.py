"""Fills the files of a release from data that is already disclosure-controlled.

Belongs here: exporting the public table, and building indicators.duckdb in a connection that has
never seen an unsuppressed figure. Does not belong here: deciding what is public (disclosure.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.publication.dictionary import LATEST_FIGURES, TABLES, VIEWS, Table
from insight_pipeline.publication.disclosure import PUBLIC_TABLE
from insight_pipeline.publication.scorecard import PUBLIC_SCORECARD
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal

# Any DuckDB since 1.0 opens this format; a default file of DuckDB 2 opens nowhere else.
STORAGE_VERSION = "v1.0.0"
SORT = "indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown"
# Published as files of their own besides: name of the file → table of the database.
FILES = {"indicators": "figure", "scorecard": "scorecard"}
_EXPORTS = {
    "indicators": f"select * from {PUBLIC_TABLE} order by {SORT}",
    "scorecard": (
        f"select * from {PUBLIC_SCORECARD} "
        "order by provider_id, period_month, dataset <> 'all', dataset"
    ),
    "provider": "select provider_id, provider_name from reference.provider order by all",
    "area": "select area_code, area_name, area_type from core.dim_area order by all",
}


def export_public(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the public tables of a warehouse connection as Parquet, FILES as CSV as well."""
    for name, query in _EXPORTS.items():
        target = literal(str(folder / f"{name}.parquet"))
        connection.execute(f"copy ({query}) to {target} (format parquet, compression zstd)")
    for name in FILES:
        target = literal(str(folder / f"{name}.csv"))
        connection.execute(f"copy ({_EXPORTS[name]}) to {target} (format csv, header true)")


def build_database(
    path: Path,
    exported: Path,
    headers: Mapping[str, IndicatorHeader],
    release: Mapping[str, object],
    settings: Settings,
) -> None:
    """Write indicators.duckdb at `path` from the files of `export_public` in `exported`."""
    with connect(settings) as connection:
        connection.execute(
            f"attach {literal(str(path))} as release (storage_version {literal(STORAGE_VERSION)})"
        )
        connection.execute("use release")
        for source in _EXPORTS:
            _copy_in(connection, FILES.get(source, source), exported / f"{source}.parquet")
        _insert(
            connection, "indicator", [_described(name, headers[name]) for name in sorted(headers)]
        )
        _insert(connection, "release", [release])
        connection.execute(LATEST_FIGURES)
        _comment(connection)
        connection.execute("use memory")
        connection.execute("detach release")


def _copy_in(connection: duckdb.DuckDBPyConnection, table: str, source: Path) -> None:
    columns = ", ".join(
        f"{identifier(name)}::{kind} as {identifier(name)}"
        for name, (kind, _) in TABLES[table].columns.items()
    )
    connection.execute(
        f"create table {identifier(table)} as "
        f"select {columns} from read_parquet({literal(str(source))})"
    )


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[Mapping[str, object]]
) -> None:
    columns = TABLES[table].columns
    typed = ", ".join(f"{identifier(name)} {kind}" for name, (kind, _) in columns.items())
    places = ", ".join("?" for _ in columns)
    connection.execute(f"create table {identifier(table)} ({typed})")
    connection.executemany(
        f"insert into {identifier(table)} values ({places})",
        [[row[name] for name in columns] for row in rows],
    )


def _described(name: str, header: IndicatorHeader) -> dict[str, object]:
    return {
        **header.model_dump(),
        "indicator_id": name,
        "since_date": header.since,
        "services": ", ".join(header.services),
        "caveats": " ".join(header.caveats),
    }


def _comment(connection: duckdb.DuckDBPyConnection) -> None:
    """Comments come last: CREATE OR REPLACE and CREATE TABLE AS would lose them."""
    for kind, tables in (("table", TABLES), ("view", VIEWS)):
        for name, table in tables.items():
            _comment_one(connection, kind, name, table)


def _comment_one(connection: duckdb.DuckDBPyConnection, kind: str, name: str, table: Table) -> None:
    connection.execute(f"comment on {kind} {identifier(name)} is {literal(table.description)}")
    for column, (_, meaning) in table.columns.items():
        connection.execute(
            f"comment on column {identifier(name)}.{identifier(column)} is {literal(meaning)}"
        )
