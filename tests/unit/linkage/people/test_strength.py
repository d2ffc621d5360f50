"""Which people hang together loosely."""

from __future__ import annotations

from itertools import combinations, pairwise

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
import pytest

from insight_pipeline.linkage.people.clustering import Pairs
from insight_pipeline.linkage.people.strength import doubtful, weakest_bridge

JOIN = 0.0


def as_pairs(weights: dict[tuple[int, int], float]) -> Pairs:
    ends = np.array(sorted(weights), dtype=np.int64).reshape(-1, 2)
    bits = np.array([weights[pair] for pair in sorted(weights)])
    return Pairs(ends[:, 0], ends[:, 1], bits, np.zeros(len(bits), dtype=np.bool_))


def told(weights: dict[tuple[int, int], float], cluster: list[int]) -> list[bool]:
    return [bool(found) for found in doubtful(np.array(cluster), as_pairs(weights), JOIN)]


def test_a_chain_of_weak_pairs_is_doubtful_and_says_so_of_every_record_in_it() -> None:
    chain = {pair: 3.0 for pair in pairwise(range(5))}
    assert told(chain, [0, 0, 0, 0, 0, 5]) == [True] * 5 + [False]


def test_a_chain_of_strong_pairs_and_a_dense_cluster_of_weak_ones_are_not() -> None:
    chain = {pair: 14.0 for pair in pairwise(range(5))}
    dense = {pair: 1.0 for pair in combinations(range(5), 2)}
    assert told(chain, [0] * 5) == told(dense, [0] * 5) == [False] * 5


def test_two_records_are_never_doubtful() -> None:
    assert told({(0, 1): 0.5}, [0, 0]) == [False, False]


@pytest.mark.parametrize("seed", range(10))
def test_the_weakest_bridge_is_that_of_the_maximum_spanning_tree_of_networkx(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = {pair: float(round(rng.normal(0, 8), 3)) for pair in combinations(range(9), 2)}
    pairs = as_pairs(weights)
    found = weakest_bridge(np.zeros(9, dtype=np.int64), pairs, np.ones(len(weights), dtype=bool))
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, w) for (a, b), w in weights.items())
    tree = nx.maximum_spanning_tree(graph)
    assert found[0] == min(w for _, _, w in tree.edges(data="weight"))
    assert np.isinf(found[1:]).all()
