"""Runs models on one DuckDB connection, each only when something it depends on changed.

Belongs here: build order, fingerprints, column tests. Does not belong here: where the connection
points or what the tables mean. Fingerprints rest in `meta.model` of the same database, so that a
database and its record of what made it can never part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql.engines.duckdb import identifier, quoted_relation
from insight_pipeline.sql.header import TableTest
from insight_pipeline.sql.model import Macro, Model, macro_fingerprints

META = """
create schema if not exists meta;
create table if not exists meta.model (relation varchar, fingerprint varchar, row_count bigint);
"""


@dataclass(frozen=True)
class TestResult:
    """How one assertion of a model's header fared; `failing_rows` counts, never shows."""

    name: str
    outcome: Outcome
    failing_rows: int


@dataclass(frozen=True)
class ModelRun:
    """What happened to one model: rebuilt or unchanged, its rows, its tests."""

    relation: str
    unchanged: bool
    rows: int
    tests: tuple[TestResult, ...]


def install_macros(connection: duckdb.DuckDBPyConnection, macros: Iterable[Macro]) -> None:
    """Create every macro in the connection's current database."""
    for macro in macros:
        connection.execute(macro.query)


def known_fingerprints(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Fingerprints of the relations in this database, empty for a new one."""
    made = (
        "select count(*) from duckdb_tables() where schema_name = 'meta' and table_name = 'model'"
    )
    if not _scalar(connection, made):
        connection.execute(META)
    return dict(connection.execute("select relation, fingerprint from meta.model").fetchall())


def record(connection: duckdb.DuckDBPyConnection, relation: str, mark: str) -> int:
    """Note that `relation` was just made under fingerprint `mark`; returns its row count."""
    rows = _scalar(connection, f"select count(*) from {quoted_relation(relation)}")
    connection.execute("delete from meta.model where relation = ?", [relation])
    connection.execute("insert into meta.model values (?, ?, ?)", [relation, mark, rows])
    return rows


def target_fingerprints(
    models: Iterable[Model], macros: Iterable[Macro], sources: Mapping[str, str]
) -> dict[str, str]:
    """The fingerprint each relation should have, from SQL, macros and upstream fingerprints."""
    marks = dict(sources)
    macro_marks = macro_fingerprints(macros)
    for model in models:
        upstream = [marks[relation] for relation in model.reads]
        called = [macro_marks[name] for name in sorted(model.functions & macro_marks.keys())]
        marks[model.relation] = fingerprint(model.fingerprint, upstream, called)
    return marks


def run(
    connection: duckdb.DuckDBPyConnection,
    models: Iterable[Model],
    targets: Mapping[str, str],
    progress: Callable[[ModelRun], None] = lambda _: None,
) -> tuple[ModelRun, ...]:
    """Bring every model (in order) to its target fingerprint; unchanged tables are left alone."""
    known = known_fingerprints(connection)
    runs = []
    for model in models:
        done = _run_one(connection, model, targets[model.relation], known.get(model.relation))
        progress(done)
        runs.append(done)
    return tuple(runs)


def _run_one(
    connection: duckdb.DuckDBPyConnection, model: Model, target: str, known: str | None
) -> ModelRun:
    table = quoted_relation(model.relation)
    unchanged = known == target
    if unchanged:
        rows = _scalar(connection, f"select count(*) from {table}")
    else:
        connection.execute(f"create schema if not exists {identifier(model.schema)}")
        connection.execute(f"create or replace table {table} as\n{model.query}")
        rows = record(connection, model.relation, target)
    tests = tuple(test_table(connection, table, test) for test in model.header.tests)
    return ModelRun(model.relation, unchanged, rows, tests)


def test_names(header_tests: Iterable[TableTest]) -> tuple[str, ...]:
    """Names of a header's tests, as results and Dagster checks carry them."""
    return tuple(_test_name(test) for test in header_tests)


def _test_name(test: TableTest) -> str:
    if test.not_null is not None:
        return "not_null_" + "_".join(test.not_null)
    if test.unique is not None:
        return "unique_" + "_".join(test.unique)
    return "expression_" + fingerprint(test.expression)[:8]


def test_table(connection: duckdb.DuckDBPyConnection, table: str, test: TableTest) -> TestResult:
    """Run one assertion on a table or view; one that cannot run is an error, not a failure."""
    try:
        failing = _scalar(connection, failing_rows_sql(table, test))
    except duckdb.Error:
        return TestResult(_test_name(test), Outcome.ERROR, 0)
    return TestResult(_test_name(test), Outcome.FAILED if failing else Outcome.PASSED, failing)


def failing_rows_sql(table: str, test: TableTest) -> str:
    """SQL that counts the rows of `table` breaking `test`."""
    if test.not_null is not None:
        broken = " or ".join(f"{identifier(column)} is null" for column in test.not_null)
        return f"select count(*) from {table} where {broken}"
    if test.unique is not None:
        key = ", ".join(identifier(column) for column in test.unique)
        return (
            "select coalesce(sum(n), 0) from "
            f"(select count(*) as n from {table} group by {key} having count(*) > 1)"
        )
    return f"select count(*) from {table} where not coalesce(({test.expression}), true)"


def _scalar(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])
