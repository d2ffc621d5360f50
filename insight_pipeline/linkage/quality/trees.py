"""Merge trees: in which order, and at which mean weight, the records of one person come together.

Belongs here: average linkage run to its end inside people already found, many at a time. Does not
belong here: where to stop (clustering): what is asked here is how nearly it would have stopped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight_pipeline.linkage.arrays import Integers
from insight_pipeline.linkage.people.clustering import BATCH_CELLS, UNSCORED_WEIGHT
from insight_pipeline.linkage.people.groups import MICRO, Groups


@dataclass(frozen=True)
class Trees:
    """joins: rows (seat of the group kept, seat of the one dropped, their sizes, mean weight).

    A group's seat is its smallest. ends: rows (seat, records across, pairs of the join, mean
    weight), one for each record and join that it takes part in. Weights are whole micro-bits.
    """

    joins: Integers
    ends: Integers


def merge_trees(size: Integers, left: Integers, right: Integers, micro: Integers) -> Trees:
    """Trees of people seated one after the other; pairs are of seats, sorted, left < right.

    `size` is that of the person at each seat, rising: people of one size are neighbours.
    """
    joins, ends = [np.empty((0, 5), np.int64)], [np.empty((0, 4), np.int64)]
    for records in np.unique(size).tolist():
        start, stop = np.searchsorted(size, [records, records + 1]).tolist()
        step = max(1, BATCH_CELLS // (records * records)) * records
        for first in range(start, stop, step):
            last = min(first + step, stop)
            low, high = np.searchsorted(left, [first, last]).tolist()
            shape = ((last - first) // records, records, records)
            total = np.full(shape, round(UNSCORED_WEIGHT * MICRO), dtype=np.int64)
            one, other = left[low:high] - first, right[low:high] - first
            at, row, column = one // records, one % records, other % records
            total[at, row, column] = micro[low:high]
            total[at, column, row] = micro[low:high]
            trees = _stack_of_trees(total)
            joins.append(trees.joins + np.array([first, first, 0, 0, 0]))
            ends.append(trees.ends + np.array([first, 0, 0, 0]))
    return Trees(np.concatenate(joins), np.concatenate(ends))


def _stack_of_trees(total: Integers) -> Trees:
    """Trees of a stack of weight matrices (stack, seat, seat), which are used up.

    Ties go to the smallest seats; seats are counted through the whole stack.
    """
    count, size, _ = total.shape
    groups, every = Groups(total), np.arange(count)
    joins, ends = [], []
    for _ in range(size - 1):
        mean = groups.total // groups.pairs()
        mean[groups.blocked] = np.iinfo(np.int64).min
        best = mean.reshape(count, -1).argmax(axis=1)
        keep, drop = best // size, best % size
        kept, dropped = groups.weight[every, keep], groups.weight[every, drop]
        bits, base = mean[every, keep, drop], every * size
        joins.append(np.stack([base + keep, base + drop, kept, dropped, bits], axis=1))
        across = np.where(groups.seat == keep[:, None], dropped[:, None], 0)
        across += np.where(groups.seat == drop[:, None], kept[:, None], 0)
        at, seat = np.nonzero(across)
        ends.append(
            np.stack([at * size + seat, across[at, seat], (kept * dropped)[at], bits[at]], axis=1)
        )
        groups.merge(every, keep, drop)
    return Trees(np.concatenate(joins), np.concatenate(ends))
