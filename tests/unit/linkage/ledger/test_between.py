"""What is said between two groups of records."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from insight_pipeline.linkage.ledger.between import weigh

ONE, TWO = [("x", 1, 1, "a"), ("x", 1, 2, "b")], [("x", 2, 3, "c"), ("x", 2, 4, "d")]


def between(
    sides: list[tuple[str, int, int, str]],
    pairs: list[tuple[int, int, float, str | None]] = [],  # noqa: B006
    decisions: list[tuple[str, str, str, str]] = [],  # noqa: B006
) -> dict[str, Any]:
    """The one row for id x."""
    with duckdb.connect() as con:
        con.execute("create table side (id varchar, side int, rid bigint, record_id varchar)")
        con.execute(
            "create table given_pair"
            " (rid_l bigint, rid_r bigint, match_weight double, veto varchar)"
        )
        con.execute(
            "create table given_decision_pair (record_id_l varchar, record_id_r varchar,"
            " verdict varchar, decision_id varchar)"
        )
        for table, rows in (("side", sides), ("given_pair", pairs)):
            for row in rows:
                con.execute(f"insert into {table} values (?, ?, ?, ?)", list(row))
        for decision in decisions:
            con.execute("insert into given_decision_pair values (?, ?, ?, ?)", list(decision))
        weigh(con, "found", "side")
        found = con.execute("from found where id = 'x'")
        (row,) = found.fetchall()
        return dict(zip([column[0] for column in found.description], row, strict=True))


def test_every_pair_of_the_two_sides_counts_scored_or_not() -> None:
    found = between(ONE + TWO, [(1, 3, 9.0, None), (2, 4, 3.0, None)])
    assert (found["records_1"], found["records_2"], found["pairs"]) == (2, 2, 2)
    assert found["mean"] == (9.0 + 3.0 - 5.0 - 5.0) / 4
    assert found["strongest"] == 9.0


def test_pairs_within_a_side_or_of_others_count_for_nothing() -> None:
    alone = between(ONE + TWO, [(1, 3, 9.0, None)])
    more = [(1, 3, 9.0, None), (1, 2, 99.0, "twins"), (3, 4, -99.0, None), (1, 9, 50.0, None)]
    assert between([*ONE, *TWO, ("y", 2, 9, "z")], more) == alone


@pytest.mark.parametrize(("weight", "counted"), [(40.0, 15.0), (-40.0, -15.0), (2.5, 2.5)])
def test_one_pair_cannot_outweigh_all_others(weight: float, counted: float) -> None:
    found = between([ONE[0], TWO[0]], [(1, 3, weight, None)])
    assert (found["mean"], found["strongest"]) == (counted, weight)


def test_it_does_not_matter_which_side_a_pair_begins_on() -> None:
    turned = [(i, 3 - side, rid, name) for i, side, rid, name in ONE + TWO]
    pairs = [(1, 3, 9.0, "twins"), (2, 4, 3.0, None)]
    decisions = [("a", "d", "different", "7")]
    assert between(turned, pairs, decisions) == between(ONE + TWO, pairs, decisions)


def test_vetoes_and_decisions_between_the_sides_are_listed_once() -> None:
    found = between(
        ONE + TWO,
        [(1, 3, -3.0, "twins"), (2, 3, -3.0, "twins"), (1, 4, 0.0, "father and son")],
        [("a", "c", "different", "9"), ("b", "c", "same", "8"), ("a", "b", "same", "7")],
    )
    assert found["vetoes"] == ["father and son", "twins"]
    assert found["decisions"] == ["8", "9"]
    assert (found["is_same"], found["is_different"]) == (True, True)


def test_a_side_nobody_is_on_has_no_mean() -> None:
    found = between(ONE)
    assert (found["mean"], found["records_2"], found["is_same"]) == (None, 0, False)
