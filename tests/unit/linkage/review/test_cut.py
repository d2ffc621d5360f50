"""The weakest cut against an oracle that knows nothing of matrices."""

from __future__ import annotations

import random

import numpy as np
import pytest

from insight_pipeline.linkage.people.clustering import UNSCORED_WEIGHT
from insight_pipeline.linkage.review.cut import matrices, weakest_cuts


def oracle(weights: dict[tuple[int, int], float], size: int) -> tuple[set[int], float]:
    """Join the two groups of the highest mean until two are left."""
    groups = [{seat} for seat in range(size)]

    def mean(one: set[int], other: set[int]) -> float:
        pairs = [(min(a, b), max(a, b)) for a in one for b in other]
        return sum(weights.get(pair, UNSCORED_WEIGHT) for pair in pairs) / len(pairs)

    while len(groups) > 2:
        ranked = [(mean(a, b), -min(a), -min(b)) for a in groups for b in groups if min(a) < min(b)]
        _, first, second = max(ranked)
        drop = next(group for group in groups if min(group) == -second)
        groups.remove(drop)
        next(group for group in groups if min(group) == -first).update(drop)
    return next(group for group in groups if 0 in group), mean(*groups)


@pytest.mark.parametrize("seed", range(20))
def test_the_cut_is_the_last_join_of_average_linkage(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    size, stacks = rng.randint(2, 8), 4
    drawn = [
        {
            (a, b): round(rng.uniform(-9, 15), 3)
            for a in range(size)
            for b in range(a + 1, size)
            if rng.random() < 0.7
        }
        for _ in range(stacks)
    ]
    edges = [(stack, a, b, w) for stack, pairs in enumerate(drawn) for (a, b), w in pairs.items()]
    columns = np.array([edge[:3] for edge in edges], dtype=np.int64).reshape(-1, 3)
    weight = np.array([edge[3] for edge in edges])
    total = matrices(stacks, size, (columns[:, 0], columns[:, 1], columns[:, 2], weight))
    is_left, mean = weakest_cuts(total)
    for stack, weights in enumerate(drawn):
        side, across = oracle(weights, size)
        assert set(np.flatnonzero(is_left[stack])) == side
        assert mean[stack] == pytest.approx(across, abs=1e-6)
