"""Which part keeps which id."""

from __future__ import annotations

import pytest

from tests.unit.linkage.ledger.living import Ledger


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_a_first_night_creates_everyone_with_ids_that_a_rebuild_repeats(ledger: Ledger) -> None:
    ledger.night("ab", "c")
    ids = ledger.keys()
    assert ids["a"] == ids["b"] != ids["c"]
    assert len(ids["a"]) == 24
    assert ledger.events(1) == {("created", ids["a"], None), ("created", ids["c"], None)}
    again = Ledger()
    again.night("c", "ba")
    assert again.keys() == ids


def test_a_quiet_night_changes_no_id_and_logs_nothing(ledger: Ledger) -> None:
    ledger.night("ab", "c")
    ids = ledger.keys()
    ledger.night("ab", "c")
    assert ledger.keys() == ids
    assert ledger.events(2) == set()


def test_a_new_smallest_record_does_not_take_the_id_away(ledger: Ledger) -> None:
    ledger.night("bc")
    old = ledger.keys()["b"]
    ledger.night("abc")
    assert ledger.keys() == dict.fromkeys("abc", old)


def test_an_id_goes_to_the_part_with_most_of_its_records(ledger: Ledger) -> None:
    ledger.night("abcd")
    old = ledger.keys()["a"]
    ledger.night("a", "bcd")
    ids = ledger.keys()
    assert ids["b"] == old != ids["a"]
    assert ledger.events(2) == {("split", ids["a"], old)}


def test_a_tie_goes_to_the_smallest_record(ledger: Ledger) -> None:
    ledger.night("abcd")
    old = ledger.keys()["a"]
    ledger.night("bd", "ac")
    assert ledger.keys()["a"] == old != ledger.keys()["b"]


def test_a_merge_keeps_the_oldest_id_whatever_its_size(ledger: Ledger) -> None:
    ledger.night("z")
    ledger.night("z", "abc")
    first, second = ledger.keys()["z"], ledger.keys()["a"]
    ledger.night("zabc")
    assert set(ledger.keys().values()) == {first}
    assert ledger.events(3) == {("merged", second, first)}


@pytest.mark.parametrize("old", ["z", "zy"])
@pytest.mark.parametrize("young", ["a", "abc"])
@pytest.mark.parametrize("nights", [1, 4])
def test_a_merge_undone_gives_both_their_ids_back(
    ledger: Ledger, old: str, young: str, nights: int
) -> None:
    ledger.night(old)
    ledger.night(old, young)
    ids = ledger.keys()
    for _ in range(nights):
        ledger.night(old + young)
    ledger.night(old, young)
    assert ledger.keys() == ids
    assert ledger.events(3 + nights) == {("returned", ids[young[0]], ids["z"])}


def test_a_record_that_joined_a_merged_person_goes_with_those_it_is_linked_to(
    ledger: Ledger,
) -> None:
    ledger.night("z", "a")
    ids = ledger.keys()
    kept = min(ids.values())
    ledger.night("za")
    ledger.night("zabc")
    ledger.night("z", "abc")
    assert ledger.keys() == {"z": ids["z"], **dict.fromkeys("abc", ids["a"])}
    assert set(ids.values()) == set(ledger.keys().values()) > {kept}


def test_two_merges_undone_at_once_give_all_three_their_ids_back(ledger: Ledger) -> None:
    ledger.night("x")
    ledger.night("x", "y")
    ledger.night("x", "y", "z")
    ids = ledger.keys()
    ledger.night("xyz")
    ledger.night("x", "y", "z")
    assert ledger.keys() == ids


def test_a_chain_of_merges_is_undone_from_the_last(ledger: Ledger) -> None:
    ledger.night("x")
    ledger.night("x", "y")
    ledger.night("x", "y", "z")
    ids = ledger.keys()
    ledger.night("x", "yz")
    ledger.night("xyz")
    ledger.night("x", "yz")
    assert ledger.keys() == {"x": ids["x"], "y": ids["y"], "z": ids["y"]}
    ledger.night("x", "y", "z")
    assert ledger.keys() == ids


def test_half_of_a_merged_person_does_not_get_its_id_back(ledger: Ledger) -> None:
    ledger.night("z")
    ledger.night("z", "ab")
    lost = ledger.keys()["a"]
    ledger.night("zab")
    ledger.night("za", "b")
    assert lost not in ledger.keys().values()


def test_part_of_a_person_that_never_was_one_gets_a_new_id(ledger: Ledger) -> None:
    ledger.night("abc")
    old = ledger.keys()["a"]
    ledger.night("ab", "c")
    ledger.night("abc")
    ledger.night("ac", "b")
    fresh = ledger.keys()["b"]
    assert ledger.keys() == {"a": old, "c": old, "b": fresh}
    assert [n for n in (1, 2, 3) if fresh in {key for _, key, _ in ledger.events(n)}] == []


def test_a_record_that_comes_back_reclaims_the_id_it_had(ledger: Ledger) -> None:
    ledger.night("a", "bc")
    ids = ledger.keys()
    ledger.night("a")
    assert ledger.events(2) == {("retired", ids["b"], None)}
    ledger.night("a", "c")
    assert ledger.keys()["c"] == ids["c"]
    assert ledger.events(3) == {("returned", ids["c"], None)}


def test_most_of_those_who_come_back_have_the_retired_id(ledger: Ledger) -> None:
    ledger.night("abc")
    old = ledger.keys()["a"]
    ledger.night()
    ledger.night("a", "bc")
    assert ledger.keys()["b"] == old != ledger.keys()["a"]


def test_a_record_that_comes_back_while_its_id_lives_gets_another(ledger: Ledger) -> None:
    ledger.night("ab")
    old = ledger.keys()["a"]
    ledger.night("b")
    ledger.night("a", "b")
    assert ledger.keys()["b"] == old != ledger.keys()["a"]


def test_a_retired_id_whose_record_comes_back_as_somebody_is_led_there(ledger: Ledger) -> None:
    ledger.night("a", "b")
    ids = ledger.keys()
    ledger.night("a")
    ledger.night("ab")
    assert set(ledger.keys().values()) == {ids["a"]}
    assert ledger.events(3) == {("merged", ids["b"], ids["a"])}


def test_a_merged_id_whose_records_move_on_is_led_after_them(ledger: Ledger) -> None:
    ledger.night("x")
    ledger.night("x", "lm", "nopq")
    ids = ledger.keys()
    ledger.night("xlm", "nopq")
    ledger.night("x", "lmnopq")
    assert ledger.events(4) == {
        ("merged", ids["l"], ids["n"]),
        ("moved", ids["x"], ids["n"]),
    }


def test_a_key_is_never_given_to_others_even_if_the_smallest_record_is_the_same(
    ledger: Ledger,
) -> None:
    """Record a's own id lives on with b and c, so a needs a second one made from its name."""
    ledger.night("a")
    first = ledger.keys()["a"]
    ledger.night("abc")
    ledger.night("a", "bc")
    second = ledger.keys()["a"]
    assert ledger.keys()["b"] == first != second
    again = Ledger()
    again.night("a")
    assert again.keys()["a"] == first


def test_an_id_whose_merge_is_undone_stands_before_its_own_splinter(ledger: Ledger) -> None:
    ledger.night("z")
    ledger.night("z", "abc")
    ids = ledger.keys()
    ledger.night("zbc", "a")
    splinter = ledger.keys()["a"]
    assert splinter not in ids.values()
    ledger.night("z", "abc")
    assert ledger.keys() == ids
    assert ledger.events(4) == {
        ("returned", ids["a"], ids["z"]),
        ("merged", splinter, ids["a"]),
    }


def test_an_id_that_comes_back_does_not_swallow_a_greater_one(ledger: Ledger) -> None:
    ledger.night("x", "y")
    ledger.night("x", "y", "abc")
    ids = ledger.keys()
    kept, lost = (ids["x"], "y") if ids["x"] < ids["y"] else (ids["y"], "x")
    ledger.night("xy", "abc")
    assert ledger.keys()[lost] == kept
    ledger.night("xy".replace(lost, ""), "abc" + lost)
    assert ledger.keys()[lost] == ids["a"]
    assert ("merged", ids[lost], ids["a"]) in ledger.events(4)
