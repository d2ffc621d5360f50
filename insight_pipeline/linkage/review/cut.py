"""The weakest cut of a cluster: the two groups it would fall into if it were not one person.

Belongs here: the numbers. Does not belong here: which clusters are looked at (candidates), or the
partition itself (clustering), which also counts the best pair between two groups.
"""

from __future__ import annotations

import numpy as np

from insight_pipeline.linkage.arrays import Booleans, Floats, Integers
from insight_pipeline.linkage.people.clustering import CLIP_WEIGHT, UNSCORED_WEIGHT
from insight_pipeline.linkage.people.groups import MICRO, Groups


def micro_bits(weight: Floats) -> Integers:
    """Match weights as clustering counts them: clipped, in whole millionths of a bit."""
    return np.rint(np.clip(weight, -CLIP_WEIGHT, CLIP_WEIGHT) * MICRO).astype(np.int64)


def matrices(count: int, size: int, edges: tuple[Integers, Integers, Integers, Floats]) -> Integers:
    """`count` symmetric matrices from edges (stack, row, column, weight); the rest is unscored."""
    stack, row, column, weight = edges
    total = np.full((count, size, size), round(UNSCORED_WEIGHT * MICRO), dtype=np.int64)
    total[stack, row, column] = micro_bits(weight)
    total[stack, column, row] = micro_bits(weight)
    return total


def weakest_cuts(total: Integers) -> tuple[Booleans, Floats]:
    """Per matrix of a stack: which seats are on the side of seat 0, and the mean weight across.

    Groups are joined from the strongest mean down until two are left, so that what parts them is
    the last thing that made them one. Ties go to the smallest seats.
    """
    count, size, _ = total.shape
    groups, rows = Groups(total.copy()), np.arange(count)
    for _ in range(size - 2):
        groups.merge(rows, *_strongest(groups))
    keep, drop = _strongest(groups)
    mean: Floats = np.rint(groups.total[rows, keep, drop] / groups.pairs()[rows, keep, drop])
    return groups.seat == 0, mean / MICRO


def _strongest(groups: Groups) -> tuple[Integers, Integers]:
    mean = groups.total / groups.pairs()
    mean[groups.blocked] = -np.inf
    best: Integers = mean.reshape(len(mean), -1).argmax(axis=1).astype(np.int64)
    size = mean.shape[1]
    return best // size, best % size
