"""What labels say of all pairs, and what they may not be taken to say."""

from __future__ import annotations

import duckdb
import pytest

from insight_pipeline.linkage.quality.nightly import measure_quality
from tests.unit.linkage.quality.stores import BASIS, lines, store

EVERYONE = ("everyone", "everyone")
# Twenty sure couples, ten doubtful ones, ten couples left nearly apart, as (weight, joined).
COUPLES = [(12.2, True)] * 20 + [(2.2, True)] * 10 + [(-2.2, False)] * 10


def town() -> duckdb.DuckDBPyConnection:
    people: dict[str, list[int]] = {}
    pairs = []
    for n, (weight, joined) in enumerate(COUPLES):
        one, other = 2 * n, 2 * n + 1
        people |= {f"k{one}": [one, other]} if joined else {f"k{one}": [one], f"k{other}": [other]}
        pairs.append((one, other, weight))
    con = store(people, pairs)
    con.execute(
        "create table labelled_pair (rid_l bigint, rid_r bigint, is_match boolean, "
        "sampling_code varchar, is_shown boolean)"
    )
    return con


def label(
    con: duckdb.DuckDBPyConnection, couple: int, same: bool, kind: str, shown: bool = True
) -> None:
    con.execute(
        "insert into labelled_pair values (?, ?, ?, ?, ?)",
        [2 * couple, 2 * couple + 1, same, kind, shown],
    )


def test_without_labels_nothing_is_called_labelled() -> None:
    con = town()
    con.execute("drop table labelled_pair")
    measure_quality(con, BASIS)
    assert not con.execute("select 1 from quality where measure like 'label%'").fetchall()


def test_labels_stand_for_the_pairs_of_their_stratum() -> None:
    con = town()
    label(con, 0, True, "random")
    for couple, same in ((20, True), (21, True), (22, False), (23, False)):
        label(con, couple, same, "split")
    for couple, same in ((30, True), (31, False)):
        label(con, couple, same, "merge")
    measure_quality(con, BASIS)
    precision = lines(con, "labelled_precision")[EVERYONE]
    assert precision["estimate"] == pytest.approx((20 * 1 + 10 * 0.5) / 30)
    recall = lines(con, "labelled_recall")[EVERYONE]
    assert recall["estimate"] == pytest.approx(25 / (25 + 10 * 0.5))
    assert lines(con, "labelled_coverage")[EVERYONE]["estimate"] == 1.0
    assert precision["lower"] < precision["estimate"] < precision["upper"]
    assert precision["method"] == "labels, weighted by stratum"
    assert {group: line["denominator"] for (_, group), line in lines(con, "labels").items()} == {
        "random": 1, "split": 4, "merge": 2,
    }  # fmt: skip


def test_a_stratum_without_labels_is_left_out_and_said_to_be() -> None:
    con = town()
    label(con, 20, True, "split")
    measure_quality(con, BASIS)
    assert lines(con, "labelled_precision")[EVERYONE]["denominator"] == 10
    assert lines(con, "labelled_coverage")[EVERYONE]["estimate"] == pytest.approx(10 / 40)
    assert not lines(con, "labelled_recall")


def test_sure_pairs_shown_because_they_looked_odd_stand_for_none() -> None:
    con = town()
    label(con, 0, False, "conflict")
    label(con, 20, True, "split")
    measure_quality(con, BASIS)
    assert lines(con, "labelled_precision")[EVERYONE]["denominator"] == 10


def test_labels_that_follow_from_others_are_no_labels() -> None:
    con = town()
    label(con, 20, True, "split", shown=False)
    measure_quality(con, BASIS)
    assert not lines(con, "labelled_precision")


def test_a_decision_is_not_the_proof_of_itself() -> None:
    """A couple parted, and one joined, by the label count as what linkage had made of them."""
    con = town()
    con.execute("update person set citizen_key = 'parted' where rid = 41")
    con.execute("update person set citizen_key = 'k60' where rid = 61")
    con.execute("update pair set veto = 'decision' where rid_l = 40")
    con.execute("""
        create table decision_pair as select * from (values
            ('p:40', 'p:41', 'different', 'd1'), ('p:60', 'p:61', 'same', 'd2')
        ) v(record_id_l, record_id_r, verdict, decision_id)
    """)
    label(con, 20, False, "split")
    label(con, 30, True, "merge")
    measure_quality(con, BASIS)
    assert lines(con, "labelled_precision")[EVERYONE]["estimate"] == 0.0
    placed = con.execute("select rid_l, stratum from placed_label order by rid_l").fetchall()
    assert placed == [(40, "joined, doubtful"), (60, "apart, near")]


def test_groups_have_their_own_labels() -> None:
    con = town()
    con.execute("update record set sex = 'M' where rid >= 40")
    label(con, 0, True, "random")
    label(con, 20, False, "split")
    measure_quality(con, BASIS)
    found = lines(con, "labelled_precision")
    assert found["sex", "F"]["estimate"] == 1.0
    assert found["sex", "M"]["estimate"] == 0.0
