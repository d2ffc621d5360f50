"""The weakest cut of a cluster: the two groups it would fall into if it were not one person.

Belongs here: the numbers. Does not belong here: which clusters are looked at (candidates), or the
partition itself (clustering), which joins groups by the same mean weight.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from insight_pipeline.linkage.people.clustering import CLIP_WEIGHT, UNSCORED_WEIGHT

# Sums are of whole millionths of a bit: no order of addition can change them.
MICRO = 1_000_000

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


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
    total, rows = total.copy(), np.arange(count)
    seat = np.tile(np.arange(size, dtype=np.int64), (count, 1))
    members = np.ones((count, size), dtype=np.int64)
    closed = np.tile(np.tril(np.ones((size, size), dtype=bool)), (count, 1, 1))
    for _ in range(size - 2):
        keep, drop = _strongest(total, members, closed)
        total[rows, keep, :] += total[rows, drop, :]
        total[rows, :, keep] += total[rows, :, drop]
        members[rows, keep] += members[rows, drop]
        closed[rows, drop, :] = True
        closed[rows, :, drop] = True
        seat = np.where(seat == drop[:, None], keep[:, None], seat)
    keep, drop = _strongest(total, members, closed)
    pairs = members[rows, keep] * members[rows, drop]
    mean: Floats = np.rint(total[rows, keep, drop] / pairs) / MICRO
    return seat == 0, mean


def _strongest(total: Integers, members: Integers, closed: Booleans) -> tuple[Integers, Integers]:
    mean = total / (members[:, :, None] * members[:, None, :])
    mean[closed] = -np.inf
    best: Integers = mean.reshape(len(total), -1).argmax(axis=1).astype(np.int64)
    size = total.shape[1]
    return best // size, best % size
