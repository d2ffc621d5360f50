"""Clustering against oracles written without looking at it: plain loops and networkx."""

from __future__ import annotations

import random
from itertools import combinations

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import pytest

from insight_pipeline.linkage.people import clustering
from insight_pipeline.linkage.people.clustering import (
    BEST_SHARE,
    CLEARLY,
    CLIP_WEIGHT,
    UNSCORED_WEIGHT,
    Bonds,
    Pairs,
    Partition,
    component_of,
    components,
    no_bonds,
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


def found_by(
    size: int,
    pairs: Pairs,
    numbers: np.ndarray | None = None,
    join: float = JOIN,
    bonds: Bonds | None = None,
) -> Partition:
    bonds = bonds or no_bonds()
    known = np.full((size, 1), -1) if numbers is None else numbers
    return partition(pairs, component_of(size, pairs, bonds, join), known, bonds, join)


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
    """The linkage as one would explain it, over all records at once."""

    def bits(a: int, b: int) -> float:
        known = weights.get((min(a, b), max(a, b)), UNSCORED_WEIGHT)
        return max(-CLIP_WEIGHT, min(CLIP_WEIGHT, known))

    def said(all_bits: list[float]) -> float:
        return (1 - BEST_SHARE) * sum(all_bits) / len(all_bits) + BEST_SHARE * max(all_bits)

    def forbidden(a: int, b: int) -> bool:
        differ = [x >= 0 <= y and x != y for x, y in zip(numbers[a], numbers[b], strict=True)]
        return (min(a, b), max(a, b)) in vetoed or any(differ)

    def kept_apart(one: frozenset[int], two: frozenset[int]) -> bool:
        return any(forbidden(a, b) or (a, b) in torn for a in one for b in two)

    def fit(one: frozenset[int], two: frozenset[int]) -> float:
        return round(said([bits(a, b) for a in one for b in two]), 9)

    torn: set[tuple[int, int]] = set()
    groups = [frozenset({record}) for record in range(size)]
    while True:
        candidates = [
            (-fit(one, two), min(one), min(two), one, two)
            for one, two in combinations(sorted(groups, key=min), 2)
            if not kept_apart(one, two)
        ]
        if not candidates or -min(candidates)[0] < JOIN:
            return set(groups)
        *_, one, two = min(candidates)
        near = max(JOIN, fit(one, two) - CLEARLY)
        hindered = {
            (group, rival)
            for group, wanted in ((one, two), (two, one))
            for rival in groups
            if rival not in (one, two) and kept_apart(wanted, rival)
            if not kept_apart(group, rival) and fit(group, rival) >= near
        }
        if hindered:
            for group, rival in hindered | {(one, two)}:
                torn |= {(a, b) for a in group for b in rival}
                torn |= {(b, a) for a in group for b in rival}
        else:
            groups = [g for g in groups if g not in (one, two)] + [one | two]


def parts(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


@pytest.mark.parametrize("seed", range(60))
def test_the_partition_is_that_of_the_linkage_done_by_hand(seed: int) -> None:
    weights, vetoed, numbers = random_case(seed)
    pairs = as_pairs(weights, vetoed, _chance(seed))
    found = found_by(14, pairs, numbers)
    assert parts(found.cluster) == oracle(14, weights, vetoed, numbers)


@pytest.mark.parametrize("seed", range(20))
def test_no_vetoed_pair_and_no_two_numbers_ever_share_a_person(seed: int) -> None:
    weights, vetoed, numbers = random_case(seed, size=40)
    strong = {pair: abs(weight) for pair, weight in weights.items()}
    found = found_by(40, as_pairs(strong, vetoed, _chance(1)), numbers)
    for a, b in vetoed:
        assert found.cluster[a] != found.cluster[b]
    for label in set(found.cluster.tolist()):
        for issuer in numbers[found.cluster == label].T:
            assert len(set(issuer.tolist()) - {-1}) <= 1


@pytest.mark.parametrize("seed", range(20))
def test_order_of_pairs_does_not_matter(seed: int) -> None:
    weights, vetoed, numbers = random_case(seed, size=25)
    one, other = (found_by(25, as_pairs(weights, vetoed, _chance(s)), numbers) for s in (1, 2))
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
    found = found_by(4, as_pairs(weights, set(), _chance(0)), join=0.0)
    assert parts(found.cluster) == {frozenset({0, 1}), frozenset({2, 3})}
    assert parts(found.component) == {frozenset({0, 1, 2, 3})}


def test_a_component_too_large_to_judge_falls_apart_at_its_weakest_edges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clustering, "LARGEST_COMPONENT", 5)
    weights = {(i, j): 9.0 for g in (0, 4) for i, j in combinations(range(g, g + 4), 2)}
    weights[(3, 4)] = 1.0
    found = found_by(8, as_pairs(weights, set(), _chance(0)), join=0.0)
    assert parts(found.component) == {frozenset(range(4)), frozenset(range(4, 8))}


def test_no_records_and_no_pairs_are_no_error() -> None:
    none = np.array([], dtype=np.int64)
    empty = Pairs(none, none, np.array([]), np.array([], dtype=np.bool_))
    assert found_by(0, empty).cluster.tolist() == []
    assert found_by(3, empty).cluster.tolist() == [0, 1, 2]


@pytest.mark.parametrize("seed", range(20))
def test_components_clustered_together_or_each_alone_give_the_same_people(seed: int) -> None:
    weights, vetoed, numbers = random_case(seed, size=30)
    sparse = {pair: weight for pair, weight in weights.items() if sum(pair) % 5 == 0}
    together = found_by(30, as_pairs(sparse, vetoed & set(sparse), _chance(0)), numbers)
    for label in set(together.component.tolist()):
        members = np.flatnonzero(together.component == label)
        seat = {int(member): position for position, member in enumerate(members)}
        inner = {(seat[a], seat[b]): w for (a, b), w in sparse.items() if a in seat and b in seat}
        forbidden = {(seat[a], seat[b]) for a, b in vetoed & set(sparse) if a in seat and b in seat}
        alone = found_by(len(members), as_pairs(inner, forbidden, _chance(1)), numbers[members])
        assert (members[alone.cluster] == together.cluster[members]).all()


def test_what_was_decided_to_be_one_person_is_one_whatever_weights_and_vetoes_say() -> None:
    weights = {(0, 1): -15.0, (1, 2): 12.0, (0, 3): 9.0}
    bonds = Bonds(np.array([0, 0]), np.array([1, 4]))
    numbers = np.array([[-1], [-1], [-1], [-1], [-1]])
    found = found_by(5, as_pairs(weights, {(0, 1)}, _chance(0)), numbers, 0.0, bonds)
    assert {0, 1, 4} <= next(part for part in parts(found.cluster) if 0 in part)
    assert parts(found.component) == {frozenset(range(5))}


def test_a_vetoed_pair_connects_a_component_and_never_a_person() -> None:
    found = found_by(2, as_pairs({(0, 1): 14.0}, {(0, 1)}, _chance(0)))
    assert parts(found.component) == {frozenset({0, 1})}
    assert parts(found.cluster) == {frozenset({0}), frozenset({1})}


def test_a_record_with_many_faults_is_not_outvoted_by_pairs_nobody_compared() -> None:
    weights = {pair: 14.0 for pair in combinations(range(4), 2)} | {(3, 4): 3.0}
    mean, best = (3.0 + 3 * UNSCORED_WEIGHT) / 4, 3.0
    said = (1 - BEST_SHARE) * mean + BEST_SHARE * best
    above = found_by(5, as_pairs(weights, set(), _chance(0)), join=said + 0.1)
    assert parts(above.cluster) == {frozenset(range(4)), frozenset({4})}
    below = found_by(5, as_pairs(weights, set(), _chance(0)), join=said - 0.1)
    assert mean < said - 0.1 and parts(below.cluster) == {frozenset(range(5))}


def test_a_record_that_fits_two_people_who_must_not_meet_goes_to_neither() -> None:
    father_and_son = {(0, 1): 3.0, (0, 2): 7.0, (1, 2): 7.0 - CLEARLY + 0.5}
    found = found_by(3, as_pairs(father_and_son, {(0, 1)}, _chance(0)))
    assert parts(found.cluster) == {frozenset({0}), frozenset({1}), frozenset({2})}


def test_a_record_that_fits_one_of_them_clearly_better_goes_to_that_one() -> None:
    father_and_son = {(0, 1): 3.0, (0, 2): 7.0, (1, 2): 7.0 - CLEARLY - 0.5}
    found = found_by(3, as_pairs(father_and_son, {(0, 1)}, _chance(0)))
    assert parts(found.cluster) == {frozenset({0, 2}), frozenset({1})}
