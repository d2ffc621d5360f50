"""Reads a finished release back before anybody else can: a file that cannot be read is not one.

Belongs here: opening, reading every column, comparing the forms with each other. Does not belong
here: disclosure rules, which were checked before anything was written (disclosure.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.dictionary import TABLES, VIEWS, Table
from insight_pipeline.publication.tables import FILES
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal


def verify_release(folder: Path, settings: Settings) -> dict[str, int]:
    """Rows of every table, after reading every column of every file; InsightError otherwise."""
    with connect(settings, folder / "indicators.duckdb", read_only=True) as connection:
        raise_all(_wrong_columns(connection, {**TABLES, **VIEWS}))
        rows = {name: _read_through(connection, name, TABLES[name]) for name in TABLES}
        _read_through(connection, "latest_figures", VIEWS["latest_figures"])
        raise_all(
            fault
            for name, table in FILES.items()
            for fault in _differences(connection, folder, name, table)
        )
    return rows


def _wrong_columns(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Table]
) -> Iterable[Fault]:
    for name, table in tables.items():
        found = [row[:2] for row in connection.execute(f"describe {identifier(name)}").fetchall()]
        expected = [(column, kind) for column, (kind, _) in table.columns.items()]
        if found != expected:
            wrong = sorted({str(column[0]) for column in set(found) ^ set(expected)})
            yield _fault(f"{name}: its documented columns", f"differences in {wrong}")


def _read_through(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> int:
    """Row count; min and max of each column as text, so that every value is decoded."""
    parts = ", ".join(
        f"min({identifier(column)}::varchar), max({identifier(column)}::varchar)"
        for column in table.columns
    )
    query = f"select count(*), {parts} from {identifier(name)}"
    return int(connection.execute(query).fetchall()[0][0])


def _differences(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, table: str
) -> Iterable[Fault]:
    """Rows that stand in one form of a published table but not in another."""
    columns = {column: kind for column, (kind, _) in TABLES[table].columns.items()}
    csv, parquet = (literal(str(folder / f"{name}.{form}")) for form in ("csv", "parquet"))
    typed = ", ".join(f"{literal(column)}: {literal(kind)}" for column, kind in columns.items())
    forms = {
        f"{name}.parquet": f"read_parquet({parquet})",
        f"{name}.csv": f"read_csv({csv}, header = true, columns = {{{typed}}})",
    }
    for file, form in forms.items():
        query = (
            f"select count(*) from ((from {table} except all from {form}) "
            f"union all (from {form} except all from {table}))"
        )
        different = int(connection.execute(query).fetchall()[0][0])
        if different:
            yield _fault(f"{file} equal to indicators.duckdb", f"{different} differing rows")


def _fault(expected: str, found: str) -> Fault:
    return Fault(
        where="publication: release read back",
        expected=expected,
        found=found,
        consequence="the release is thrown away, the last one stays",
        next_step="check free disk space, then run again; report it when it happens twice",
    )
