"""Decisions that contradict one another through others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import networkx as nx
import pytest

from tests.unit.linkage.review.decided import decision, effective, load

Con = duckdb.DuckDBPyConnection


@pytest.fixture
def con() -> Iterator[Con]:
    with duckdb.connect() as opened:
        yield opened


def test_the_must_link_that_completes_a_contradiction_is_put_back(con: Con, tmp_path: Path) -> None:
    rows = [
        decision(1, "a", "b", "same"),
        decision(2, "a", "c", "different"),
        decision(3, "b", "c", "same"),
    ]
    counts = load(con, tmp_path, rows)
    assert counts.put_back == ("d003",)
    assert effective(con) == {("a", "b", "same"), ("a", "c", "different")}
    assert con.execute("select * from decision_conflict").fetchall() == [("d003", "d002")]


def test_a_later_do_not_link_stands_against_earlier_must_links(con: Con, tmp_path: Path) -> None:
    rows = [
        decision(1, "a", "b", "same"),
        decision(2, "b", "c", "same"),
        decision(3, "a", "c", "different"),
    ]
    assert load(con, tmp_path, rows).put_back == ("d002",)
    assert effective(con) == {("a", "b", "same"), ("a", "c", "different")}


def test_must_links_beside_a_contradiction_are_left_alone(con: Con, tmp_path: Path) -> None:
    rows = [
        decision(1, "a", "b", "same"),
        decision(2, "b", "c", "same"),
        decision(3, "a", "c", "different"),
        decision(4, "c", "d", "same"),
        decision(5, "x", "y", "same"),
    ]
    counts = load(con, tmp_path, rows)
    assert counts.put_back == ("d002",)
    assert {("c", "d", "same"), ("x", "y", "same")} <= effective(con)


def test_a_verdict_on_two_people_is_put_back_whole(con: Con, tmp_path: Path) -> None:
    rows = [
        decision(1, "b", "e", "different"),
        decision(2, "d", "e", "same"),
        decision(3, "a b", "c d", "same", "ben"),
    ]
    assert load(con, tmp_path, rows).put_back == ("d003",)
    assert effective(con) == {("b", "e", "different"), ("d", "e", "same")}


@pytest.mark.parametrize("seed", range(12))
def test_no_chain_of_must_links_ever_joins_what_is_held_apart(
    con: Con, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311
    records = [f"r{n}" for n in range(14)]
    pairs = [(left, right) for left in records for right in records if left < right]
    rows = []
    for turn, (left, right) in enumerate(rng.sample(pairs, 30)):
        word = "different" if rng.random() < 0.3 else "same"
        rows.append(decision(turn, left, right, word, f"reviewer{turn}"))
    counts = load(con, tmp_path, rows)
    found = effective(con)
    graph = nx.Graph((left, right) for left, right, word in found if word == "same")
    graph.add_nodes_from(records)
    for left, right, word in found:
        assert word == "same" or not nx.has_path(graph, left, right)
    apart = {(left, right) for left, right, word in found if word == "different"}
    for decision_id in counts.put_back:
        row = next(row for row in rows if row["decision_id"] == decision_id)
        tried = graph.copy()
        tried.add_edge(row["record_id_l"], row["record_id_r"])
        assert any(nx.has_path(tried, left, right) for left, right in apart)
