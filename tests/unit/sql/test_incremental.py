"""Key by key gives what a rebuild gives, whatever changed; and only changed keys are made again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql import key_promise
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import run
from tests.unit.sql.files import model, sql_file
from tests.unit.sql.keyed import KEYED, QUERY, START, TABLES, Rows, Warehouse, bag, edited


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with duckdb.connect() as connection:
        yield Warehouse(connection, model(tmp_path, "journeys.fct_a", QUERY, KEYED))


def test_the_first_night_makes_every_key(warehouse: Warehouse) -> None:
    assert warehouse.night(START).note == "every key made"
    assert warehouse.made() == warehouse.rebuilt() != []


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        (edited(core__event=[*START["core.event"], ("a", 3, "x")]), 1),
        (edited(core__event=[*START["core.event"], ("c", 3, "x")]), 1),
        (edited(core__event=START["core.event"][1:]), 1),
        (edited(core__event=START["core.event"][:-1]), 1),
        (edited(core__event=[*START["core.event"], START["core.event"][0]]), 1),
        (edited(core__event=[*START["core.event"], (None, 2, "x")]), 1),
        (edited(core__person=[("a", "south"), ("b", "north"), ("k1", "north")]), 2),
        (edited(core__person=[("a", "north"), ("b", "south")]), 1),
        (edited(core__person=[("a", None), *START["core.person"][1:]]), 1),
        (edited(core__event=START["core.event"][::-1]), None),
    ],
)
def test_only_changed_keys_are_made_again_and_the_table_is_as_if_rebuilt(
    warehouse: Warehouse, rows: Rows, keys: int | None
) -> None:
    warehouse.night(START)
    done = warehouse.night(rows)
    assert done.note == {None: "", 1: "1 key made again", 2: "2 keys made again"}[keys]
    assert warehouse.made() == warehouse.rebuilt()
    assert done.rows == len(warehouse.made())


def test_when_most_keys_changed_the_table_is_made_whole(warehouse: Warehouse) -> None:
    warehouse.night(START)
    assert warehouse.night(edited(core__event=[], core__person=[])).note == "every key made"
    assert warehouse.made() == warehouse.rebuilt() == []


def test_rows_of_unchanged_keys_are_not_touched(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without a sample, which would find the mark.
    monkeypatch.setattr(key_promise, "SAMPLE_KEYS", 0)
    warehouse.night(START)
    warehouse.connection.execute(
        "update journeys.fct_a set title = 'a mark' where citizen_id = 'b'"
    )
    warehouse.night(edited(core__event=[*START["core.event"], ("a", 3, "x")]))
    assert ("a mark",) in warehouse.connection.execute(
        "select title from journeys.fct_a"
    ).fetchall()


def test_a_changed_relation_without_the_key_makes_every_key_again(warehouse: Warehouse) -> None:
    warehouse.night(START)
    rows = edited(reference__service=[("x", "Other")])
    assert warehouse.night(rows).note == "every key made"
    assert warehouse.made() == warehouse.rebuilt()


def test_changed_sql_makes_every_key_again(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.night(START)
    other = QUERY.replace("order by day", "order by -day")
    warehouse.model = model(tmp_path / "other", "journeys.fct_a", other, KEYED)
    assert warehouse.night(START).note == "every key made"
    assert warehouse.made() == warehouse.rebuilt()


def test_a_changed_macro_makes_every_key_again(warehouse: Warehouse, tmp_path: Path) -> None:
    query = "select citizen_id, twice(day) as day from core.event"
    warehouse.model = model(tmp_path / "other", "journeys.fct_a", query, KEYED)
    for number, body in enumerate(("2 * x", "3 * x")):
        text = f"create or replace macro twice(x) as ({body})"
        sql_file(tmp_path / str(number), "twice", text)
        warehouse.macros = load_macros(tmp_path / str(number))
        assert warehouse.night(START).note == "every key made"
        assert warehouse.made() == warehouse.rebuilt()


def test_without_its_macros_nothing_is_assumed(warehouse: Warehouse) -> None:
    warehouse.night(START)
    warehouse.load(edited(core__person=[]))
    targets = {**dict.fromkeys(TABLES, "x"), "journeys.fct_a": "y"}
    (done,) = run(warehouse.connection, [warehouse.model], targets)
    assert done.note == "every key made"


def test_a_source_that_gains_the_key_without_being_joined_by_it_is_refused(
    warehouse: Warehouse,
) -> None:
    warehouse.night(START)
    con = warehouse.connection
    con.execute("alter table reference.service add column citizen_id varchar")
    targets = {**dict.fromkeys(TABLES, "x"), "journeys.fct_a": "y"}
    with pytest.raises(InsightError, match="a join of rows of all keys: not on citizen_id"):
        run(con, [warehouse.model], targets, macros=())


@pytest.mark.parametrize(
    "then_and_now",
    [
        ("10 as one, 20 as other", "10 as other, 20 as one"),
        ("10 as one, 20 as other", "10::bigint as one, 20 as other"),
        ("true as one, 20 as other", "1::tinyint as one, 20 as other"),
    ],
)
def test_other_columns_of_what_it_reads_make_every_key_again(
    tmp_path: Path, then_and_now: tuple[str, str]
) -> None:
    query = "select citizen_id, one::varchar as one from core.source"
    keyed = model(tmp_path, "journeys.fct_a", query, KEYED)
    with duckdb.connect() as connection:
        connection.execute("create schema core")
        for given in then_and_now:
            source = f"select i::varchar as citizen_id, {given} from range(9) as r (i)"
            connection.execute(f"create or replace table core.source as {source}")
            (done,) = run(
                connection,
                [keyed],
                {"core.source": given, keyed.relation: given},
                macros=(),
            )
            assert done.note == "every key made"
            assert bag(connection, "from journeys.fct_a") == bag(connection, query)


def test_a_table_that_does_not_fit_keys_made_alone_is_made_whole(warehouse: Warehouse) -> None:
    warehouse.night(START)
    con = warehouse.connection
    con.execute("update journeys.fct_a set title = 'astray' where citizen_id = 'b'")
    done = warehouse.night(edited(core__event=[*START["core.event"], ("a", 3, "x")]))
    assert done.note == "every key made"
    assert warehouse.made() == warehouse.rebuilt()


def test_a_comment_at_the_end_of_a_query_ends_there(tmp_path: Path) -> None:
    query = "select citizen_id, day from core.event; -- the end"
    with duckdb.connect() as connection:
        made = Warehouse(connection, model(tmp_path, "journeys.fct_a", query, KEYED))
        made.night(START)
        done = made.night(edited(core__event=[*START["core.event"], ("a", 3, "x")]))
        assert done.note == "1 key made again"
        assert made.made() == made.rebuilt()


def test_a_table_somebody_dropped_is_made_whole(warehouse: Warehouse) -> None:
    warehouse.night(START)
    warehouse.connection.execute("drop table journeys.fct_a")
    assert warehouse.night(edited(core__person=[])).note == "every key made"
    assert warehouse.made() == warehouse.rebuilt()


def test_a_failure_midway_leaves_the_table_and_its_marks(warehouse: Warehouse) -> None:
    query = "select citizen_id, error_if(day) as e from core.event"
    con = warehouse.connection
    con.execute("create macro error_if(x) as (case when x = 70 then error('no') else 0 end)")
    warehouse.model = model(warehouse.model.path.parents[1], "journeys.fct_b", query, KEYED)
    warehouse.night(START)
    before = warehouse.made()
    with pytest.raises(duckdb.Error):
        warehouse.night(edited(core__event=[*START["core.event"], ("a", 70, "x")]))
    assert warehouse.made() == before
    fixed = edited(core__event=[*START["core.event"], ("b", 8, "x")])
    assert warehouse.night(fixed).note == "1 key made again"
    assert warehouse.made() == warehouse.rebuilt()


KEYS = st.sampled_from(["a", "b", "c", "d", None])
EVENTS = st.lists(st.tuples(KEYS, st.integers(0, 3), st.sampled_from(["x", "y"])), max_size=12)
PEOPLE = st.lists(st.tuples(KEYS, st.sampled_from(["north", "south", None])), max_size=6)
SERVICES = st.sampled_from([[("x", "Ex")], [("x", "Ex"), ("y", "Why")], []])
NIGHT = st.fixed_dictionaries(
    {"core.event": EVENTS, "core.person": PEOPLE, "reference.service": SERVICES}
)


@settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(nights=st.lists(NIGHT, min_size=2, max_size=5))
def test_over_any_history_of_edits_the_table_is_as_if_rebuilt(nights: list[Rows]) -> None:
    # Equal rows may come in any number; row_number among equals gives equal rows.
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        edits = Warehouse(connection, model(Path(folder), "journeys.fct_a", QUERY, KEYED))
        for rows in nights:
            edits.night(rows)
            assert edits.made() == edits.rebuilt()
