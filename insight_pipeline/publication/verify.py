"""Reads a finished release back before anybody else can: a file that cannot be read is not one.

Belongs here: opening, reading every column, comparing the forms with each other. Does not belong
here: disclosure rules, which were checked before anything was written (disclosure/).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.database.dictionary import TABLES, VIEWS
from insight_pipeline.publication.database.export import FILES
from insight_pipeline.publication.database.macro_columns import MACROS
from insight_pipeline.publication.database.table import Macro, Table
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, identifier, literal

_FIGURE = "indicator_id, period_from, period_to, area_code, provider_id, breakdown_type, breakdown"
# Of a figure that is shown the ledger keeps no marks: they are no revision when they go.
_REASON = "case when value is null then shorthand end"
_SAID = f"{_FIGURE}, numerator, denominator, value, lower95, upper95, {_REASON}"

_REVISIONS = f"""
with
numbered as (
    select
        *,
        row_number() over (partition by {_FIGURE} order by revision_no) as place,
        lag(value) over (partition by {_FIGURE} order by revision_no) as value_before,
        count(*) over (partition by {_FIGURE}) as revisions
    from revision
),

newest as (
    select * from numbered where place = revisions and status <> 'withdrawn'
)

select
    (select count(*) from numbered where revision_no <> place),
    (
        select count(*)
        from numbered
        where
            previous_value is distinct from value_before
            or difference is distinct from value - value_before
    ),
    (
        select count(*)
        from (
            (select {_SAID} from figure except all select {_SAID} from newest)
            union all
            (select {_SAID} from newest except all select {_SAID} from figure)
        )
    )
"""

# What each macro is asked of here: something that is in the release.
_EXAMPLES = {
    "series": "select min(series_id) from series",
    "indicator": "select min(indicator_id) from indicator",
}

_REVISION_RULES = (
    "revisions of a figure numbered 1, 2, 3 and so on",
    "a difference exactly where a value and the value before it are both shown",
    "the newest revision of every figure to be that figure",
)


def verify_release(folder: Path, settings: Settings) -> dict[str, int]:
    """Rows of every table, after reading every column of every file; InsightError otherwise."""
    with connect(settings, folder / "indicators.duckdb", read_only=True) as connection:
        raise_all(_wrong_columns(connection, {**TABLES, **VIEWS}))
        rows = {name: _read_through(connection, name, TABLES[name]) for name in TABLES}
        for name, view in VIEWS.items():
            _read_through(connection, name, view)
        raise_all(_undocumented_macros(connection))
        for name, macro in MACROS.items():
            _answer(connection, name, macro)
        raise_all(_unsound_revisions(connection))
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


def _undocumented_macros(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    query = "select distinct function_name from duckdb_functions() where not internal"
    found = {row[0] for row in connection.execute(query).fetchall()}
    if found != set(MACROS):
        wrong = sorted(found ^ set(MACROS))
        yield _fault("its documented macros", f"differences in {wrong}")


def _answer(connection: duckdb.DuckDBPyConnection, name: str, macro: Macro) -> None:
    """Ask a macro of something there is, and read every column of its answer."""
    asked = [
        connection.execute(_EXAMPLES[parameter]).fetchall()[0][0] for parameter in macro.parameters
    ]
    arguments = ", ".join("null" if each is None else literal(each) for each in asked)
    columns = ", ".join(map(identifier, macro.columns))
    connection.execute(f"select {columns} from {identifier(name)}({arguments})").fetchall()


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
        expected = f"{file} equal to indicators.duckdb"
        try:
            different = int(connection.execute(query).fetchall()[0][0])
        except duckdb.Error as error:  # its message can quote what the file holds
            yield _fault(expected, f"{type(error).__name__} while reading it")
            continue
        if different:
            yield _fault(expected, f"{different} differing rows")


def _unsound_revisions(connection: duckdb.DuckDBPyConnection) -> Iterable[Fault]:
    """Rules between the figures and their revisions that do not hold."""
    found = connection.execute(_REVISIONS).fetchall()[0]
    for rule, broken in zip(_REVISION_RULES, found, strict=True):
        if broken:
            yield _fault(rule, f"{broken} figures or revisions that break this")


def _fault(expected: str, found: str) -> Fault:
    return Fault(
        where="publication: release read back",
        expected=expected,
        found=found,
        consequence="the release is thrown away, the last one stays",
        next_step="check free disk space, then run again; report it when it happens twice",
    )
