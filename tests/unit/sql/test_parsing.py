"""A model is one query that gives the same rows again; anything else is a fault when it is read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.lineage import lineage
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.parsing import UNSTEADY, called, parsed, without_semicolon
from tests.unit.sql.files import model, sql_file


@pytest.mark.parametrize(
    "query",
    [
        "select 1 as x; drop table raw.t",
        "select 1 as x; select 2 as x",
        "drop table raw.t",
        "insert into raw.t select 1",
        "create table a as select 1",
        "",
        ";",
        "select 'open",
    ],
)
def test_anything_but_one_query_is_refused(tmp_path: Path, query: str) -> None:
    with pytest.raises(InsightError) as caught:
        _ = model(tmp_path, "core.a", query).reads
    assert caught.value.faults[0].expected == "one DuckDB query"


@pytest.mark.parametrize(
    "query",
    [
        "select 1",
        "from raw.t",
        "with a as (select 1) from a",
        "select 1 union select 2",
        "(select 1)",
    ],
)
def test_one_query_is_one_in_any_form(query: str) -> None:
    assert parsed(query, "a.sql")


@pytest.mark.parametrize(
    "word",
    [
        *(
            "now()",
            "today()",
            "Current_Date",
            "current_timestamp",
            "localtimestamp",
            "current_time",
        ),
        *("random ( )", "uuid()", "gen_random_uuid()", "uuidv7()", "nextval('s')", "getenv('A')"),
        *("get_current_timestamp()", "ago(interval 1 day)", "current_schema", "stats(1)"),
    ],
)
def test_a_query_that_gives_other_rows_another_time_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(InsightError, match="whenever it runs on the same rows") as caught:
        _ = model(tmp_path, "core.a", f"select 1 as n from raw.t where {word} is not null").reads
    assert word.lower().split("(")[0].strip() in caught.value.faults[0].found
    sql_file(tmp_path / "functions", "plain", f"create macro plain(x) as ({word})")
    with pytest.raises(InsightError, match="whenever it runs on the same rows"):
        load_macros(tmp_path / "functions")


@pytest.mark.parametrize(
    "call",
    [
        "age(birth_date)",
        "Age ( birth_date )",
        "age(coalesce(birth_date, left_date))",
        "age([birth_date, left_date][1])",
        "birth_date.age()",
        "main.age(birth_date)",
        "age(/* , */ birth_date)",
    ],
)
def test_an_age_as_of_today_is_refused(tmp_path: Path, call: str) -> None:
    with pytest.raises(InsightError) as caught:
        _ = model(tmp_path, "core.a", f"select {call} as n from raw.t").reads
    (fault,) = caught.value.faults
    assert "age() with one argument" in fault.found
    assert "take the day from the data" in fault.next_step
    sql_file(tmp_path / "functions", "plain", f"create macro plain(birth_date) as ({call})")
    with pytest.raises(InsightError, match="counts to today"):
        load_macros(tmp_path / "functions")


@pytest.mark.parametrize(
    "column",
    [
        "age(seen_date, birth_date)",
        "age(greatest(a, b), c)",
        "age",
        "t.age",
        "'age(a)'",
        "1 as age",
    ],
)
def test_an_age_on_a_day_of_the_data_passes(column: str) -> None:
    assert parsed(f"select {column} from raw.t", "a.sql")


def test_every_function_that_duckdb_calls_unsteady_is_refused() -> None:
    # Of these three none can change a row: they wait, stop or write a log.
    harmless = {"sleep_ms", "error", "write_log"}
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select distinct function_name from duckdb_functions() where (function_type = 'scalar' "
            "and stability in ('VOLATILE', 'CONSISTENT_WITHIN_QUERY')) or (function_type = 'macro' "
            "and regexp_matches(macro_definition, 'current_(date|time)|now\\(|random\\('))"
        ).fetchall()
    found = {name for (name,) in rows}
    assert {"now", "random", "ago", "uuid"} <= found
    assert found - UNSTEADY == harmless


@pytest.mark.parametrize("table", ["Raw.T", "raw.T", 'Raw."t"'])
@pytest.mark.parametrize("query", ["from {}", "with a as (select * from {}) select * from a"])
def test_a_table_in_capital_letters_is_told_its_name(
    tmp_path: Path, query: str, table: str
) -> None:
    broken = model(tmp_path, "core.a", query.format(table))
    with pytest.raises(InsightError) as caught:
        tuple(lineage([broken], {"raw.t": {"n": "INTEGER"}}))
    (fault,) = caught.value.faults
    assert (fault.where, fault.next_step) == (str(broken.path), "write raw.t")
    assert fault.found == f"'{table.replace(chr(34), '')}'"


def test_names_that_are_no_tables_may_have_capital_letters() -> None:
    query = "with Events as (from raw.t) select E.A as B from events as E"
    assert parsed(query, "a.sql")


@pytest.mark.parametrize("sample", ["using sample 10", "tablesample 10%"])
def test_rows_drawn_by_chance_are_refused(tmp_path: Path, sample: str) -> None:
    with pytest.raises(InsightError, match="whenever it runs on the same rows"):
        _ = model(tmp_path, "core.a", f"select * from raw.t {sample}").reads


@pytest.mark.parametrize(
    "query",
    [
        "select 'now()' as a, 1 as today, t.random, \"current_date\" from raw.t -- random()",
        "select t.current_date, 1 as current_time from raw.t",
    ],
)
def test_words_that_are_no_calls_pass(query: str) -> None:
    assert parsed(query, "a.sql")


def test_calls_are_found_however_they_are_written() -> None:
    text = "Inner_One /* x */ (a) + \"Other\"(b) + 'text'(c) -- third(d)\n + fourth"
    assert called(text) == {"inner_one", "other"}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("select 1;", "select 1"),
        ("select 1; -- end", "select 1 -- end"),
        ("select 1;; /* a;b */ ;", "select 1 /* a;b */"),
        ("select ';' as a -- ;", "select ';' as a -- ;"),
        ("select 'é😀'; -- end", "select 'é😀' -- end"),
    ],
)
def test_a_semicolon_at_the_end_goes_and_comments_stay(text: str, bare: str) -> None:
    assert without_semicolon(text) == bare
