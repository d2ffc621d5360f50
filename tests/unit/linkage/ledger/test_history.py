"""Who was who, on any night."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from insight_pipeline.linkage.ledger.history import (
    as_of,
    forget,
    key_events,
    key_of,
    night_of,
    records_of,
)
from tests.unit.linkage.ledger.living import FIRST_DAY, Ledger


@pytest.fixture
def ledger() -> Ledger:
    """Night 1: a, b apart; night 2: one person; night 3: a is gone."""
    ledger = Ledger()
    ledger.night("a", "b")
    ledger.night("ab")
    ledger.night("b")
    return ledger


def test_a_membership_holds_from_its_first_night_until_before_it_ends(ledger: Ledger) -> None:
    spans = ledger.rows("select record_id, from_night, to_night from membership order by all")
    kept = min(ledger.keys().values())
    stayed = key_of(ledger.con, "b", 1) == kept
    assert spans == (
        [("a", 1, 2), ("a", 2, 3), ("b", 1, None)]
        if stayed
        else [("a", 1, 3), ("b", 1, 2), ("b", 2, None)]
    )


def test_a_record_has_one_id_on_every_night_it_was_there(ledger: Ledger) -> None:
    assert dict(as_of(ledger.con, 1).fetchall()).keys() == {"a", "b"}
    assert len(set(dict(as_of(ledger.con, 1).fetchall()).values())) == 2
    assert len(set(dict(as_of(ledger.con, 2).fetchall()).values())) == 1
    assert dict(as_of(ledger.con, 3).fetchall()) == ledger.keys()
    assert as_of(ledger.con, 0).fetchall() == []


def test_a_record_and_an_id_are_asked_for_one_at_a_time(ledger: Ledger) -> None:
    kept = ledger.keys()["b"]
    assert key_of(ledger.con, "a", 2) == kept
    assert key_of(ledger.con, "a", 3) is None
    assert [records_of(ledger.con, kept, night) for night in (0, 1, 2, 3)] == [0, 1, 2, 1]


def test_a_day_stands_for_the_last_night_on_or_before_it(ledger: Ledger) -> None:
    days = [FIRST_DAY + timedelta(days=n) for n in range(6)]
    assert [night_of(ledger.con, day) for day in days] == [None, 1, 2, 3, 3, 3]
    assert night_of(ledger.con, date(1999, 1, 1)) is None


def test_an_id_s_life_is_told_in_order(ledger: Ledger) -> None:
    kept = ledger.keys()["b"]
    told = [(row[0], row[2]) for row in key_events(ledger.con, kept).fetchall()]
    assert told == [(1, "created"), (2, "merged")]


def test_an_erased_record_was_never_anybody_and_claims_nothing_when_it_comes_back() -> None:
    ledger = Ledger()
    ledger.night("a", "b")
    old = ledger.keys()
    ledger.night("b")
    forget(ledger.con, ["a"])
    for table in ("membership", "announced", "held_change", "person"):
        assert ledger.rows(f"from {table} where record_id = 'a'") == []
    assert dict(as_of(ledger.con, 1).fetchall()) == {"b": old["b"]}
    ledger.night("a", "b")
    assert ledger.keys()["a"] != old["a"]
    assert ledger.keys()["b"] == old["b"]
