"""What partners are told, and when."""

from __future__ import annotations

import pytest

from insight_pipeline.linkage.ledger.announcing import change_feed
from tests.unit.linkage.ledger.living import Ledger


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def feed(ledger: Ledger, since: int) -> list[tuple[str, str, str | None, str]]:
    """Event, citizen_key, other_key, reason."""
    rows = change_feed(ledger.con, since).fetchall()
    return [(row[2], row[3], row[4], row[6]) for row in rows]


def test_new_people_are_told_at_once_and_so_is_who_goes(ledger: Ledger) -> None:
    ledger.night("ab", "c")
    ids = ledger.keys()
    assert ledger.told() == ids
    ledger.night("ab")
    assert [row[:2] for row in feed(ledger, 0)] == [
        ("created", min(ids.values())),
        ("created", max(ids.values())),
        ("retired", ids["c"]),
    ]
    assert ledger.told().keys() == {"a", "b"}


def test_a_clear_merge_is_told_at_once_and_an_unclear_one_waits(ledger: Ledger) -> None:
    ledger.night("a", "b", "c", "d")
    ids = ledger.keys()
    ledger.night("ab", "cd", pairs={"ab": 3.0, "cd": 2.9})
    told = ledger.told()
    assert told["a"] == told["b"]
    assert (told["c"], told["d"]) == (ids["c"], ids["d"])
    lost, kept = max(ids["a"], ids["b"]), min(ids["a"], ids["b"])
    assert feed(ledger, 1) == [("merged", lost, kept, "clear weight")]


def test_a_clear_split_is_told_at_once_and_an_unclear_one_waits(ledger: Ledger) -> None:
    ledger.night("ab", "cd")
    ledger.night("a", "b", "c", "d", pairs={"ab": -3.1, "cd": -3.0})
    told = ledger.told()
    assert told["a"] != told["b"]
    assert told["c"] == told["d"]
    assert ledger.announced is not None
    assert (ledger.announced.told, ledger.announced.held) == (1, 1)


def test_an_unclear_change_is_told_on_its_third_night_though_nothing_touches_it(
    ledger: Ledger,
) -> None:
    ledger.night("a", "b")
    first = ledger.told()
    ledger.night("ab", pairs={"ab": 1.0})
    ledger.night(gone="")
    assert ledger.told() == first
    ledger.night(gone="")
    assert ledger.told() == ledger.keys()
    assert [row[3] for row in feed(ledger, 1)] == ["has stood"]


def test_a_change_undone_before_its_third_night_was_never_there(ledger: Ledger) -> None:
    ledger.night("a", "b")
    for _ in range(3):
        ledger.night("ab", pairs={"ab": 1.0})
        ledger.night("ab", pairs={"ab": 1.0})
        ledger.night("a", "b", pairs={"ab": -1.0})
    assert feed(ledger, 1) == []
    assert ledger.told() == ledger.keys()


@pytest.mark.parametrize("said", ["same", None])
def test_a_decision_is_told_at_once(ledger: Ledger, said: str | None) -> None:
    """Also one that is withdrawn, and so no longer among those in force."""
    ledger.night("a", "b")
    decisions = {} if said is None else {"ab": said}
    causes = {"a": "decision", "b": "decision"}
    ledger.night("ab", pairs={"ab": 1.0}, decisions=decisions, causes=causes)
    assert ledger.told() == ledger.keys()
    assert [row[3] for row in feed(ledger, 1)] == ["decision or veto"]


def test_a_decision_about_somebody_else_does_not_hurry_a_change(ledger: Ledger) -> None:
    ledger.night("a", "bc")
    ledger.night("abc", causes={"b": "decision", "c": "decision"})
    assert ledger.told() != ledger.keys()


@pytest.mark.parametrize("how", ["veto", "decision"])
def test_a_split_that_a_veto_or_decision_demands_is_told_at_once(ledger: Ledger, how: str) -> None:
    ledger.night("ab")
    if how == "veto":
        ledger.night("a", "b", pairs={"ab": 1.0}, vetoes={"ab": "twins"})
    else:
        ledger.night("a", "b", pairs={"ab": 1.0}, decisions={"ab": "different"})
    assert ledger.told() == ledger.keys()
    assert [row[0] for row in feed(ledger, 1)] == ["split"]


@pytest.mark.parametrize(("left", "joined", "is_told"), [(-9, 9, 1), (-9, 1, 0), (1, 9, 0)])
def test_a_move_must_be_clear_on_both_sides(
    ledger: Ledger, left: float, joined: float, is_told: int
) -> None:
    ledger.night("abc", "de")
    ids = ledger.keys()
    weights = {"ac": left, "bc": left, "cd": joined, "ce": joined}
    ledger.night("ab", "cde", pairs=weights)
    expected = [("moved", ids["c"], ids["d"], "clear weight")]
    assert feed(ledger, 1) == expected * is_told


def test_a_new_record_goes_by_the_id_its_people_go_by(ledger: Ledger) -> None:
    """c comes to b, whose split from a is not told yet: nobody hears of a new person."""
    ledger.night("ab")
    told = ledger.told()["a"]
    ledger.night("a", "bc", pairs={"ab": -1.0, "bc": 9.0})
    assert ledger.keys()["b"] != told
    assert set(ledger.told().values()) == {told}
    assert feed(ledger, 1) == []
    ledger.night("abc")
    assert ledger.told() == ledger.keys()
    assert feed(ledger, 1) == []


def test_an_id_told_of_before_is_not_created_twice(ledger: Ledger) -> None:
    ledger.night("a", "b")
    ids = ledger.keys()
    ledger.night("ab", pairs={"ab": 9.0})
    ledger.night("a", "b", pairs={"ab": -9.0})
    lost, kept = max(ids.values()), min(ids.values())
    assert [row[:3] for row in feed(ledger, 1)] == [
        ("merged", lost, kept),
        ("returned", lost, kept),
    ]


def test_a_change_of_name_alone_does_not_wait(ledger: Ledger) -> None:
    """The merge is unclear, but then the survivor's own record goes: nothing is left to doubt."""
    ledger.night("a", "b")
    ids = ledger.keys()
    kept, lost = sorted(ids, key=lambda record: ids[record])
    ledger.night("ab", pairs={"ab": 1.0})
    ledger.night(lost)
    assert ledger.told() == {lost: ids[kept]}
    assert feed(ledger, 1) == [("merged", ids[lost], ids[kept], "name only")]


def test_the_feed_begins_after_the_night_last_read(ledger: Ledger) -> None:
    ledger.night("a")
    ledger.night("a", "b")
    assert len(feed(ledger, 0)) == 2
    assert [row[1] for row in feed(ledger, 1)] == [ledger.keys()["b"]]
    assert feed(ledger, 2) == []
