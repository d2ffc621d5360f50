"""Compiled SQL is what DuckDB runs: it is run here, in databases that have only the sources."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from insight_pipeline.sql.compiled import compiled, statement
from insight_pipeline.sql.model import Macro, Model, load_macros, macros_of
from tests.unit.sql.files import model, sql_file


@pytest.fixture
def macros(tmp_path: Path) -> tuple[Macro, ...]:
    """once ← twice; never is called by nobody."""
    for name, body in {"once": "x + 1", "twice": "once(once(x))", "never": "x"}.items():
        sql_file(tmp_path / "functions", name, f"create or replace macro {name}(x) as ({body});")
    return load_macros(tmp_path / "functions")


@pytest.fixture
def models(tmp_path: Path) -> list[Model]:
    return [
        model(tmp_path, "core.a", "-- a comment\nselect twice(n) as n from raw.t"),
        model(tmp_path, "journeys.b", "select n from core.a", "materialised: view\n"),
    ]


def made(script: str) -> list[tuple[str, str]]:
    """Relations that stand after the script, with their kind."""
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create table raw.t as select 1 as n")
        connection.execute(script)
        assert connection.execute("select n from core.a").fetchall() == [(3,)]
        return connection.execute(
            "select table_schema || '.' || table_name, table_type from information_schema.tables "
            "where table_schema not in ('raw', 'main') order by all"
        ).fetchall()


def test_the_script_runs_as_it_stands(models: list[Model], macros: tuple[Macro, ...]) -> None:
    assert made(compiled(models, macros)) == [("core.a", "BASE TABLE"), ("journeys.b", "VIEW")]


def test_it_can_be_run_again(models: list[Model], macros: tuple[Macro, ...]) -> None:
    made(compiled(models, macros) * 2)


def test_only_macros_that_are_called_come_first_callees_before_callers(
    models: list[Model], macros: tuple[Macro, ...]
) -> None:
    assert [macro.name for macro in macros_of(models, macros)] == ["once", "twice"]
    assert macros_of(models[1:], macros) == ()


def test_the_query_is_the_file_s_letter_by_letter(models: list[Model]) -> None:
    assert models[0].query in statement(models[0]) and "-- a comment" in statement(models[0])


def test_each_model_says_what_it_reads(models: list[Model], macros: tuple[Macro, ...]) -> None:
    assert "-- journeys.b: reads core.a.\n" in compiled(models, macros)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("materialised: incremental\nkey: [n]\n", "only rows of changed keys"),
        ("materialised: snapshot\nkey: [n]\ntrack: [m]\n", "keep history"),
        ("", ""),
    ],
)
def test_what_a_first_build_does_not_show_is_said(tmp_path: Path, more: str, words: str) -> None:
    one = model(tmp_path, "core.a", "select n, n as m from raw.t", more)
    text = compiled([one], ())
    assert words in text and ("-- " in text.splitlines()[3]) is bool(words)


def test_a_snapshot_has_its_version_columns_for_those_who_read_it(tmp_path: Path) -> None:
    kept = "materialised: snapshot\nkey: [n]\ntrack: [m]\n"
    models = [
        model(tmp_path, "core.a", "select n, n as m from raw.t -- now", kept),
        model(tmp_path, "journeys.b", "select n, valid_from from core.a where is_current"),
    ]
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create table raw.t as select 1 as n")
        connection.execute(compiled(models, ()))
        assert connection.execute("select * from journeys.b").fetchall() == [(1, None)]


def test_nothing_is_compiled_to_nothing() -> None:
    assert compiled([], ()).strip() == ""


def test_comments_at_the_end_swallow_nothing(tmp_path: Path) -> None:
    sql_file(tmp_path / "functions", "add", "create or replace macro add(x) as (x + 2); -- end")
    models = [
        model(tmp_path, "core.a", "select add(n) as n from raw.t -- one"),
        model(tmp_path, "journeys.b", "select n from core.a; -- two"),
    ]
    assert ("journeys.b", "BASE TABLE") in made(
        compiled(models, load_macros(tmp_path / "functions"))
    )
