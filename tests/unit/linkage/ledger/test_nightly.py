"""A night of the ledger: what it insists on, and what it leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.linkage.ledger.nightly import update_ledger
from insight_pipeline.linkage.ledger.tables import PERSISTENT
from tests.unit.linkage.ledger.living import Ledger, rid

PART = "record_id varchar, rid bigint, component bigint, part bigint"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_a_first_night_needs_no_table_but_tonights_parts() -> None:
    with duckdb.connect() as con:
        con.execute(f"create temp table part ({PART})")
        con.execute("insert into part values ('a', 7, 7, 7), ('b', 9, 7, 9)")
        counts = update_ledger(con, 1, None)
        assert counts.created == 2
        assert con.execute(
            "select record_id, rid, component from person order by all"
        ).fetchall() == [("a", 7, 7), ("b", 9, 7)]


def test_what_lasts_stands_in_the_database_in_use(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{tmp_path / 'store.duckdb'}' as store")
        con.execute("create table pair (rid_l bigint)")
        con.execute("use store")
        con.execute(f"create temp table part ({PART})")
        con.execute("insert into part values ('a', 7, 7, 7)")
        update_ledger(con, 1, date(2025, 4, 1))
        listed = "select table_name from duckdb_tables() where database_name = 'store'"
        assert {name for (name,) in con.execute(listed).fetchall()} == set(PERSISTENT)


def test_people_without_a_record_in_a_part_are_left_as_they_are(ledger: Ledger) -> None:
    ledger.night("ab", "cd", "e")
    before = ledger.keys()
    counts = ledger.night("c", "d", gone="e")
    after = ledger.keys()
    assert {r: after[r] for r in "ab"} == {r: before[r] for r in "ab"}
    assert (counts.split, counts.retired) == (1, 1)
    assert ledger.rows("select count(*) from membership where to_night is null") == [(4,)]


@pytest.mark.parametrize("cause", ["new model", "new method"])
def test_a_record_without_a_part_is_gone_when_everything_is_linked_anew(
    ledger: Ledger, cause: str
) -> None:
    ledger.night("ab", "c")
    counts = ledger.night("ab", gone="", causes={"a": cause})
    assert counts.retired == 1
    assert ledger.keys().keys() == {"a", "b"}


def test_a_component_is_renamed_without_an_event(ledger: Ledger) -> None:
    ledger.night("a", "b", components=["ab"])
    ledger.night("a", "b", components=["a", "b"])
    assert ledger.events(2) == set()
    assert dict(ledger.rows("select record_id, component from person")) == {
        "a": rid("a"),
        "b": rid("b"),
    }


def test_counts_are_those_of_the_log(ledger: Ledger) -> None:
    ledger.night("ab", "c", "d", "e")
    counts = ledger.night("a", "b", "cd")
    assert (counts.created, counts.split, counts.merged, counts.retired) == (0, 1, 1, 1)
    assert (counts.moved, counts.returned) == (0, 0)


def test_a_person_only_partly_in_tonights_parts_is_refused(ledger: Ledger) -> None:
    ledger.night("ab", "c")
    before = ledger.everything()
    with pytest.raises(InsightError, match="1 records left out whose people are in"):
        ledger.night("b", "c", gone="")
    assert ledger.everything() == before


def test_a_record_deleted_and_in_a_part_is_refused(ledger: Ledger) -> None:
    ledger.night("ab")
    with pytest.raises(InsightError, match="1 records both deleted and in a part"):
        ledger.night("ab", gone="b")


def test_a_record_in_two_parts_is_refused(ledger: Ledger) -> None:
    with pytest.raises(InsightError, match="1 records that are in tonight's parts twice"):
        ledger.night("ab", "bc")


def test_a_night_that_was_is_not_lived_again(ledger: Ledger) -> None:
    ledger.night("ab")
    ledger.nights = 0
    with pytest.raises(InsightError, match="night 1 after night 1"):
        ledger.night("a", "b")
