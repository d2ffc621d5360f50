"""What a header promises about its table, tested on the finished table by one count each.

Belongs here: SQL and outcomes of header tests. Does not belong here: what tests are called
(check_names.py), which tables there are, or what follows when a test fails. Counts come out, never
a value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql.check_names import test_names
from insight_pipeline.sql.engines.duckdb import identifier, literal, quoted_relation
from insight_pipeline.sql.header_tests import (
    VOCABULARY_RELATION,
    AcceptedValues,
    CheckSeverity,
    Freshness,
    Relationships,
    RowCountChange,
    TableTest,
)

# Of what a count may be instead of a count: there is nothing to measure against, or no way to.
NOTHING_TO_MEASURE = "null"
CANNOT_RUN = "-1"


@dataclass(frozen=True)
class TestResult:
    """How one assertion of a model's header fared; `failing_rows` counts, never shows.

    outcome: passed, failed (or warning, where the severity is warn), error when the test could not
    run, skipped when there was nothing to measure against yet.
    """

    name: str
    outcome: Outcome
    failing_rows: int
    severity: CheckSeverity = CheckSeverity.ERROR


def run_tests(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    tests: Iterable[TableTest],
    previous_rows: int | None = None,
) -> tuple[TestResult, ...]:
    """Every test of a header on a table or view, given as quoted SQL.

    `previous_rows`: rows of the last build before this one that did not change too much, None when
    there was none.
    """
    listed = tuple(tests)
    return tuple(
        test_table(connection, table, test, previous_rows, name)
        for name, test in zip(test_names(listed), listed, strict=True)
    )


def test_table(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    test: TableTest,
    previous_rows: int | None = None,
    name: str | None = None,
) -> TestResult:
    """Run one assertion on a table or view; one that cannot run is an error, not a failure."""
    called = name or test_names([test])[0]
    try:
        query = failing_rows_sql(table, test, previous_rows)
        found = connection.execute(query).fetchall()[0][0]
    except duckdb.Error:
        return TestResult(called, Outcome.ERROR, 0, test.severity)
    failing = max(int(found or 0), 0)
    return TestResult(called, _outcome(found, test.severity), failing, test.severity)


def _outcome(found: int | None, severity: CheckSeverity) -> Outcome:
    if found is None:
        return Outcome.SKIPPED
    if found < 0:
        return Outcome.ERROR
    if found == 0:
        return Outcome.PASSED
    return Outcome.WARNING if severity is CheckSeverity.WARN else Outcome.FAILED


def failing_rows_sql(table: str, test: TableTest, previous_rows: int | None = None) -> str:
    """SQL that counts the rows of `table` breaking `test`.

    Freshness and row-count change count 1 when broken. NULL: there is nothing to measure against
    yet; negative: the test cannot run.
    """
    if test.not_null is not None:
        broken = " or ".join(f"{identifier(column)} is null" for column in test.not_null)
        return f"select count(*) from {table} where {broken}"
    if test.unique is not None:
        key = ", ".join(identifier(column) for column in test.unique)
        return (
            "select coalesce(sum(n), 0) from "
            f"(select count(*) as n from {table} group by {key} having count(*) > 1)"
        )
    if test.accepted_values:
        return _accepted_sql(table, test.accepted_values)
    if test.relationships:
        return _relationships_sql(table, test.relationships)
    if test.freshness:
        return _freshness_sql(table, test.freshness)
    if test.row_count_change:
        return _change_sql(table, test.row_count_change, previous_rows)
    return f"select count(*) from {table} where not coalesce(({test.expression}), true)"


def _accepted_sql(table: str, accepted: AcceptedValues) -> str:
    column = identifier(accepted.column)
    if accepted.values is not None:
        values = ", ".join(literal(v) if isinstance(v, str) else str(v) for v in accepted.values)
        return f"select count(*) from {table} where {column} not in ({values})"
    codes = (
        f"from {quoted_relation(VOCABULARY_RELATION)} "
        f"where vocabulary = {literal(accepted.vocabulary or '')}"
    )
    return (
        f"select case when (select count(*) {codes}) = 0 then {CANNOT_RUN} else "
        f"(select count(*) from {table} where {column} is not null "
        f"and {column} not in (select code {codes} and code is not null)) end"
    )


def _relationships_sql(table: str, related: Relationships) -> str:
    given = " and ".join(f"here.{identifier(column)} is not null" for column in related.here)
    equal = " and ".join(
        f"there.{identifier(field)} = here.{identifier(column)}"
        for column, field in zip(related.here, related.there, strict=True)
    )
    return (
        f"select count(*) from {table} as here where {given} and not exists "
        f"(select 1 from {quoted_relation(related.to)} as there where {equal})"
    )


def _freshness_sql(table: str, fresh: Freshness) -> str:
    relation, _, column = fresh.against.rpartition(".")
    return (
        f"select case when latest is null then {NOTHING_TO_MEASURE} "
        f"when newest is null or latest - newest > {fresh.max_days} then 1 else 0 end from "
        f"(select max({identifier(column)})::date as latest from {quoted_relation(relation)}), "
        f"(select max({identifier(fresh.column)})::date as newest from {table})"
    )


def _change_sql(table: str, change: RowCountChange, previous_rows: int | None) -> str:
    if previous_rows is None:
        return f"select {NOTHING_TO_MEASURE}"
    allowed = change.max_percent * previous_rows
    return f"select (abs(count(*) - {previous_rows}) * 100 > {allowed})::integer from {table}"
