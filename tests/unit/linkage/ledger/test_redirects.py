"""What an id leads to today."""

from __future__ import annotations

import pytest

from insight_pipeline.linkage.ledger.redirects import STATES, resolve
from tests.unit.linkage.ledger.living import Ledger


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def resolved(ledger: Ledger, *keys: str) -> dict[str, tuple[str | None, str]]:
    rows = resolve(ledger.con, keys).fetchall()
    assert [row[0] for row in rows] == sorted(set(keys))
    assert {row[2] for row in rows} <= set(STATES)
    return {key: (to, state) for key, to, state in rows}


def test_an_id_in_use_leads_to_itself_and_one_never_given_to_nothing(ledger: Ledger) -> None:
    ledger.night("a")
    key = ledger.keys()["a"]
    assert resolved(ledger, key, "x", key) == {key: (key, "current"), "x": (None, "unknown")}


def test_merges_are_followed_to_the_end(ledger: Ledger) -> None:
    ledger.night("a")
    ledger.night("a", "b")
    ledger.night("a", "b", "c")
    ids = ledger.keys()
    ledger.night("a", "bc")
    ledger.night("abc")
    assert resolved(ledger, *ids.values()) == {
        ids["a"]: (ids["a"], "current"),
        ids["b"]: (ids["a"], "merged"),
        ids["c"]: (ids["a"], "merged"),
    }


def test_an_id_that_led_to_one_now_retired_is_retired_itself(ledger: Ledger) -> None:
    ledger.night("a", "b")
    ids = ledger.keys()
    ledger.night("ab")
    ledger.night()
    assert set(resolved(ledger, *ids.values()).values()) == {(None, "retired")}


def test_an_id_that_lost_records_says_so(ledger: Ledger) -> None:
    ledger.night("abc", "def")
    ids = ledger.keys()
    ledger.night("ab", "c", "def")
    ledger.night("ab", "c", "de", "f")
    ledger.night("ab", "c", "def")
    ledger.night("a", "c", "bdef")
    states = resolved(ledger, ids["a"], ids["d"], ledger.keys()["c"])
    assert states[ids["a"]] == (ids["a"], "split_from")
    assert states[ids["d"]] == (ids["d"], "split_from")
    assert states[ledger.keys()["c"]][1] == "current"


def test_an_id_that_came_back_leads_to_itself_again(ledger: Ledger) -> None:
    ledger.night("a", "b")
    ids = ledger.keys()
    lost = max(ids.values())
    ledger.night("ab")
    assert resolved(ledger, lost)[lost] == (min(ids.values()), "merged")
    ledger.night("a", "b")
    assert resolved(ledger, lost)[lost] == (lost, "current")


def test_nothing_asked_is_nothing_answered(ledger: Ledger) -> None:
    ledger.night("a")
    assert resolved(ledger) == {}
