"""Clustering against oracles written without looking at it: plain loops and networkx."""

from __future__ import annotations

import random
from itertools import combinations

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import pytest

from insight_pipeline.linkage.people import clustering
from insight_pipeline.linkage.people.clustering import (
    CLIP_WEIGHT,
    UNSCORED_WEIGHT,
    Pairs,
    components,
    partition,
)

Weights = dict[tuple[int, int], float]
JOIN = -1.0


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311


def random_case(seed: int, size: int = 14) -> tuple[Weights, set[tuple[int, int]], np.ndarray]:
    """Scored pairs in four noisy groups, a few vetoed, and numbers of two issuers."""
    rng = _chance(seed)
    weights: Weights = {}
    for pair in combinations(range(size), 2):
        if rng.random() < 0.75:
            mean = 8.0 if pair[0] % 4 == pair[1] % 4 else -5.0
            weights[pair] = round(rng.gauss(mean, 9.0), 6)
    vetoed = {pair for pair in weights if rng.random() < 0.05}
    numbers = [[rng.choice([-1, -1, 0, 1]), rng.choice([-1, -1, -1, 7])] for _ in range(size)]
    return weights, vetoed, np.array(numbers, dtype=np.int64)


def as_pairs(weights: Weights, vetoed: set[tuple[int, int]], order: random.Random) -> Pairs:
    pairs = list(weights)
    order.shuffle(pairs)
    return Pairs(
        left=np.array([a for a, _ in pairs], dtype=np.int64),
        right=np.array([b for _, b in pairs], dtype=np.int64),
        weight=np.array([weights[p] for p in pairs]),
        vetoed=np.array([p in vetoed for p in pairs], dtype=np.bool_),
    )


def oracle(
    size: int, weights: Weights, vetoed: set[tuple[int, int]], numbers: np.ndarray
) -> set[frozenset[int]]:
    """Average linkage as one would explain it, over all records at once."""

    def bits(a: int, b: int) -> float:
        known = weights.get((min(a, b), max(a, b)), UNSCORED_WEIGHT)
        return max(-CLIP_WEIGHT, min(CLIP_WEIGHT, known))

    def forbidden(a: int, b: int) -> bool:
        differ = [x >= 0 <= y and x != y for x, y in zip(numbers[a], numbers[b], strict=True)]
        return (min(a, b), max(a, b)) in vetoed or any(differ)

    groups = [frozenset({record}) for record in range(size)]
    while True:
        candidates = [
            (-sum(bits(a, b) for a in one for b in two) / (len(one) * len(two)), one, two)
            for one, two in combinations(sorted(groups, key=min), 2)
            if not any(forbidden(a, b) for a in one for b in two)
        ]
        if not candidates:
            return set(groups)
        worst, one, two = min(candidates, key=lambda c: (round(c[0], 9), min(c[1]), min(c[2])))
        if -worst < JOIN:
            return set(groups)
        groups = [g for g in groups if g not in (one, two)] + [one | two]


def parts(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


@pytest.mark.parametrize("seed", range(60))
def test_the_partition_is_that_of_average_linkage_done_by_hand(seed: int) -> None:
    weights, vetoed, numbers = random_case(seed)
    pairs = as_pairs(weights, vetoed, _chance(seed))
    conflicts = (
        (numbers[pairs.left] >= 0)
        & (numbers[pairs.right] >= 0)
        & (numbers[pairs.left] != numbers[pairs.right])
    ).any(axis=1)
    marked = Pairs(pairs.left, pairs.right, pairs.weight, pairs.vetoed | conflicts)
    found = partition(14, marked, numbers, JOIN)
    assert parts(found.cluster) == oracle(14, weights, vetoed, numbers)


@pytest.mark.parametrize("seed", range(20))
def test_no_vetoed_pair_and_no_two_numbers_ever_share_a_person(seed: int) -> None:
    weights, vetoed, numbers = random_case(seed, size=40)
    strong = {pair: abs(weight) for pair, weight in weights.items()}
    found = partition(40, as_pairs(strong, vetoed, _chance(1)), numbers, JOIN)
    for a, b in vetoed:
        assert found.cluster[a] != found.cluster[b]
    for label in set(found.cluster.tolist()):
        for issuer in numbers[found.cluster == label].T:
            assert len(set(issuer.tolist()) - {-1}) <= 1


@pytest.mark.parametrize("seed", range(20))
def test_order_of_pairs_does_not_matter(seed: int) -> None:
    weights, vetoed, numbers = random_case(seed, size=25)
    one, other = (
        partition(25, as_pairs(weights, vetoed, _chance(s)), numbers, JOIN) for s in (1, 2)
    )
    assert (one.cluster == other.cluster).all() and (one.component == other.component).all()


@pytest.mark.parametrize("seed", range(20))
def test_components_are_those_of_networkx_named_by_their_smallest_member(seed: int) -> None:
    rng = _chance(seed)
    edges = [(rng.randrange(40), rng.randrange(40)) for _ in range(30)]
    left, right = np.array(edges, dtype=np.int64).T
    labels = components(40, left, right)
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(40))
    assert parts(labels) == {frozenset(part) for part in nx.connected_components(graph)}
    assert all(label == min(np.flatnonzero(labels == label)) for label in set(labels.tolist()))


def test_a_strong_pair_does_not_chain_two_groups_that_otherwise_disagree() -> None:
    weights = {(0, 1): 15.0, (2, 3): 15.0, (1, 2): 6.0, (0, 2): -12.0, (0, 3): -12.0, (1, 3): -12.0}
    found = partition(
        4,
        as_pairs(weights, set(), _chance(0)),
        np.full((4, 1), -1),
        0.0,
    )
    assert parts(found.cluster) == {frozenset({0, 1}), frozenset({2, 3})}
    assert parts(found.component) == {frozenset({0, 1, 2, 3})}


def test_a_component_too_large_to_judge_falls_apart_at_its_weakest_edges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clustering, "LARGEST_COMPONENT", 5)
    weights = {(i, j): 9.0 for g in (0, 4) for i, j in combinations(range(g, g + 4), 2)}
    weights[(3, 4)] = 1.0
    found = partition(
        8,
        as_pairs(weights, set(), _chance(0)),
        np.full((8, 1), -1),
        0.0,
    )
    assert parts(found.component) == {frozenset(range(4)), frozenset(range(4, 8))}


def test_no_records_and_no_pairs_are_no_error() -> None:
    none = np.array([], dtype=np.int64)
    empty = Pairs(none, none, np.array([]), np.array([], dtype=np.bool_))
    assert partition(0, empty, np.full((0, 1), -1), 0.0).cluster.tolist() == []
    assert partition(3, empty, np.full((3, 1), -1), 0.0).cluster.tolist() == [0, 1, 2]
