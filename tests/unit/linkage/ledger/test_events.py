"""The log: what is written down with an event, and that nobody is named in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from insight_pipeline.linkage.ledger.events import CAUSES, NO_CAUSE
from tests.unit.linkage.ledger.living import Ledger


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def evidence(ledger: Ledger, event: str) -> dict[str, Any]:
    ((text,),) = ledger.rows("select evidence from ledger_event where event = ?", event)
    found: dict[str, Any] = json.loads(text)
    return found


def causes(ledger: Ledger, night: int) -> dict[str, str]:
    return dict(ledger.rows("select event, cause from ledger_event where night = ?", night))


def test_a_merge_has_what_spoke_for_it(ledger: Ledger) -> None:
    ledger.night("abc")
    ledger.night("abc", "de")
    ledger.night(
        "abcde",
        pairs={"ad": 6.0, "be": 20.0, "ab": 9.0, "de": 9.0},
        decisions={"cd": "same", "ab": "same"},
    )
    assert evidence(ledger, "merged") == {
        "records_moved": 2,
        "records_other_side": 3,
        "pairs": 2,
        "strongest_bits": 20.0,
        "mean_bits": round((6 + 15 - 4 * 5) / 6, 6),
        "vetoes": [],
        "decisions": ["decision cd"],
    }


def test_a_split_has_what_spoke_against_it(ledger: Ledger) -> None:
    ledger.night("abc")
    ledger.night("ab", "c", pairs={"ac": 2.0, "ab": 9.0}, vetoes={"bc": "twins", "ac": "twins"})
    found = evidence(ledger, "split")
    assert (found["records_moved"], found["records_other_side"], found["pairs"]) == (1, 2, 2)
    assert found["vetoes"] == ["twins"]
    assert found["mean_bits"] == (2.0 - 10.0) / 2


def test_a_move_is_told_from_where_to_where(ledger: Ledger) -> None:
    ledger.night("abc", "de")
    ids = ledger.keys()
    counts = ledger.night("ab", "cde", pairs={"cd": 7.0, "ce": 7.0})
    assert counts.moved == 1
    assert ledger.events(2) == {("moved", ids["c"], ids["d"])}
    found = evidence(ledger, "moved")
    assert (found["records_moved"], found["records_other_side"]) == (1, 2)
    assert found["mean_bits"] == 7.0


def test_creation_and_retirement_count_records_and_weigh_nothing(ledger: Ledger) -> None:
    ledger.night("abc")
    ledger.night()
    for event in ("created", "retired"):
        found = evidence(ledger, event)
        assert found["records_moved"] == 3
        assert found["mean_bits"] is found["pairs"] is None


@pytest.mark.parametrize("cause", CAUSES)
def test_an_event_has_the_cause_that_touched_its_people(ledger: Ledger, cause: str) -> None:
    ledger.night("a", "b")
    ledger.night("ab", causes={"a": cause})
    assert causes(ledger, 2) == {"merged": cause}


def test_the_people_s_own_cause_goes_before_the_component_s_and_that_before_the_night_s(
    ledger: Ledger,
) -> None:
    ledger.night("abcd", "e")
    triggers = {"e": "new model", "d": "decision", "a": "evidence changed"}
    ledger.night("ab", "cd", "e", components=["abcd", "e"], causes=triggers)
    assert causes(ledger, 2) == {"split": "decision"}
    ledger.night("ab", "c", "d", "e", components=["abcd", "e"], causes={"a": "evidence added"})
    assert causes(ledger, 3) == {"split": "evidence added"}
    ledger.night("a", "b", "c", "d", "e", causes={"e": "evidence added"})
    assert causes(ledger, 4) == {"split": "evidence added"}


def test_the_best_explanation_is_chosen_where_several_touched_the_same_people(
    ledger: Ledger,
) -> None:
    ledger.night("a", "b")
    ledger.night("ab", causes={"a": "evidence added", "b": "decision"})
    assert causes(ledger, 2) == {"merged": "decision"}


def test_deletion_is_a_cause_though_nobody_is_left_to_be_affected(ledger: Ledger) -> None:
    ledger.night("abc", "d")
    ledger.night("a", "c", components=["a", "c"], causes={})
    assert causes(ledger, 2) == {"split": "evidence deleted", "retired": "evidence deleted"}


def test_no_cause_is_said_to_be_none(ledger: Ledger) -> None:
    ledger.night("ab", causes={})
    assert causes(ledger, 1) == {"created": NO_CAUSE}


def test_event_ids_are_distinct_and_a_rebuild_repeats_them(ledger: Ledger) -> None:
    again = Ledger(shuffle=3)
    for one in (ledger, again):
        one.night("ab", "c")
        one.night("abc")
        one.night("ab", "c")
    query = "select event_id from ledger_event order by all"
    assert ledger.rows(query) == again.rows(query)
    assert len(set(ledger.rows(query))) == len(ledger.rows(query)) == 4


def test_evidence_names_no_record(ledger: Ledger) -> None:
    ledger.night(["canary:1", "canary:2"], ["canary:3"])
    ledger.night(["canary:1"], ["canary:2", "canary:3"])
    assert not [row for row in ledger.rows("from ledger_event") if "canary" in str(row)]
