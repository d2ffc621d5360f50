"""The ledger: which part keeps which id, and what is written down about it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from insight_pipeline.linkage.ledger.claims import name_people, start_ledger


class Ledger:
    """A ledger over nights given as lists of parts, each a text of one-letter record ids."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.nights = 0
        start_ledger(con)

    def night(self, *groups: str) -> dict[str, str]:
        """Live through a night; record → id."""
        self.nights += 1
        self.con.execute(
            "create or replace table part (record_id varchar, component varchar, part varchar)"
        )
        for group in groups:
            for record in group:
                self.con.execute("insert into part values (?, ?, ?)", [record, group, min(group)])
        name_people(self.con, self.nights, "test")
        self.con.execute("create or replace table old_person as from person")
        return dict(self.con.execute("select record_id, citizen_key from person").fetchall())

    def events(self, night: int) -> set[tuple[str, str, str | None]]:
        return set(
            self.con.execute(
                "select event, citizen_key, other_key from ledger_event where night = ?", [night]
            ).fetchall()
        )


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with duckdb.connect() as con:
        yield Ledger(con)


def test_a_first_night_creates_everyone_with_ids_that_a_rebuild_repeats(ledger: Ledger) -> None:
    ids = ledger.night("ab", "c")
    assert ids["a"] == ids["b"] != ids["c"]
    assert ledger.events(1) == {("created", ids["a"], None), ("created", ids["c"], None)}
    with duckdb.connect() as con:
        assert Ledger(con).night("c", "ab") == ids


def test_a_quiet_night_changes_no_id_and_logs_nothing(ledger: Ledger) -> None:
    ids = ledger.night("ab", "c")
    assert ledger.night("ab", "c") == ids
    assert ledger.events(2) == set()


def test_a_new_smallest_record_does_not_take_the_id_away(ledger: Ledger) -> None:
    ids = ledger.night("bc")
    assert ledger.night("abc") == {"a": ids["b"], "b": ids["b"], "c": ids["b"]}


def test_an_id_goes_to_the_part_with_most_of_its_records(ledger: Ledger) -> None:
    old = ledger.night("abcd")["a"]
    ids = ledger.night("a", "bcd")
    assert ids["b"] == old != ids["a"]
    assert ledger.events(2) == {("split", ids["a"], old)}


def test_a_tie_goes_to_the_smallest_record(ledger: Ledger) -> None:
    old = ledger.night("abcd")["a"]
    ids = ledger.night("bd", "ac")
    assert ids["a"] == old != ids["b"]


def test_a_merge_keeps_the_oldest_id_whatever_its_size(ledger: Ledger) -> None:
    first = ledger.night("z")["z"]
    second = ledger.night("z", "abc")["a"]
    assert set(ledger.night("zabc").values()) == {first}
    assert ledger.events(3) == {("merged", second, first)}


def test_a_merged_id_is_not_given_to_its_records_again(ledger: Ledger) -> None:
    kept = ledger.night("z")["z"]
    lost = ledger.night("z", "a")["a"]
    ledger.night("za")
    ids = ledger.night("z", "a")
    assert ids["a"] == kept != ids["z"] != lost
    assert ledger.events(4) == {("split", ids["z"], kept)}


def test_people_without_records_are_retired_for_good(ledger: Ledger) -> None:
    gone = ledger.night("a", "b")["b"]
    ledger.night("a")
    assert ledger.events(2) == {("retired", gone, None)}
    assert ledger.events(2) == ledger.events(2)
    back = ledger.night("a", "b")["b"]
    assert back != gone
    assert ledger.events(3) == {("created", back, None)}


def test_every_part_has_exactly_one_id_and_no_id_two_parts(ledger: Ledger) -> None:
    nights = [("abc", "def", "ghi"), ("ad", "be", "cfghi"), ("abcdefghi",), ("a", "bi", "cdefgh")]
    for groups in nights:
        ids = ledger.night(*groups)
        assert len({ids[min(group)] for group in groups}) == len(groups)
        for group in groups:
            assert len({ids[record] for record in group}) == 1
