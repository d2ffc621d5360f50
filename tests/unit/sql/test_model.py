"""What a SQL file reads, calls and is called, and when its fingerprint changes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.model import (
    Macro,
    load_macros,
    load_models,
    macro_fingerprints,
    macros_of,
)
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT
from tests.unit.sql.files import model, sql_file

QUERY = "with visit as (select * from core.visit) select day::date as day, 1 as one from visit"


def mark(folder: Path, query: str, relation: str = "journeys.fct_a") -> str:
    return model(folder, relation, query).fingerprint


def test_a_model_is_called_after_its_folder_and_file(tmp_path: Path) -> None:
    sql_file(tmp_path / "core", "dim_b", "select 1")
    sql_file(tmp_path / "core", "dim_a", "select 1")
    (tmp_path / "core" / "note.md").write_text("no model")
    assert [m.relation for m in load_models(tmp_path / "core")] == ["core.dim_a", "core.dim_b"]


def test_an_absent_folder_holds_no_model(tmp_path: Path) -> None:
    assert load_models(tmp_path / "nowhere") == ()


def test_reads_are_the_tables_and_not_the_names_within_the_query(tmp_path: Path) -> None:
    query = (
        "with visit as (select * from core.visit), late as (select * from visit) "
        "select *, (select max(day) from core.calendar) as last from late "
        "left join reference.area using (area_code) "
        "where exists (select 1 from core.visit) union all select * from internal.x"
    )
    found = model(tmp_path, "journeys.fct_a", query).reads
    assert found == ("core.calendar", "core.visit", "internal.x", "reference.area")


def test_functions_are_the_macros_it_calls(tmp_path: Path) -> None:
    query = "select age_in_years(a, b), sum(c), Known_Sex(d) from core.x"
    assert {"age_in_years", "known_sex"} <= model(tmp_path, "core.a", query).functions
    assert "sum" not in model(tmp_path, "core.a", query).functions


def test_comments_and_white_space_do_not_change_a_fingerprint(tmp_path: Path) -> None:
    spaced = QUERY.replace(" ", "\n    ").replace("select", "/* why */ select") + " -- the end\n"
    assert mark(tmp_path / "a", QUERY) == mark(tmp_path / "b", spaced)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1 as one", "2 as one"),
        ("1 as one", "'1' as one"),
        ("1 as one", "1 as two"),
        ("::date", "::varchar"),
        ("core.visit)", "core.visits)"),
        ("from visit", "from visit where day > date '2025-01-01'"),
    ],
)
def test_a_changed_meaning_changes_the_fingerprint(tmp_path: Path, before: str, after: str) -> None:
    assert before in QUERY
    assert mark(tmp_path / "a", QUERY) != mark(tmp_path / "b", QUERY.replace(before, after))


def test_white_space_within_a_text_is_meaning(tmp_path: Path) -> None:
    one = mark(tmp_path / "a", "select 'a b' as x")
    assert one != mark(tmp_path / "b", "select 'a  b' as x")


def test_the_same_query_under_another_name_has_another_fingerprint(tmp_path: Path) -> None:
    assert mark(tmp_path, QUERY) != mark(tmp_path, QUERY, "journeys.fct_b")


def test_text_that_is_no_query_is_a_fault_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(InsightError) as caught:
        _ = model(tmp_path, "core.a", "select 1 as a,\nfrom (").reads
    assert "a.sql" in caught.value.faults[0].where
    assert "line 2" in caught.value.faults[0].where


# Macros


def macro_file(folder: Path, name: str, expression: str) -> None:
    sql_file(folder, name, f"create or replace macro {name}(x) as ({expression})")


def test_macros_come_after_those_they_call_whatever_their_names(tmp_path: Path) -> None:
    macro_file(tmp_path, "aaa", "zzz(x) + mmm(x)")
    macro_file(tmp_path, "mmm", "zzz(x) * 2")
    macro_file(tmp_path, "zzz", "x + 1")
    macros = load_macros(tmp_path)
    assert [macro.name for macro in macros] == ["zzz", "mmm", "aaa"]
    with duckdb.connect() as connection:
        install_macros(connection, macros)
        assert connection.execute("select aaa(1)").fetchall() == [(6,)]


def test_a_circle_of_macros_does_not_hang(tmp_path: Path) -> None:
    macro_file(tmp_path, "one", "two(x)")
    macro_file(tmp_path, "two", "one(x)")
    macro_file(tmp_path, "three", "x")
    assert {macro.name for macro in load_macros(tmp_path)} == {"one", "two", "three"}


def test_a_changed_macro_changes_itself_and_its_callers_only(tmp_path: Path) -> None:
    for name, inner in (("a", "two(x)"), ("b", "two(x) + 0")):
        macro_file(tmp_path / name, "one", "two(x)")
        macro_file(tmp_path / name, "two", "x + 1" if name == "a" else "x + 2")
        macro_file(tmp_path / name, "three", "x * 3")
        assert inner
    before = macro_fingerprints(load_macros(tmp_path / "a"))
    after = macro_fingerprints(load_macros(tmp_path / "b"))
    assert before["two"] != after["two"]
    assert before["one"] != after["one"]
    assert before["three"] == after["three"]


def test_a_macro_does_not_call_itself_nor_those_its_name_ends_with(tmp_path: Path) -> None:
    macro_file(tmp_path, "rate_lower", "x")
    macro_file(tmp_path, "lower_bound", "rate_lower(x)")
    macros = {macro.name: macro for macro in load_macros(tmp_path)}
    assert macros["rate_lower"].calls(macros) == frozenset()
    assert macros["lower_bound"].calls(macros) == {"rate_lower"}
    text = "create or replace macro figure_rate(x) as (figure_rate_lower(x))"
    header = macros["rate_lower"].header
    assert Macro("figure_rate", text, header).calls(macros) == frozenset()


@pytest.mark.parametrize("macro", load_macros(ROOT / "dbt_like_sql" / "functions"))
def test_no_macro_bears_a_name_that_would_hide_its_change(macro: Macro) -> None:
    tree = sqlglot.parse_one(f"select {macro.name}(a, b, c)", dialect="duckdb")
    assert tree.find(exp.Anonymous), f"{macro.name} is a function sqlglot knows: rename the macro"


def test_a_model_needs_the_macros_that_it_and_its_tests_call_and_no_others(tmp_path: Path) -> None:
    bodies = {"part": "x + 1", "whole": "part(x)", "tested": "x > 0", "idle": "x"}
    functions, folder = tmp_path / "functions", tmp_path / "core"
    for each in (functions, folder):
        each.mkdir()
    for name, body in bodies.items():
        text = f"/*\ndescription: d\nowner: a@b.example\n*/\ncreate macro {name}(x) as ({body})"
        (functions / f"{name}.sql").write_text(text)
    (folder / "one.sql").write_text(
        "/*\ndescription: d\nowner: a@b.example\ntests: [{expression: tested(a)}]\n*/\n"
        "select whole(1) as a"
    )
    (model,) = load_models(folder)
    needed = macros_of([model], load_macros(functions))
    assert [macro.name for macro in needed] == ["part", "tested", "whole"]


@pytest.mark.parametrize("name", ["safe_divide", "date_bin", "last_day", "soundex"])
def test_a_macro_with_the_name_of_a_known_function_is_refused(tmp_path: Path, name: str) -> None:
    macro_file(tmp_path, name, "x")
    with pytest.raises(InsightError, match="another name") as caught:
        load_macros(tmp_path)
    assert f"'{name}'" in caught.value.faults[0].found


@pytest.mark.parametrize("call", ["INNER_ONE(x)", '"inner_one"(x)', "inner_one /* why */ (x)"])
def test_a_call_of_a_macro_is_found_however_it_is_written(tmp_path: Path, call: str) -> None:
    macro_file(tmp_path, "outer_one", call)
    macro_file(tmp_path, "inner_one", "x")
    macros = load_macros(tmp_path)
    assert [macro.name for macro in macros] == ["inner_one", "outer_one"]
    assert macros[1].calls(["inner_one"]) == {"inner_one"}


def test_a_text_that_looks_like_a_call_is_none(tmp_path: Path) -> None:
    macro_file(tmp_path, "outer_one", "'inner_one(x)' -- inner_one(x)\n")
    assert load_macros(tmp_path)[0].calls(["inner_one"]) == frozenset()
