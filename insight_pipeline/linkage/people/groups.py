"""Groups of records that grow by merging, in many components of one size at once.

Belongs here: how the weights between groups add up when two become one. Does not belong here: which
two to merge, or when to stop: people (clustering), their merge trees (quality/trees) and their
weakest cuts (review/cut) each ask in their own way.
"""

from __future__ import annotations

import numpy as np

from insight_pipeline.linkage.arrays import Integers

# Sums are of whole millionths of a bit: no order of addition can change them.
MICRO = 1_000_000


class Groups:
    """A stack of components, each with a seat for every record; a group is named by its first seat.

    total: (component, seat, seat), summed weight in micro-bits of the pairs between two groups,
    changed in place. weight: records of each group. seat: the group of each record. blocked: what
    is not to be merged: a pair's second telling, groups merged before, and what a caller closes.
    """

    def __init__(self, total: Integers) -> None:
        count, size, _ = total.shape
        self.total = total
        self.weight = np.ones((count, size), dtype=np.int64)
        self.seat = np.tile(np.arange(size, dtype=np.int64), (count, 1))
        self.blocked = np.tile(np.tril(np.ones((size, size), dtype=bool)), (count, 1, 1))

    def pairs(self, active: Integers | slice = slice(None)) -> Integers:
        """How many pairs of records lie between any two groups."""
        held = self.weight[active]
        counted: Integers = held[:, :, None] * held[:, None, :]
        return counted

    def merge(self, at: Integers, keep: Integers, drop: Integers) -> None:
        """Group `drop` becomes part of group `keep` (the smaller seat) in each component `at`."""
        self.total[at, keep, :] += self.total[at, drop, :]
        self.total[at, :, keep] += self.total[at, :, drop]
        self.weight[at, keep] += self.weight[at, drop]
        self.blocked[at, drop, :] = True
        self.blocked[at, :, drop] = True
        rows = self.seat[at]
        self.seat[at] = np.where(rows == drop[:, None], keep[:, None], rows)
