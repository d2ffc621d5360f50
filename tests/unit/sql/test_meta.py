"""A database's record of what made it: one line a relation, with the rows of two builds."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from insight_pipeline.sql import meta


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("create schema internal; create table internal.event as select 1 as n")
        yield opened


def test_the_record_counts_rows_and_holds_one_line_for_a_relation(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert meta.known_fingerprints(connection) == {}
    assert meta.record(connection, "internal.event", "one") == 1
    assert meta.previous_rows(connection, "internal.event") is None
    connection.execute("insert into internal.event values (2)")
    assert meta.record(connection, "internal.event", "two") == 2
    stored = connection.execute("select * from meta.model").fetchall()
    assert stored == [("internal.event", "two", 2, 1)]
    assert meta.previous_rows(connection, "internal.event") == 1
    assert meta.known_fingerprints(connection) == {"internal.event": "two"}


def test_a_database_from_before_the_second_count_is_read_on(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        "create schema meta; "
        "create table meta.model (relation varchar, fingerprint varchar, row_count bigint); "
        "insert into meta.model values ('internal.event', 'one', 5)"
    )
    assert meta.known_fingerprints(connection) == {"internal.event": "one"}
    meta.record(connection, "internal.event", "two")
    assert meta.previous_rows(connection, "internal.event") == 5


def test_a_forgotten_fingerprint_keeps_its_counts(connection: duckdb.DuckDBPyConnection) -> None:
    meta.known_fingerprints(connection)
    meta.record(connection, "internal.event", "one")
    meta.forget_fingerprint(connection, "internal.event")
    assert meta.known_fingerprints(connection) == {"internal.event": ""}
    meta.record(connection, "internal.event", "one")
    assert meta.previous_rows(connection, "internal.event") == 1


def test_the_last_files_found_sound_are_known(connection: duckdb.DuckDBPyConnection) -> None:
    assert meta.known_dry_run(connection) is None
    meta.known_fingerprints(connection)
    assert meta.known_dry_run(connection) is None
    for mark in ("one", "two"):
        meta.record_dry_run(connection, mark)
        assert meta.known_dry_run(connection) == mark


def counted(connection: duckdb.DuckDBPyConnection, rows: int) -> int | None:
    """What a build of so many rows is held against."""
    connection.execute(f"create or replace table internal.event as from range({rows}) r(n)")
    meta.record(connection, "internal.event", str(rows))
    return meta.previous_rows(connection, "internal.event")


def test_a_build_that_changed_too_much_is_not_what_the_next_is_held_against(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    meta.known_fingerprints(connection)
    assert counted(connection, 100) is None
    assert counted(connection, 10) == 100
    meta.hold_rows(connection, "internal.event")
    assert counted(connection, 11) == 100
    meta.hold_rows(connection, "internal.event")
    assert counted(connection, 90) == 100
    meta.release_rows(connection, "internal.event")
    assert counted(connection, 91) == 90


def test_the_first_rows_a_table_ever_has_are_held_against_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    meta.known_fingerprints(connection)
    assert [counted(connection, rows) for rows in (0, 0, 5, 0, 7)] == [None, None, None, 5, 0]
