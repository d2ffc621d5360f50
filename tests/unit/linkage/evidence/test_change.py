"""What changed since last night, and what merely was said again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.linkage.evidence.change import evidence_date, find_changes, remember
from tests.linkage.making import Row, person, write_evidence

BORN = date(1990, 10, 4)
ONE = person("a:1", "Dilys", "Oakley", BORN, delivery_id="d1", row_number=1)
TWO = person("a:2", "Farida", "Norwick", BORN, delivery_id="d1", row_number=2)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as store")
        connection.execute("""
            create table store.record_mark
                (record_id varchar, rid bigint, content hugeint, origin hugeint)
        """)
        yield connection


def a_night(con: duckdb.DuckDBPyConnection, folder: Path, rows: list[Row]) -> dict[str, str]:
    """Changes by record id; tonight becomes last night."""
    find_changes(con, [write_evidence(folder / "e.parquet", rows)], anew=False)
    changes = con.execute("select record_id, change from changed_record").fetchall()
    remember(con)
    return dict(changes)


def test_records_are_added_changed_and_deleted(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert a_night(con, tmp_path, [ONE, TWO]) == {"a:1": "added", "a:2": "added"}
    married = {**TWO, "family_name": "Elmham"}
    assert a_night(con, tmp_path, [married]) == {"a:1": "deleted", "a:2": "changed"}


def test_the_same_rows_in_another_order_are_no_change_but_a_repeated_row_is(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    a_night(con, tmp_path, [ONE, TWO])
    assert a_night(con, tmp_path, [TWO, ONE]) == {}
    assert a_night(con, tmp_path, [TWO, ONE, ONE]) == {"a:1": "changed"}


def test_what_another_delivery_says_again_has_moved_and_not_changed(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    a_night(con, tmp_path, [ONE, TWO])
    assert a_night(con, tmp_path, [{**ONE, "delivery_id": "d2"}, TWO]) == {}
    assert con.execute("from moved_record").fetchall() == [("a:1",)]


def test_the_date_of_the_evidence_is_the_latest_day_it_holds_from(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rows = [{**ONE, "valid_from_date": date(2025, 3, 1)}, {**TWO, "valid_from_date": None}]
    path = write_evidence(tmp_path / "e.parquet", rows)
    assert evidence_date(con, [path]) == date(2025, 3, 1)
    assert evidence_date(con, [write_evidence(tmp_path / "n.parquet", [ONE])]) is None
