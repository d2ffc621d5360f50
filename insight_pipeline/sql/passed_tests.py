"""Tests that a table has passed already, as it is now: they are not asked again.

Belongs here: which answers are remembered, and while which of them hold. Does not belong here: how
a test runs (checks.py). On a night without news the tests would else cost most of it. An expression
may call a macro, which its mark would not tell of, and a history of versions is more than its
fingerprint says: both are always asked. So is a table whose rows are not as many as they were.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql.check_names import test_names
from insight_pipeline.sql.checks import TestResult, failing_rows_sql, test_table
from insight_pipeline.sql.engines.duckdb import quoted_relation, transaction
from insight_pipeline.sql.header import Materialised
from insight_pipeline.sql.header_tests import TableTest
from insight_pipeline.sql.meta import previous_rows, scalar
from insight_pipeline.sql.model import Model

_MADE = "create table if not exists meta.passed_test (relation varchar, mark varchar)"
_IS_MADE = (
    "select count(*) from duckdb_tables() where schema_name = 'meta' "
    "and table_name = 'passed_test' and database_name = current_database()"
)
_IS_READ_ONLY = "select readonly from duckdb_databases() where database_name = current_database()"


def test_model(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    marks: Mapping[str, str],
    rows: int,
    passed: Collection[str],
) -> tuple[TestResult, ...]:
    """Every test of a finished model's header; those it passed as it is now count as passed.

    `marks`: the fingerprint under which each relation stands; `rows`: how many the table has now.
    `passed`: what is remembered of it. Nothing is, of a database that is open for reading only.
    """
    listed = model.header.tests
    held = any(test.row_count_change for test in listed)
    before = previous_rows(connection, model.relation) if held else None
    found: list[TestResult] = []
    holding: set[str] = set()
    for name, test in zip(test_names(listed), listed, strict=True):
        mark = _mark(model, test, marks, rows, before)
        found.append(
            TestResult(name, Outcome.PASSED, 0, test.severity)
            if mark in passed
            else test_table(connection, quoted_relation(model.relation), test, before, name)
        )
        if mark and found[-1].outcome is Outcome.PASSED:
            holding.add(mark)
    if holding != set(passed) and not connection.execute(_IS_READ_ONLY).fetchall()[0][0]:
        _remember(connection, model.relation, holding)
    return tuple(found)


def passed_tests(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """What is remembered: relation → marks of the tests it passed as it stood then."""
    if not scalar(connection, _IS_MADE):
        return {}
    known: dict[str, set[str]] = {}
    for relation, mark in connection.execute("select * from meta.passed_test").fetchall():
        known.setdefault(relation, set()).add(mark)
    return known


def forget_passed_tests(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Ask every test of a relation again: it was made anew."""
    connection.execute(_MADE)
    connection.execute("delete from meta.passed_test where relation = ?", [relation])


def _mark(
    model: Model, test: TableTest, marks: Mapping[str, str], rows: int, previous_rows: int | None
) -> str | None:
    """Changes with all an answer depends on; None where not all of it is known."""
    seen = (model.relation, *test.against)
    if test.expression is not None or not marks.keys() >= set(seen):
        return None
    if model.header.materialised is Materialised.SNAPSHOT:
        return None
    asked = failing_rows_sql(quoted_relation(model.relation), test, previous_rows)
    return fingerprint(asked, [marks[relation] for relation in seen], rows)


def _remember(connection: duckdb.DuckDBPyConnection, relation: str, marks: set[str]) -> None:
    with transaction(connection):
        forget_passed_tests(connection, relation)
        for mark in sorted(marks):
            connection.execute("insert into meta.passed_test values (?, ?)", [relation, mark])
