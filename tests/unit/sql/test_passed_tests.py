"""A test is asked again exactly when its answer could be another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql import passed_tests
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import run
from tests.unit.sql.files import model

MARKS = {"core.dim_a": "a1", "core.dim_b": "b1"}


def dim_a(folder: Path, tests: str = "tests: [{unique: [a_id]}]", query: str = "1") -> Model:
    return model(folder, "core.dim_a", f"select {query}::integer as a_id", f"{tests}\n")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the tests that were really run, in order."""
    names: list[str] = []
    real = passed_tests.test_table

    def counting(*given: object) -> object:
        names.append(str(given[-1]))
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(passed_tests, "test_table", counting)
    return names


def test_a_test_that_passed_is_not_asked_again_of_the_same_table(
    connection: duckdb.DuckDBPyConnection, asked: list[str], tmp_path: Path
) -> None:
    first = run(connection, [dim_a(tmp_path)], MARKS)
    again = run(connection, [dim_a(tmp_path)], MARKS)
    assert len(asked) == 1
    assert [one.tests for one in again] == [one.tests for one in first]
    assert first[0].tests[0].outcome is Outcome.PASSED


def test_a_table_made_anew_is_asked_again(
    connection: duckdb.DuckDBPyConnection, asked: list[str], tmp_path: Path
) -> None:
    run(connection, [dim_a(tmp_path)], MARKS)
    run(connection, [dim_a(tmp_path)], {**MARKS, "core.dim_a": "a2"})
    assert len(asked) == 2


def test_a_changed_or_added_test_is_asked_and_the_others_are_not(
    connection: duckdb.DuckDBPyConnection, asked: list[str], tmp_path: Path
) -> None:
    run(connection, [dim_a(tmp_path)], MARKS)
    run(connection, [dim_a(tmp_path, "tests: [{unique: [a_id]}, {not_null: [a_id]}]")], MARKS)
    assert len(asked) == 2 and asked[0] != asked[1]


def test_a_reference_is_asked_again_when_the_other_table_changed(
    connection: duckdb.DuckDBPyConnection, asked: list[str], tmp_path: Path
) -> None:
    refers = model(
        tmp_path,
        "core.dim_b",
        "select 1::integer as a_id",
        "tests: [{relationships: {column: a_id, to: core.dim_a}}]\n",
    )
    both = [dim_a(tmp_path), refers]
    run(connection, both, MARKS)
    assert len(asked) == 2
    run(connection, both, MARKS)
    assert len(asked) == 2
    connection.execute("delete from core.dim_a")
    changed = run(connection, [refers], {**MARKS, "core.dim_a": "a2"})
    assert len(asked) == 3
    assert changed[0].tests[0].outcome is Outcome.FAILED


def test_a_test_that_failed_is_asked_every_time(
    connection: duckdb.DuckDBPyConnection, asked: list[str], tmp_path: Path
) -> None:
    failing = dim_a(tmp_path, "tests: [{not_null: [a_id]}]", query="null")
    found = [run(connection, [failing], MARKS)[0].tests[0].outcome for _ in range(2)]
    assert found == [Outcome.FAILED] * 2 and len(asked) == 2


@pytest.mark.parametrize(
    "more",
    [
        "tests: [{expression: a_id > 0}]",
        "materialised: snapshot\nkey: [a_id]\ntrack: [b]\ntests: [{unique: [a_id]}]",
    ],
    ids=["an expression, which may call a macro", "a history of versions"],
)
def test_what_no_fingerprint_tells_of_is_asked_every_time(
    connection: duckdb.DuckDBPyConnection, asked: list[str], tmp_path: Path, more: str
) -> None:
    kept = dim_a(tmp_path, more)
    for _ in range(2):
        _ask(connection, kept, MARKS)
    assert len(asked) == 2


def test_a_table_a_test_looks_at_that_nobody_knows_is_asked_every_time(
    connection: duckdb.DuckDBPyConnection, asked: list[str], tmp_path: Path
) -> None:
    for _ in range(2):
        _ask(connection, dim_a(tmp_path), {})
    assert len(asked) == 2


def _ask(opened: duckdb.DuckDBPyConnection, made: Model, marks: dict[str, str]) -> None:
    passed = passed_tests.passed_tests(_with(opened, made))
    passed_tests.test_model(opened, made, marks, 1, passed.get(made.relation, ()))


def _with(connection: duckdb.DuckDBPyConnection, made: Model) -> duckdb.DuckDBPyConnection:
    connection.execute("create schema if not exists core; create schema if not exists meta")
    connection.execute(f"create or replace table {made.relation} as select 1::integer as a_id")
    return connection


def test_nothing_is_remembered_of_a_database_that_may_only_be_read(
    tmp_path: Path, asked: list[str]
) -> None:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(path) as opened:
        _with(opened, dim_a(tmp_path))
    for _ in range(2):
        with duckdb.connect(path, read_only=True) as opened:
            found = passed_tests.test_model(opened, dim_a(tmp_path), MARKS, 1, ())
            assert found[0].outcome is Outcome.PASSED
    assert len(asked) == 2


def test_a_table_that_has_other_rows_than_it_had_is_asked_again(
    connection: duckdb.DuckDBPyConnection, asked: list[str], tmp_path: Path
) -> None:
    run(connection, [dim_a(tmp_path)], MARKS)
    connection.execute("insert into core.dim_a values (1)")
    assert run(connection, [dim_a(tmp_path)], MARKS)[0].tests[0].outcome is Outcome.FAILED
    assert len(asked) == 2
