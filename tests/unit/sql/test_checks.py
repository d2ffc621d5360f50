"""Header tests count the rows that break them and never show a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.kernel.strict import validate
from insight_pipeline.sql import checks
from insight_pipeline.sql.header_tests import CheckSeverity, TableTest


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            "create schema core; create schema reference; "
            "create table reference.vocabulary as select * from (values "
            "('sex', 'F'), ('sex', 'M'), ('sex', null), ('other', 'X')) v(vocabulary, code); "
            "create table core.person as select * from (values (1, 'F'), (2, 'X')) p(id, sex); "
            "create table core.delivery as select date '2025-03-31' as period_to; "
            "create table core.nothing (period_to date)"
        )
        yield opened


def of(**written: Any) -> TableTest:
    return validate(written, TableTest, "a header")


def run(
    connection: duckdb.DuckDBPyConnection, rows: str, test: TableTest, previous: int | None = None
) -> tuple[Outcome, int]:
    """The outcome of one test on `select * from (values rows) v(a, b)`."""
    connection.execute(f"create or replace temp table t as select * from (values {rows}) v(a, b)")
    found = checks.test_table(connection, "t", test, previous)
    return found.outcome, found.failing_rows


FOUR = "(1, 'x'), (1, null), (null, 'y'), (2, 'z')"


@pytest.mark.parametrize(
    ("test", "failing"),
    [
        (of(not_null=["a"]), 1),
        (of(not_null=["a", "b"]), 2),
        (of(unique=["a"]), 2),
        (of(unique=["a", "b"]), 0),
        (of(expression="a > 0"), 0),
        (of(expression="a > 1 or b is not null"), 1),
        (of(accepted_values={"column": "a", "values": [1, 2]}), 0),
        (of(accepted_values={"column": "a", "values": [2]}), 2),
        (of(accepted_values={"column": "b", "values": ["x", "o'clock"]}), 2),
    ],
    ids=str,
)
def test_a_test_counts_the_rows_that_break_it(
    connection: duckdb.DuckDBPyConnection, test: TableTest, failing: int
) -> None:
    outcome = Outcome.FAILED if failing else Outcome.PASSED
    assert run(connection, FOUR, test) == (outcome, failing)


def test_columns_may_have_any_name(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute('create table t as select 1 as "Odd ""name\'" from range(4)')
    found = checks.test_table(connection, "t", of(unique=["Odd \"name'"]))
    assert found.failing_rows == 4


def test_a_column_holds_codes_of_its_list_and_null_is_none(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    test = of(accepted_values={"column": "b", "vocabulary": "sex"})
    assert run(connection, "(1, 'F'), (2, null)", test) == (Outcome.PASSED, 0)
    assert run(connection, "(1, 'F'), (2, 'X'), (3, 'f')", test) == (Outcome.FAILED, 2)


def test_a_list_without_codes_is_an_error_and_no_failure(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    test = of(accepted_values={"column": "b", "vocabulary": "sexes"})
    assert run(connection, "(1, 'F')", test) == (Outcome.ERROR, 0)


@pytest.mark.parametrize(
    ("rows", "failing"),
    [
        ("(1, 'F'), (2, 'X'), (null, 'F')", 0),
        ("(1, 'F'), (3, 'X'), (3, 'F')", 2),
    ],
)
def test_every_value_stands_in_the_other_table_and_null_points_nowhere(
    connection: duckdb.DuckDBPyConnection, rows: str, failing: int
) -> None:
    found = run(
        connection, rows, of(relationships={"column": "a", "to": "core.person", "field": "id"})
    )
    assert found[1] == failing


def test_columns_together_point_to_one_row(connection: duckdb.DuckDBPyConnection) -> None:
    pair = {"columns": ["a", "b"], "to": "core.person", "fields": ["id", "sex"]}
    found = run(connection, "(1, 'F'), (1, 'X'), (2, null)", of(relationships=pair))
    assert found == (Outcome.FAILED, 1)


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ("(date '2025-03-21', 1), (date '2020-01-01', 1)", Outcome.PASSED),
        ("(date '2025-03-20', 1)", Outcome.FAILED),
        ("(date '2026-01-01', 1)", Outcome.PASSED),
        ("(timestamp '2025-03-21 23:00', 1)", Outcome.PASSED),
        ("(null::date, 1)", Outcome.FAILED),
    ],
)
def test_the_newest_day_is_measured_against_the_data(
    connection: duckdb.DuckDBPyConnection, rows: str, outcome: Outcome
) -> None:
    fresh = {"column": "a", "max_days": 10, "against": "core.delivery.period_to"}
    assert run(connection, rows, of(freshness=fresh))[0] is outcome


def test_without_a_day_to_measure_against_freshness_is_skipped(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    fresh = {"column": "a", "max_days": 10, "against": "core.nothing.period_to"}
    assert run(connection, "(date '2025-01-01', 1)", of(freshness=fresh)) == (Outcome.SKIPPED, 0)


@pytest.mark.parametrize(
    ("previous", "outcome"),
    [
        (None, Outcome.SKIPPED),
        (0, Outcome.FAILED),
        (4, Outcome.PASSED),
        (5, Outcome.PASSED),
        (6, Outcome.FAILED),
        (3, Outcome.FAILED),
    ],
)
def test_rows_are_compared_with_those_of_the_build_before(
    connection: duckdb.DuckDBPyConnection, previous: int | None, outcome: Outcome
) -> None:
    test = of(row_count_change={"max_percent": 25})
    assert run(connection, FOUR, test, previous) == (outcome, int(outcome is Outcome.FAILED))


def test_a_test_that_warns_does_not_fail(connection: duckdb.DuckDBPyConnection) -> None:
    test = of(not_null=["a"], severity="warn")
    assert run(connection, FOUR, test) == (Outcome.WARNING, 1)
    assert run(connection, "(1, 2)", test) == (Outcome.PASSED, 0)


@pytest.mark.parametrize("severity", ["error", "warn"])
@pytest.mark.parametrize(
    "written",
    [
        {"not_null": ["gone"]},
        {"expression": "a / 'x' > 1"},
        {"relationships": {"column": "a", "to": "core.gone"}},
        {"freshness": {"column": "b", "max_days": 1, "against": "core.delivery.period_to"}},
        {"accepted_values": {"column": "b", "values": [1]}},
    ],
    ids=str,
)
def test_a_test_that_cannot_run_is_an_error_and_neither_pass_nor_failure(
    connection: duckdb.DuckDBPyConnection, written: dict[str, Any], severity: str
) -> None:
    assert run(connection, FOUR, of(**written, severity=severity)) == (Outcome.ERROR, 0)


def test_results_carry_name_and_severity(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table t as select 1 as a")
    tests = [of(not_null=["a"]), of(not_null=["a"], severity="warn"), of(unique=["a"])]
    found = checks.run_tests(connection, "t", tests)
    assert len({result.name for result in found}) == 3
    assert found[2].name == "unique_a"
    assert [result.severity for result in found] == [test.severity for test in tests]
    assert found[0].severity is CheckSeverity.ERROR


def test_no_rows_after_no_rows_is_no_change(connection: duckdb.DuckDBPyConnection) -> None:
    query = checks.failing_rows_sql(
        "(select 1 where false)", of(row_count_change={"max_percent": 5}), 0
    )
    assert connection.execute(query).fetchall() == [(0,)]
