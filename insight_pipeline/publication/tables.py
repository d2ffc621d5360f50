"""Fills the files of a release from data that is already disclosure-controlled.

Belongs here: exporting the public table, and building indicators.duckdb in a connection that has
never seen an unsuppressed figure. Does not belong here: deciding what is public (disclosure/).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.publication.dictionary import LATEST_FIGURES, TABLES, VIEWS, Table
from insight_pipeline.publication.disclosure.public import PUBLIC_TABLE
from insight_pipeline.publication.judgement import PUBLIC_JUDGEMENT
from insight_pipeline.publication.revision_reasons import PUBLIC_CORRECTION
from insight_pipeline.publication.revision_tables import REVISION_TRIANGLE
from insight_pipeline.publication.revisions import PUBLIC_LEDGER
from insight_pipeline.publication.scorecard import PUBLIC_SCORECARD
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal

# Any DuckDB since 1.0 opens this format; a default file of DuckDB 2 opens nowhere else.
STORAGE_VERSION = "v1.0.0"
SORT = "indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown"
# Published as files of their own besides: name of the file → table of the database.
FILES = {
    "indicators": "figure",
    "judgements": "judgement",
    "scorecard": "scorecard",
    "revisions": "revision",
}
# What depends on the releases before, and is exported when these are known.
HISTORY = "revisions"
_EXPORTS = {
    "indicators": f"select * from {PUBLIC_TABLE} order by {SORT}",
    "judgements": f"select * from {PUBLIC_JUDGEMENT} order by {SORT}",
    "scorecard": (
        f"select * from {PUBLIC_SCORECARD} "
        "order by provider_id, period_month, dataset <> 'all', dataset"
    ),
    "provider": "select provider_id, provider_name from reference.provider order by all",
    "area": "select area_code, area_name, area_type from core.dim_area order by all",
    "corrections": f"select * from {PUBLIC_CORRECTION} order by all",
    HISTORY: f"select * from {PUBLIC_LEDGER} order by {SORT}, revision_no",
}
# Tables of the database that bear another name than what they are filled from.
_TABLES = {**FILES, "corrections": "correction"}


def export_public(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the public tables as they are now as Parquet, FILES among them as CSV as well."""
    for name in _EXPORTS:
        if name != HISTORY:
            _export(connection, name, folder)


def export_history(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the public ledger as Parquet and CSV."""
    _export(connection, HISTORY, folder)


def _export(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    query, target = _EXPORTS[name], folder / f"{name}.parquet"
    connection.execute(
        f"copy ({query}) to {literal(str(target))} (format parquet, compression zstd)"
    )
    if name in FILES:
        target = folder / f"{name}.csv"
        connection.execute(f"copy ({query}) to {literal(str(target))} (format csv, header true)")


def build_database(
    path: Path,
    exported: Path,
    headers: Mapping[str, IndicatorHeader],
    release: Mapping[str, object],
    settings: Settings,
) -> None:
    """Write indicators.duckdb at `path` from all that was exported into the folder `exported`."""
    with connect(settings) as connection:
        connection.execute(
            f"attach {literal(str(path))} as release (storage_version {literal(STORAGE_VERSION)})"
        )
        connection.execute("use release")
        for source in _EXPORTS:
            _copy_in(connection, _TABLES.get(source, source), exported / f"{source}.parquet")
        _insert(
            connection, "indicator", [_described(name, headers[name]) for name in sorted(headers)]
        )
        _insert(connection, "release", [release])
        connection.execute(LATEST_FIGURES)
        connection.execute(REVISION_TRIANGLE)
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
        "standard_framework": header.standard.framework,
        "standard_id": header.standard.id,
        "benchmark_name": header.benchmark.name if header.benchmark else None,
        "benchmark_value": header.benchmark.value if header.benchmark else None,
        "benchmark_source": header.benchmark.source if header.benchmark else None,
        "target_name": header.target.name if header.target else None,
        "target_value": header.target.value if header.target else None,
        "target_source": header.target.source if header.target else None,
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
