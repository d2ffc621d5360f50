"""Models run only when something they depend on changed, each in the way its header says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.sql import runner
from insight_pipeline.sql.engines.duckdb import kind_of
from insight_pipeline.sql.model import Macro, Model, load_macros
from insight_pipeline.sql.runner import (
    ModelRun,
    drop_relation,
    install_macros,
    run,
    target_fingerprints,
)
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


# Ways to stand: the table is the default; the others are told by the header.


def stand(connection: duckdb.DuckDBPyConnection, folder: Path, how: str, query: str) -> ModelRun:
    made = model(folder / how.strip(), "core.a", query, f"materialised: {how}\n")
    targets = target_fingerprints([made], (), SOURCE)
    (done,) = run(connection, [made], targets, macros=(), as_of=date(2025, 3, 1))
    return done


def test_a_view_is_a_query_that_runs_when_it_is_read(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    done = stand(connection, tmp_path, "view", "select n from internal.event")
    assert (done.unchanged, done.rows) == (False, 1)
    connection.execute("insert into internal.event values (2)")
    again = stand(connection, tmp_path, "view", "select n from internal.event")
    assert (again.unchanged, again.rows) == (True, 2)
    assert kind_of(connection, "core.a") == "view"


KEYED = "incremental\nkey: [n]"
VERSIONED = "snapshot\nkey: [n]\ntrack: [m]"


@pytest.mark.parametrize("first", ["table", "view", KEYED, VERSIONED])
@pytest.mark.parametrize("second", ["table", "view", KEYED, VERSIONED])
def test_a_model_may_come_to_stand_in_another_way(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, first: str, second: str
) -> None:
    query = "select n, n as m from internal.event"
    for how in (first, second, first):
        stand(connection, tmp_path, how, query)
        found = connection.execute("select n, m from core.a").fetchall()
        assert found == [(1, 1)]
        assert kind_of(connection, "core.a") == ("view" if how == "view" else "table")


def test_how_a_model_stands_is_part_of_its_fingerprint_and_its_words_are_not(
    tmp_path: Path,
) -> None:
    query = "select n, n as m from internal.event"
    heads = ["", "materialised: view\n", f"materialised: {KEYED}\n", f"materialised: {VERSIONED}\n"]
    heads += ["materialised: incremental\nkey: [n, m]\n"]
    marks = {
        model(tmp_path / str(number), "core.a", query, head).fingerprint
        for number, head in enumerate(heads)
    }
    assert len(marks) == len(heads)
    words = "grain: other\ncolumns: {n: A number.}\ntests: [{unique: [n]}]\n"
    assert model(tmp_path / "words", "core.a", query, words).fingerprint in marks


def test_the_day_is_part_of_what_a_snapshot_is_made_from_and_of_nothing_else(
    tmp_path: Path,
) -> None:
    snapshot = model(tmp_path, "core.a", "select 1 as n, 2 as m", f"materialised: {VERSIONED}\n")
    table = model(tmp_path, "core.b", "select 1 as n, 2 as m")
    one, other = (
        target_fingerprints([snapshot, table], (), {}, date(2025, 3, day)) for day in (1, 2)
    )
    assert one["core.a"] != other["core.a"]
    assert one["core.b"] == other["core.b"]


def test_marks_of_a_model_that_was_another_meanwhile_are_not_trusted(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    """Key 1 goes from 1 to 5 while the model is a table, and back when it is keyed again."""
    query = "select n, m from internal.event"
    for number, (how, value) in enumerate([(KEYED, 1), ("table", 5), (KEYED, 1)]):
        connection.execute(f"create or replace table internal.event as select 1 as n, {value} as m")
        made = model(tmp_path / str(number), "core.a", query, f"materialised: {how}\n")
        targets = target_fingerprints([made], (), {"internal.event": str(number)})
        run(connection, [made], targets, macros=())
        assert connection.execute("select m from core.a").fetchall() == [(value,)]


def test_tests_see_the_rows_of_the_build_before(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    head = "tests: [{row_count_change: {max_percent: 50}}]\n"
    grown = model(tmp_path, "core.a", "select n from internal.event", head)
    outcomes = []
    for number, rows in enumerate((2, 3, 9, 9)):
        connection.execute(f"create or replace table internal.event as from range({rows}) r(n)")
        targets = target_fingerprints([grown], (), {"internal.event": str(min(number, 2))})
        (done,) = run(connection, [grown], targets)
        outcomes += [test.outcome for test in done.tests]
    assert outcomes == [Outcome.SKIPPED, Outcome.PASSED, Outcome.FAILED, Outcome.FAILED]


def test_a_relation_that_nobody_makes_any_more_leaves_nothing_behind(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    query = "select n, n as m from internal.event"
    tables = "select count(*) from duckdb_tables() where table_name like 'key_mark%'"
    for how in ("table", "view", KEYED):
        stand(connection, tmp_path, how, query)
        drop_relation(connection, "core.a")
        drop_relation(connection, "core.a")
        assert kind_of(connection, "core.a") is None
        assert connection.execute(tables).fetchall() == [(0,)]
        assert connection.execute("select * from meta.model").fetchall() == []


def test_a_run_leaves_nothing_in_memory(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    stand(connection, tmp_path, KEYED, "select n, n as m from internal.event")
    left = connection.execute("select table_name from duckdb_tables() where temporary").fetchall()
    assert left == []


@pytest.mark.parametrize("how", ["table", KEYED, VERSIONED])
def test_a_table_that_could_not_be_recorded_stays_as_it_was(
    tmp_path: Path,
    connection: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    made = model(
        tmp_path, "core.a", "select n, n as m from internal.event", f"materialised: {how}\n"
    )

    def night(number: int, day: int) -> None:
        targets = target_fingerprints(
            [made], (), {"internal.event": str(number)}, date(2025, 3, day)
        )
        run(connection, [made], targets, macros=(), as_of=date(2025, 3, day))

    night(1, 1)
    before = connection.execute("from core.a").fetchall()
    connection.execute("insert into internal.event values (2)")

    def killed(*_: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(runner, "record", killed)
        with pytest.raises(RuntimeError):
            night(2, 2)
    assert connection.execute("from core.a").fetchall() == before
    night(2, 2)
    assert connection.execute("select count(*) from core.a").fetchall() == [(2,)]
