"""Bonds: pairs that reviewers decided to be one person, and which of them can all hold together.

Belongs here: refusing a bond that would join, through others, what a veto keeps apart. Does not
belong here: decisions that contradict decisions (review/conflicts).

Whoever decides that A is B has seen A and B, so that decision stands against any veto between the
two. But nobody who decided A is X and X is B has looked at A and B: where those two bear different
numbers, or are twins, the later bond is refused and goes back to review.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from insight_pipeline.linkage.arrays import Booleans, Integers
from insight_pipeline.linkage.people.clustering import Bonds, Pairs, components


@dataclass
class _Groups:
    """Bonded records so far: the group of each, and what may not meet."""

    direct: set[tuple[int, int]]
    vetoed: set[tuple[int, int]]
    identity: Integers
    members: dict[int, list[int]] = field(default_factory=dict)

    def of(self, record: int) -> list[int]:
        return self.members.setdefault(record, [record])

    def apart(self, one: int, other: int) -> bool:
        pair = (min(one, other), max(one, other))
        if pair in self.direct:
            return False
        a, b = self.identity[one], self.identity[other]
        return pair in self.vetoed or bool(((a >= 0) & (b >= 0) & (a != b)).any())

    def join(self, one: int, other: int) -> bool:
        """Join the groups of two records, unless that would bring two together who may not."""
        a, b = self.of(one), self.of(other)
        if a is b:
            return True
        if any(self.apart(x, y) for x in a for y in b):
            return False
        a.extend(b)
        for record in b:
            self.members[record] = a
        return True


def settle(bonds: Bonds, pairs: Pairs, identity: Integers) -> Booleans:
    """Which bonds hold, taken in the order of records: a row of truths as long as the bonds."""
    group = components(len(identity), bonds.left, bonds.right)
    if np.bincount(group, minlength=1).max(initial=0) < 3:
        return np.ones(len(bonds.left), dtype=np.bool_)
    inside = pairs.vetoed & (group[pairs.left] == group[pairs.right])
    couples = zip(pairs.left[inside].tolist(), pairs.right[inside].tolist(), strict=True)
    listed = list(zip(bonds.left.tolist(), bonds.right.tolist(), strict=True))
    groups = _Groups(direct=set(listed), vetoed=set(couples), identity=identity)
    return np.array([groups.join(one, other) for one, other in sorted(listed)], dtype=np.bool_)
