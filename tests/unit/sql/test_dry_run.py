"""Models are checked against empty tables before any data moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.catalogue import check_types, load_catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import (
    Columns,
    _checked,
    check_fingerprint,
    check_models,
    create_empty,
    describe,
    dry_run,
)
from insight_pipeline.sql.model import load_macros
from tests.conftest import ROOT
from tests.unit.sql.files import model, sql_file

SOURCES = {"internal.event": {"citizen_id": "VARCHAR", "odd \"name'": "DATE", "n": "BIGINT"}}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def test_columns_and_types_of_every_model_are_found(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    models = [
        model(tmp_path, "core.a", "select citizen_id, n + 1.5 as more from internal.event"),
        model(tmp_path, "journeys.b", "select count(*)::integer as people from core.a"),
    ]
    found = dry_run(connection, models, SOURCES)
    assert list(found["core.a"]) == ["citizen_id", "more"]
    assert found["core.a"]["more"].startswith("DECIMAL")
    assert found["journeys.b"] == {"people": "INTEGER"}


def test_a_model_that_does_not_bind_is_named_by_its_file(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    broken = model(tmp_path, "core.dim_broken", "select citizen from internal.event")
    with pytest.raises(InsightError) as caught:
        dry_run(connection, [broken], SOURCES)
    words = str(caught.value)
    assert "dim_broken.sql" in words
    assert '"citizen"' in words


def test_every_broken_model_is_told_at_once(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    models = [
        model(tmp_path, "core.a", "select nothing from internal.event"),
        model(tmp_path, "core.b", "select n::date as n, frobnicate(n) as m from internal.event"),
        model(tmp_path, "core.c", "select citizen_id from internal.event"),
    ]
    with pytest.raises(InsightError) as caught:
        dry_run(connection, models, SOURCES)
    assert [Path(fault.where).name for fault in caught.value.faults] == ["a.sql", "b.sql"]


def test_models_behind_a_broken_one_are_broken_once_each(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    models = [
        model(tmp_path, "core.a", "select nothing from internal.event"),
        model(tmp_path, "core.b", "select * from core.a"),
        model(tmp_path, "core.c", "select * from core.b"),
    ]
    with pytest.raises(InsightError) as caught:
        dry_run(connection, models, SOURCES)
    found = [Path(fault.where).name for fault in caught.value.faults]
    assert found == ["a.sql", "b.sql", "c.sql"]


def test_an_empty_table_has_its_columns_whatever_their_names(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    create_empty(connection, "internal.event", {"old": "DATE"})
    create_empty(connection, "internal.event", SOURCES["internal.event"])
    assert describe(connection, "internal.event") == SOURCES["internal.event"]


# What headers say of columns.


def faults(folder: Path, connection: duckdb.DuckDBPyConnection, more: str) -> list[str]:
    """Faults of one model with the columns citizen_id and n, tested against internal.event."""
    query = "select citizen_id, n from internal.event"
    try:
        dry_run(connection, [model(folder, "core.a", query, more)], SOURCES)
    except InsightError as error:
        return [f"{Path(fault.where).name}: {fault.next_step}" for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("more", "part", "near"),
    [
        ("columns: {citzen_id: The citizen.}\n", "columns", "citizen_id"),
        ("materialised: incremental\nkey: [citizenid]\n", "key", "citizen_id"),
        ("materialised: snapshot\nkey: [n]\ntrack: [citizen]\n", "track", "citizen_id"),
        ("tests: [{not_null: [citizen_ids]}]\n", "tests", "citizen_id"),
        ("tests: [{unique: [n, citizen_ids]}]\n", "tests", "citizen_id"),
        ("tests: [{accepted_values: {column: citizen, values: [a]}}]\n", "tests", "citizen_id"),
        (
            "tests: [{relationships: {column: citizen_id, to: internal.event, field: citizen}}]\n",
            "tests",
            "citizen_id",
        ),
        (
            "tests: [{freshness: {column: n, max_days: 1, against: internal.event.citizenid}}]\n",
            "tests",
            "citizen_id",
        ),
    ],
)
def test_a_column_a_header_names_and_nobody_gives_is_told_with_the_nearest(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, more: str, part: str, near: str
) -> None:
    assert faults(tmp_path, connection, more) == [f"a.sql (header): {part}: did you mean '{near}'?"]


def test_a_test_against_a_broken_model_is_no_fault_of_its_own(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    more = "tests: [{relationships: {column: n, to: core.a}}]\n"
    models = [
        model(tmp_path, "core.a", "select nothing from internal.event"),
        model(tmp_path, "core.b", "select n from internal.event", more),
    ]
    with pytest.raises(InsightError) as caught:
        dry_run(connection, models, SOURCES)
    assert [Path(fault.where).name for fault in caught.value.faults] == ["a.sql"]


def test_a_predicate_that_does_not_bind_is_told(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    assert faults(tmp_path, connection, "tests: [{expression: m > 0}]\n") != []
    assert faults(tmp_path, connection, "tests: [{expression: n > 0}]\n") == []


KINDS = {
    "internal.kinds": {
        "i": "INTEGER",
        "s": "VARCHAR",
        "d": "DATE",
        "t": "TIMESTAMP",
        "b": "BOOLEAN",
        "m": "DECIMAL(9,2)",
        "l": "VARCHAR[]",
    },
    "reference.vocabulary": {"vocabulary": "VARCHAR", "code": "VARCHAR"},
}


def told(folder: Path, connection: duckdb.DuckDBPyConnection, test: str) -> list[str]:
    """What is found of one test on a model with a column of every kind."""
    query = "select * from internal.kinds"
    made = model(folder, "core.kinds", query, f"tests: [{test}]\n")
    try:
        dry_run(connection, [made], KINDS)
    except InsightError as error:
        return [fault.found for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("test", "found"),
    [
        ("{expression: count(*) > 0}", "aggregates"),
        ("{expression: row_number() over () < 5}", "window"),
        ("{expression: s}", "VARCHAR"),
        ("{expression: i}", "an expression of type INTEGER"),
        ("{expression: exists (select 1 from nowhere)}", "nowhere"),
        ("{accepted_values: {column: s, values: [true, false]}}", "true"),
        ("{accepted_values: {column: s, values: [1]}}", "1"),
        ("{accepted_values: {column: i, values: ['1', x]}}", "the text 'x'"),
        ("{accepted_values: {column: d, values: [2025]}}", "2025"),
        ("{accepted_values: {column: i, vocabulary: sex}}", "INTEGER"),
        ("{relationships: {column: d, to: internal.kinds, field: i}}", "DATE"),
        ("{relationships: {column: i, to: internal.kinds, field: s}}", "INTEGER"),
        ("{relationships: {column: l, to: internal.kinds, field: s}}", "VARCHAR[]"),
        ("{freshness: {column: s, max_days: 1, against: internal.kinds.d}}", "VARCHAR"),
        ("{freshness: {column: d, max_days: 1, against: internal.kinds.i}}", "INTEGER"),
    ],
)
def test_a_test_that_could_only_fail_at_night_is_told_before(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, test: str, found: str
) -> None:
    assert found in " ".join(told(tmp_path, connection, test))


@pytest.mark.parametrize(
    "test",
    [
        "{not_null: [i, l]}",
        "{unique: [i, d]}",
        "{expression: i > 0 and s <> 'x'}",
        "{expression: i in (select i from internal.kinds)}",
        "{accepted_values: {column: b, values: [true]}}",
        "{accepted_values: {column: m, values: [1, '2.5']}}",
        "{accepted_values: {column: d, values: ['2025-01-31']}}",
        "{accepted_values: {column: S, vocabulary: sex}}",
        "{relationships: {column: i, to: internal.kinds, field: m}}",
        "{relationships: {column: d, to: internal.kinds, field: t}}",
        "{freshness: {column: t, max_days: 1, against: internal.kinds.D}}",
        "{row_count_change: {max_percent: 5}}",
    ],
)
def test_a_test_that_can_run_is_no_fault(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, test: str
) -> None:
    assert told(tmp_path, connection, test) == []


def test_a_predicate_about_a_broken_model_is_no_fault_of_its_own(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    more = "tests: [{expression: n in (select n from core.a)}, {unique: [m]}]\n"
    models = [
        model(tmp_path, "core.a", "select nothing from internal.event"),
        model(tmp_path, "core.b", "select n from internal.event", more),
    ]
    with pytest.raises(InsightError) as caught:
        dry_run(connection, models, SOURCES)
    assert [fault.found for fault in caught.value.faults if "'m'" in fault.found]
    assert len(caught.value.faults) == 2


def test_a_header_may_write_a_column_in_another_case(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    assert faults(tmp_path, connection, "columns: {Citizen_ID: The citizen.}\n") == []


def test_a_snapshot_has_its_versions_columns_for_header_tests_and_readers(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    more = (
        "materialised: snapshot\nkey: [n]\ntrack: [citizen_id]\n"
        "columns: {valid_from: First day.}\ntests: [{expression: valid_from < valid_to}]\n"
    )
    models = [
        model(tmp_path, "core.a", "select citizen_id, n from internal.event", more),
        model(tmp_path, "journeys.b", "select is_current from core.a"),
    ]
    found = dry_run(connection, models, SOURCES)
    assert found["core.a"]["valid_to"] == "DATE"
    assert found["journeys.b"] == {"is_current": "BOOLEAN"}


# Once in a process for the same files.


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", project=tmp_path)


def test_the_same_files_are_checked_once(
    tmp_path: Path, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "select n, plus_one(n) as m from internal.event"
    text = "create or replace macro plus_one(x) as (x + 1)"
    sql_file(tmp_path / "functions", "plus_one", text)
    macros = load_macros(tmp_path / "functions")
    first = check_models([model(tmp_path, "core.a", query)], macros, SOURCES, here)
    first["core.a"]["n"] = "spoilt"
    monkeypatch.setattr("insight_pipeline.sql.dry_run.dry_run", None)
    again = check_models([model(tmp_path, "core.a", query)], macros, SOURCES, here)
    assert again == {"core.a": {"n": "BIGINT", "m": "BIGINT"}}


def test_an_incremental_model_whose_keys_need_each_other_is_told_without_data(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    head = "materialised: incremental\nkey: [{}]\n"
    query = "select citizen_id, n, sum(n) over (partition by n) as m from internal.event"
    with pytest.raises(InsightError, match="its partition is without citizen_id") as caught:
        broken = model(tmp_path / "1", "core.a", query, head.format("citizen_id"))
        dry_run(connection, [broken], SOURCES)
    assert "name citizen_id there as well" in caught.value.faults[0].next_step
    sound = model(tmp_path / "2", "core.a", query, head.format("n"))
    assert "m" in dry_run(connection, [sound], SOURCES)["core.a"]
    # What it reads has the column in another type: no rows are made again by it.
    query = query.replace("citizen_id,", "citizen_id::blob as citizen_id,")
    other = model(tmp_path / "3", "core.a", query, head.format("citizen_id"))
    assert "m" in dry_run(connection, [other], SOURCES)["core.a"]


@pytest.mark.parametrize(
    ("query", "more", "sources"),
    [
        ("select n + 1 as n from internal.event", "", SOURCES),
        ("select n from internal.event", "columns: {n: A number.}\n", SOURCES),
        ("select n from internal.event", "", {"internal.event": {"n": "INTEGER"}}),
    ],
)
def test_other_files_are_checked_anew(
    tmp_path: Path, query: str, more: str, sources: dict[str, dict[str, str]]
) -> None:
    before = model(tmp_path / "a", "core.a", "select n from internal.event")
    after = replace(model(tmp_path / "b", "core.a", query, more), path=before.path)
    one = check_fingerprint([before], (), SOURCES)
    assert check_fingerprint([before], (), SOURCES) == one
    assert check_fingerprint([after], (), sources) != one


def test_a_fault_is_told_every_time(tmp_path: Path, here: Settings) -> None:
    broken = model(tmp_path, "core.a", "select nothing from internal.event")
    for _ in range(2):
        with pytest.raises(InsightError, match="nothing"):
            check_models([broken], (), SOURCES, here)


def test_every_model_of_the_project_is_checked_by_one_dry_run(
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(home=tmp_path / "home", project=ROOT)
    catalogue = load_catalogue(settings)
    looked = []

    def watched(*given: Any) -> dict[str, Columns]:
        looked.append(len(given[1]))
        return dry_run(*given)

    monkeypatch.setattr("insight_pipeline.sql.dry_run.dry_run", watched)
    # Another test of this process may have checked the same files.
    _checked.cache_clear()
    begun = time.process_time()
    columns = check_types(catalogue, settings)
    seconds = time.process_time() - begun
    record_property("figure", f"dry run of {len(columns)} models: {seconds:.2f} CPU s")
    assert len(columns) == len(catalogue.staging) + len(catalogue.models)
    assert looked == [len(columns)], "the figure is of a dry run, not of a remembered one"
