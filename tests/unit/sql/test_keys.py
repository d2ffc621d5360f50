"""Marks move with any change of a key's rows and with nothing else; queries read other tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.sql import keys
from insight_pipeline.sql.dry_run import describe
from tests.unit.sql.files import model
from tests.unit.sql.keyed import KEYED, START, Warehouse, edited


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("create schema core")
        yield opened


def marks(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[object, tuple[object, ...]]:
    """Key → count and mark, of `rows` as a table whose first column is called k."""
    connection.execute(f"create or replace table core.t as {rows}")
    query = keys.marks_query("core.t", ["k"], describe(connection, "core.t"))
    return {row[0]: row[1:] for row in connection.execute(query).fetchall()}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1, 2", "2, 1"),
        ("null, 1", "1, null"),
        ("'a', 'bc'", "'ab', 'c'"),
        ("0.0::double, 0", "-0.0::double, 0"),
        ("[]::integer[], 0", "null::integer[], 0"),
        ("[null]::integer[], 0", "[]::integer[], 0"),
        ("{'x': null::integer}, 0", "null::struct(x integer), 0"),
        ("''::varchar, 0", "null::varchar, 0"),
        ("interval '1 month', 0", "interval '30 days', 0"),
        ("date '2025-01-01', 0", "date '2025-01-02', 0"),
        ("1.10::decimal(9, 2), 0", "1.11::decimal(9, 2), 0"),
    ],
)
def test_rows_that_differ_have_other_marks(
    connection: duckdb.DuckDBPyConnection, one: str, other: str
) -> None:
    assert marks(connection, f"select 'a' as k, {one}") != marks(
        connection, f"select 'a' as k, {other}"
    )


CELLS = st.tuples(
    st.sampled_from(["a", "b", None]),
    st.sampled_from([0, 1, None]),
    st.sampled_from(["", "x", None]),
)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(one=st.lists(CELLS, max_size=5), other=st.lists(CELLS, max_size=5))
def test_keys_have_equal_marks_when_their_rows_are_equal_as_bags(
    one: list[tuple[object, ...]], other: list[tuple[object, ...]]
) -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema core")
        found = []
        for rows in (one, other):
            connection.execute("create or replace table core.r (k varchar, n integer, t varchar)")
            if rows:
                connection.executemany("insert into core.r values (?, ?, ?)", list(map(list, rows)))
            found.append(marks(connection, "from core.r"))
    for key in ("a", "b", None):
        bags = [sorted(str(row) for row in rows if row[0] == key) for rows in (one, other)]
        assert (found[0].get(key) == found[1].get(key)) is (bags[0] == bags[1])


def test_a_query_reads_other_tables_and_stays_as_it_was_written(tmp_path: Path) -> None:
    query = (
        "select e.a, core.event.b, 'core.event' as c -- core.event\n"
        'from core.event join "core"."event" as e on (select count(*) from core.person) > 0'
    )
    made = model(tmp_path, "journeys.fct_a", query)
    assert keys.query_reading(made, {"core.event": "temp.x"}) == (
        "select e.a, event.b, 'core.event' as c -- core.event\n"
        'from temp.x as "event" join temp.x as e on (select count(*) from core.person) > 0'
    )
    assert keys.query_reading(made, {}) == query


def test_quoted_and_qualified_names_are_read_from_the_changed_rows(tmp_path: Path) -> None:
    query = (
        'select core.event.citizen_id, "event".day, p.ward from "core"."event" '
        "left join core.person p on p.citizen_id = core.event.citizen_id "
        "where exists (select 1 from core.event as e where e.citizen_id = core.event.citizen_id "
        "and core.event.day > 0)"
    )
    with duckdb.connect() as connection:
        made = Warehouse(connection, model(tmp_path, "journeys.fct_a", query, KEYED))
        made.night(START)
        done = made.night(edited(core__event=[*START["core.event"], ("a", 3, "x")]))
        assert done.note == "1 key made again"
        assert made.made() == made.rebuilt()
