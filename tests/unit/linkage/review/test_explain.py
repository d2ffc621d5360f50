"""Explanations add up to the weight that linking used, and tell nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from insight_pipeline.linkage.model.comparisons import COMPARISONS
from insight_pipeline.linkage.review.cluster import explain_cluster
from insight_pipeline.linkage.review.explain import (
    MISSING,
    NAMESAKES,
    NUMBER,
    PRIOR,
    RELATIVES,
    Explanation,
    explain_pairs,
)
from insight_pipeline.linkage.review.workspace import Workspace, open_workspace
from tests.unit.linkage.review.linked import CANARIES, linked_home
from tests.unit.linkage.review.scene import scene

Pair = tuple[int, int]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with open_workspace(linked_home(tmp_path_factory.mktemp("town"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def stored(workspace: Workspace) -> dict[Pair, float]:
    rows = workspace.con.execute("select rid_l, rid_r, match_weight from pair").fetchall()
    return {(left, right): weight for left, right, weight in rows}


@pytest.fixture(scope="module")
def explained(workspace: Workspace, stored: dict[Pair, float]) -> dict[Pair, Explanation]:
    records = workspace.con.execute("select record_id from person").fetchall()
    workspace.fetch_records([record for (record,) in records])
    return explain_pairs(workspace.con, workspace.frozen.model, list(stored))


def test_every_stored_pair_is_explained_to_the_last_bit(
    stored: dict[Pair, float], explained: dict[Pair, Explanation]
) -> None:
    assert set(explained) == set(stored)
    assert len(stored) > 300
    for pair, explanation in explained.items():
        assert sum(step.bits for step in explanation.steps) == pytest.approx(stored[pair], abs=1e-5)
        assert explanation.weight == pytest.approx(stored[pair], abs=1e-5)


def test_an_explanation_names_every_comparison_once_and_in_order(
    explained: dict[Pair, Explanation],
) -> None:
    names = [PRIOR, *(comparison.name for comparison in COMPARISONS), RELATIVES, NAMESAKES]
    for explanation in explained.values():
        told = [step.name for step in explanation.steps]
        assert told in (names, [*names, NUMBER])
    assert any(explanation.steps[-1].name == NUMBER for explanation in explained.values())


def test_what_is_not_known_of_both_says_nothing(explained: dict[Pair, Explanation]) -> None:
    missing = [s for e in explained.values() for s in e.steps if s.label == MISSING]
    assert missing
    assert all(step.bits == 0 and step.level is None for step in missing)


def test_rarity_is_told_apart_from_the_rest(explained: dict[Pair, Explanation]) -> None:
    steps = [step for e in explained.values() for step in e.steps if step.rarity]
    labels = {lv.label for c in COMPARISONS for lv in c.levels if lv.frequency}
    assert steps
    assert {step.label for step in steps} <= labels


def test_no_value_of_a_record_stands_in_an_explanation(
    workspace: Workspace, explained: dict[Pair, Explanation]
) -> None:
    canaries = workspace.rids(["north:7003a", "south:7003b"])
    assert len(canaries) == 2
    pair = (min(canaries.values()), max(canaries.values()))
    assert pair in explained
    graph = explain_cluster(workspace.con, list(canaries))
    assert [(edge.left, edge.right) for edge in graph.edges] == [(0, 1)]
    for canary in CANARIES:
        assert canary not in repr(explained.values()) + repr(graph)


def test_the_same_pair_is_explained_alike_alone_and_in_company(
    workspace: Workspace, explained: dict[Pair, Explanation]
) -> None:
    pair = sorted(explained)[7]
    rows = workspace.con.execute("select record_id from person where rid in (?, ?)", list(pair))
    workspace.fetch_records([record for (record,) in rows.fetchall()])
    alone = explain_pairs(workspace.con, workspace.frozen.model, [(pair[1], pair[0])])
    assert alone == {pair: explained[pair]}


def test_a_cluster_is_explained_by_positions_and_its_weakest_cut() -> None:
    weights = {"ab": 9.0, "cd": 8.0, "ac": 1.0}
    with scene({"x": "abcd"}, weights, {"ac": "twins"}) as con:
        graph = explain_cluster(con, ["d", "c", "b", "a"])
    assert {(e.left, e.right, e.weight, e.veto) for e in graph.edges} == {
        (2, 3, 9.0, None), (0, 1, 8.0, None), (1, 3, 1.0, "twins"),
    }  # fmt: skip
    assert graph.side == (0, 1)
    assert graph.across == pytest.approx((1 - 5 - 5 - 5) / 4)
    assert graph.density(0.0) == 0.5


def test_a_single_record_has_no_cut() -> None:
    with scene({"x": "a"}, {}) as con:
        graph = explain_cluster(con, ["a"])
    assert (graph.size, graph.edges, graph.across, graph.density(0.0)) == (1, (), None, 1.0)
