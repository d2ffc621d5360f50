"""Models run only when something they depend on changed; column tests count and never show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql import runner
from insight_pipeline.sql.header import TableTest
from insight_pipeline.sql.model import Macro, Model, load_macros
from insight_pipeline.sql.runner import ModelRun, install_macros, run, target_fingerprints
from tests.unit.sql.files import model, sql_file

SOURCE = {"internal.event": "night 1"}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("create schema internal; create table internal.event as select 1 as n")
        yield opened


@pytest.fixture
def macros(tmp_path: Path) -> tuple[Macro, ...]:
    query = "create or replace macro plus_one(x) as (x + 1)"
    sql_file(tmp_path / "functions", "plus_one", query)
    return load_macros(tmp_path / "functions")


def chain(folder: Path, step: str = "n") -> list[Model]:
    """a reads the source, b reads a; c reads the source and calls the macro."""
    return [
        model(folder, "core.a", f"select {step} as n from internal.event"),
        model(folder, "journeys.b", "select n from core.a", "tests: [{not_null: [n]}]\n"),
        model(folder, "core.c", "select plus_one(n) as n from internal.event"),
    ]


def night(
    connection: duckdb.DuckDBPyConnection,
    models: list[Model],
    macros: tuple[Macro, ...],
    sources: dict[str, str] = SOURCE,
) -> list[str]:
    """The relations that were made."""
    install_macros(connection, macros)
    runs = run(connection, models, target_fingerprints(models, macros, sources))
    assert [each.relation for each in runs] == [each.relation for each in models]
    return [each.relation for each in runs if not each.unchanged]


def test_the_second_run_makes_nothing(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, macros: tuple[Macro, ...]
) -> None:
    models = chain(tmp_path)
    assert night(connection, models, macros) == ["core.a", "journeys.b", "core.c"]
    assert night(connection, models, macros) == []


def test_a_changed_model_is_made_again_with_what_reads_it(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, macros: tuple[Macro, ...]
) -> None:
    night(connection, chain(tmp_path / "one"), macros)
    changed = chain(tmp_path / "two", "n + 10")
    assert night(connection, changed, macros) == ["core.a", "journeys.b"]
    assert connection.execute("select n from journeys.b").fetchall() == [(11,)]


def test_a_changed_source_makes_everything_behind_it_again(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, macros: tuple[Macro, ...]
) -> None:
    models = chain(tmp_path)
    night(connection, models, macros)
    made = night(connection, models, macros, {"internal.event": "night 2"})
    assert made == ["core.a", "journeys.b", "core.c"]


def test_a_changed_macro_makes_its_callers_again(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, macros: tuple[Macro, ...]
) -> None:
    models = chain(tmp_path)
    night(connection, models, macros)
    query = "create or replace macro plus_one(x) as (x + 1.0)"
    sql_file(tmp_path / "functions", "plus_one", query)
    assert night(connection, models, load_macros(tmp_path / "functions")) == ["core.c"]


def test_an_unchanged_table_is_left_alone_and_still_tested(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, macros: tuple[Macro, ...]
) -> None:
    models = chain(tmp_path)
    night(connection, models, macros)
    connection.execute("insert into journeys.b values (null), (7)")
    found: list[ModelRun] = []
    targets = target_fingerprints(models, macros, SOURCE)
    run(connection, models, targets, progress=found.append)
    assert [each.relation for each in found] == ["core.a", "journeys.b", "core.c"]
    assert found[1].unchanged
    assert found[1].rows == 3
    assert [test.outcome for test in found[1].tests] == [Outcome.FAILED]


def test_a_model_that_fails_keeps_no_fingerprint_and_runs_again(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    sometimes = [model(tmp_path, "core.a", "select n::date as n from internal.event")]
    targets = target_fingerprints(sometimes, (), SOURCE)
    with pytest.raises(duckdb.Error):
        run(connection, sometimes, targets)
    connection.execute("create or replace table internal.event as select '2025-01-01' as n")
    assert [each.unchanged for each in run(connection, sometimes, targets)] == [False]


def test_the_record_counts_rows_and_holds_one_line_for_a_relation(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert runner.known_fingerprints(connection) == {}
    assert runner.record(connection, "internal.event", "one") == 1
    connection.execute("insert into internal.event values (2)")
    assert runner.record(connection, "internal.event", "two") == 2
    stored = connection.execute("select * from meta.model").fetchall()
    assert stored == [("internal.event", "two", 2)]
    assert runner.known_fingerprints(connection) == {"internal.event": "two"}


@pytest.mark.parametrize(
    ("test", "failing"),
    [
        (TableTest(not_null=("a",)), 1),
        (TableTest(not_null=("a", "b")), 2),
        (TableTest(unique=("a",)), 2),
        (TableTest(unique=("a", "b")), 0),
        (TableTest(unique=("Odd \"name'",)), 4),
        (TableTest(expression="a > 0"), 0),
        (TableTest(expression="a > 1 or b is not null"), 1),
    ],
    ids=str,
)
def test_a_column_test_counts_the_rows_that_break_it(
    connection: duckdb.DuckDBPyConnection, test: TableTest, failing: int
) -> None:
    connection.execute(
        "create table t as select * from (values (1, 'x', 0), (1, null, 0), (null, 'y', 0), "
        '(2, \'z\', 0)) v(a, b, "Odd ""name\'")'
    )
    found = runner.test_table(connection, "t", test)
    assert found.failing_rows == failing
    assert found.outcome is (Outcome.FAILED if failing else Outcome.PASSED)


def test_a_column_test_that_cannot_run_is_an_error_and_no_failure(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for test in (TableTest(not_null=("gone",)), TableTest(expression="n / 'x' > 1")):
        found = runner.test_table(connection, "internal.event", test)
        assert (found.outcome, found.failing_rows) == (Outcome.ERROR, 0)


def test_every_test_of_a_header_has_a_name_of_its_own() -> None:
    tests = [
        TableTest(not_null=("a",)),
        TableTest(unique=("a",)),
        TableTest(unique=("a", "b")),
        TableTest(expression="a > 0"),
        TableTest(expression="a > 1"),
    ]
    names = runner.test_names(tests)
    assert len(set(names)) == len(tests)
    assert names[:3] == ("not_null_a", "unique_a", "unique_a_b")
    assert runner.test_names(tests) == names
