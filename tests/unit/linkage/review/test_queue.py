"""The review queue: what is asked, what is not, and what is asked first."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from insight_pipeline.linkage.review.draw import draw_pairs
from insight_pipeline.linkage.review.marks import evidence_mark
from insight_pipeline.linkage.review.queue import find_items, ranked, write_items
from tests.unit.linkage.review.decided import decision, policy
from tests.unit.linkage.review.scene import JOIN, decide, items, scene, told


def test_two_people_whose_mean_weight_is_just_below_the_threshold_are_asked_about() -> None:
    with scene({"x": "ab", "y": "cd"}, {"ab": 15, "cd": 15, "ac": 4, "bd": -3}) as con:
        # 4 - 3 and twice the -5 of pairs never scored, over four pairs.
        assert told(con) == {("near_join", "ab", "cd")}
        (found,) = items(con)
    assert found.weight == pytest.approx((4 - 3 - 5 - 5) / 4)
    assert found.pair == ("a", "c")
    assert found.scope == "people"
    assert found.probability == pytest.approx(1 / (1 + 2**2.25), abs=1e-6)
    assert found.uncertainty == pytest.approx(found.probability * (1 - found.probability), abs=1e-6)


def test_two_people_far_below_the_threshold_are_not() -> None:
    with scene({"x": "ab", "y": "cd"}, {"ab": 15, "cd": 15, "ac": -3, "bd": -7}) as con:
        assert told(con) == set()


def test_a_person_who_hangs_by_a_thread_is_asked_about_at_its_weakest_cut() -> None:
    weights = {"ab": 15, "cd": 15, "ac": 2, "ad": 2, "bc": 2, "bd": 2}
    with scene({"x": "abcd", "y": "ef"}, {**weights, "ef": 9}) as con:
        assert told(con) == {("weak_cut", "ab", "cd")}
        assert items(con)[0].weight == 2.0


def test_people_of_two_records_are_cut_too() -> None:
    with scene({"x": "ab", "y": "cd"}, {"ab": 3.9, "cd": 4.1}) as con:
        assert told(con) == {("weak_cut", "a", "b")}


def test_a_large_person_of_whom_few_pairs_agree_is_suspicious() -> None:
    chain = {"ab": 15, "bc": 15, "cd": 15, "de": 15, "ef": 15}
    with scene({"x": "abcdef"}, chain) as con:
        ((kind, left, right),) = told(con)
    assert kind == "suspicious"
    assert sorted(left + right) == list("abcdef")


def test_what_only_a_veto_holds_apart_is_asked_about() -> None:
    with scene(
        {"x": "a", "y": "b", "z": "c"}, {"ab": 9, "ac": 3}, {"ab": "twins", "ac": "twins"}
    ) as con:
        assert told(con) == {("veto", "a", "b")}
        assert items(con)[0].weight == 9.0


def test_what_is_decided_is_not_asked_again(tmp_path: Path) -> None:
    people, pairs = (
        {"x": "ab", "y": "cd", "z": "ef"},
        {"ab": 2, "cd": 15, "ac": 4, "bd": -3, "ef": 2},
    )
    with scene(people, pairs) as con:
        assert len(told(con)) == 3
        same = evidence_mark(con, ["a", "b", "c", "d"])
        decide(con, tmp_path, [decision(1, "a b", "c d", "different", evidence_mark=same)])
        assert told(con) == {("weak_cut", "a", "b"), ("weak_cut", "e", "f")}


def test_a_decision_is_asked_again_when_the_evidence_changed(tmp_path: Path) -> None:
    with scene({"x": "a", "y": "b"}, {"ab": -2}, says={"a": "ashby", "b": "ashbee"}) as con:
        mark = evidence_mark(con, ["b", "a"])
        decide(con, tmp_path, [decision(1, "a", "b", "different", evidence_mark=mark)])
        assert told(con) == set()
        con.execute("insert into evidence_value values ('a', 'family_name', 'ashbee')")
        assert told(con) == {("evidence_changed", "a", "b")}
        again = decision(
            2, "a", "b", "different", "ben", evidence_mark=evidence_mark(con, ["a", "b"])
        )
        decide(con, tmp_path, [decision(1, "a", "b", "different", evidence_mark=mark), again])
        assert told(con) == set()


def test_disagreements_and_second_opinions_are_asked_about(tmp_path: Path) -> None:
    with scene({"x": "a", "y": "b", "z": "c"}, {}) as con:
        mark = evidence_mark(con, ["a", "b"])
        rows = [decision(1, "a", "b", "same", evidence_mark=mark)]
        decide(con, tmp_path, rows, required=2)
        assert told(con) == {("second_opinion", "a", "b")}
        decide(con, tmp_path, [*rows, decision(2, "a", "b", "different", "ben")], required=2)
        assert told(con) == {("disagreement", "a", "b")}


def test_a_decision_put_back_is_asked_again(tmp_path: Path) -> None:
    with scene({"x": "a", "y": "b", "z": "c"}, {}) as con:
        ends = [("a", "b", "same"), ("a", "c", "different"), ("b", "c", "same")]
        rows = [
            decision(turn, left, right, word, evidence_mark=evidence_mark(con, [left, right]))
            for turn, (left, right, word) in enumerate(ends)
        ]
        decide(con, tmp_path, rows)
        assert told(con) == {("contradiction", "b", "c")}


def test_records_that_are_gone_are_not_asked_about(tmp_path: Path) -> None:
    with scene({"x": "a"}, {}) as con:
        decide(con, tmp_path, [decision(1, "a", "z", "same")])
        assert told(con) == set()


def test_rank_is_effect_times_uncertainty() -> None:
    people = {"x": "a", "y": "b", "p": "c", "q": "d"}
    with scene(people, {"ab": -0.5, "cd": -3}) as con:
        assert [item.records_l for item in items(con)] == [("a",), ("c",)]
        effects = pl.DataFrame({"citizen_key": ["x", "p", "q"], "effect": [1, 40, 2]})
        by_effect = ranked(con, effects)
    assert [(item.records_l, item.effect, item.place) for item in by_effect] == [
        (("c",), 42, 1),
        (("a",), 1, 2),
    ]


def test_an_item_keeps_its_id_whatever_its_weight() -> None:
    with (
        scene({"x": "a", "y": "b"}, {"ab": -1}) as one,
        scene({"y": "a", "x": "b"}, {"ab": 9}, {"ab": "twins"}) as two,
    ):
        assert items(one)[0].item_id == items(two)[0].item_id


def test_chance_draws_the_same_pairs_from_every_weight() -> None:
    people = {letter: letter for letter in "abcdefgh"}
    pairs = {"ab": -3.0, "cd": -2.5, "ef": 5.0, "gh": 5.5, "ah": 9.0}
    with scene(people, pairs) as con:
        draw_pairs(con, 1)
        assert write_items(con) == {"random": 3}
        drawn = [item.item_id for item in ranked(con, None)]
        draw_pairs(con, 1)
        write_items(con)
        assert [item.item_id for item in ranked(con, None)] == drawn


def test_counts_are_told_by_kind() -> None:
    with scene({"x": "a", "y": "b", "z": "cd"}, {"ab": -1, "cd": 1}) as con:
        assert find_items(con, JOIN, policy()) == {"weak_cut": 1, "near_join": 1}
