"""Clustering: from weighted pairs to people, by a linkage that no veto can be talked out of.

Belongs here: the partition of records. Does not belong here: ids that outlast a night (ledger).

Two groups are joined while what their pairs say together is above the threshold: mostly the mean
weight of ALL pairs between them, so that one strong pair cannot chain two families together, and
for a smaller part the best pair, so that records with many faults are not outvoted by pairs that
nobody compared. A pair that was never scored counts as mild evidence against.
A veto between any two members keeps their groups apart for good; what a person decided to be one
is one before anything is weighed. A record that fits two people who must not meet about equally
well, a father and a son say, is given to neither: which one it is nobody can know.
The partition depends on nothing but the pairs of a component, so recomputing the components that
changed gives what a rebuild gives: ties go to the smallest record, and sums are of whole
millionths of a bit, which no order of addition can change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from insight_pipeline.linkage.arrays import Booleans, Floats, Integers
from insight_pipeline.linkage.people.groups import MICRO, Groups

UNSCORED_WEIGHT = -5.0
CLIP_WEIGHT = 15.0
# How much the best pair between two groups counts beside the mean of all.
BEST_SHARE = 0.3
# A group that fits two which must not meet goes to one of them only if it fits so much better.
CLEARLY = 2.0
# Larger components are first cut at their weakest edges; their matrices would not fit.
LARGEST_COMPONENT = 500
BATCH_CELLS = 4_000_000


@dataclass(frozen=True)
class Pairs:
    """Stored pairs: positions of two records, weight in bits, and whether a veto forbids them."""

    left: Integers
    right: Integers
    weight: Floats
    vetoed: Booleans


@dataclass(frozen=True)
class Bonds:
    """Pairs of positions that a decision made one person, whatever weights and vetoes say."""

    left: Integers
    right: Integers


@dataclass(frozen=True)
class Partition:
    """Component and cluster of every record, each named by its smallest record position."""

    component: Integers
    cluster: Integers


def no_bonds() -> Bonds:
    """The bonds where nobody decided anything."""
    none = np.zeros(0, dtype=np.int64)
    return Bonds(none, none)


def smallest_member(labels: Integers) -> Integers:
    """Labels renamed to the smallest position carrying each."""
    first = np.full(int(labels.max(initial=-1)) + 1, len(labels), dtype=np.int64)
    np.minimum.at(first, labels, np.arange(len(labels)))
    return first[labels]


def components(size: int, left: Integers, right: Integers) -> Integers:
    """Connected components over `size` records, named by their smallest member."""
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    return smallest_member(labels.astype(np.int64))


def reach_of(size: int, pairs: Pairs, bonds: Bonds, join: float) -> Integers:
    """Records that pairs of `join` bits or more, vetoed or not, or bonds connect, however many.

    What happens to one of them can change nobody outside.
    """
    return _connect(size, pairs, pairs.weight >= join, bonds)


def component_of(size: int, pairs: Pairs, bonds: Bonds, join: float) -> Integers:
    """Records that pairs of `join` bits or more, vetoed or not, or bonds connect.

    Components too large to judge whole fall apart at their weakest edges, bit by bit.
    """
    linked, weight = pairs.weight >= join, join
    component = _connect(size, pairs, linked, bonds)
    while True:
        large = np.bincount(component, minlength=size) > LARGEST_COMPONENT
        within_large = linked & large[component[pairs.left]]
        if not within_large.any():
            return component
        weight += 1.0
        linked &= ~within_large | (pairs.weight >= weight)
        component = _connect(size, pairs, linked, bonds)


def _connect(size: int, pairs: Pairs, linked: Booleans, bonds: Bonds) -> Integers:
    return components(
        size,
        np.concatenate([pairs.left[linked], bonds.left]),
        np.concatenate([pairs.right[linked], bonds.right]),
    )


def partition(
    pairs: Pairs, component: Integers, identity: Integers, bonds: Bonds, join: float
) -> Partition:
    """People among the records of `component`, joined at `join` bits or more.

    `identity` has a row per record and a column per issuer of trusted numbers: which number the
    record bears, -1 for none. Different numbers of one issuer never share a cluster.
    """
    members = np.bincount(component, minlength=len(component))
    inside = component[pairs.left] == component[pairs.right]
    open_ = ~pairs.vetoed & ~_differ(identity[pairs.left], identity[pairs.right])
    agrees = inside & open_ & (pairs.weight >= join)
    agreeing = np.bincount(component[pairs.left[agrees]], minlength=len(component))
    unclear = (members > 1) & (agreeing < members * (members - 1) // 2)
    cluster = component.copy()
    bond = components(len(component), bonds.left, bonds.right)
    for group in _batches(component, members, unclear):
        cluster[group.ravel()] = _resolve(group, pairs, inside, identity, bond, join).ravel()
    return Partition(component=component, cluster=cluster)


def _batches(component: Integers, members: Integers, unclear: Booleans) -> list[Integers]:
    """Unclear components of equal size stacked as rows of record positions, bounded in memory."""
    order = np.argsort(component, kind="stable")
    order = order[unclear[component[order]]]
    sizes = members[component[order]]
    stacks: list[Integers] = []
    for size in np.unique(sizes):
        rows = order[sizes == size].reshape(-1, size)
        step = max(1, BATCH_CELLS // int(size * size))
        stacks.extend(rows[start : start + step] for start in range(0, len(rows), step))
    return stacks


def _resolve(
    group: Integers,
    pairs: Pairs,
    inside: Booleans,
    identity: Integers,
    bond: Integers,
    join: float,
) -> Integers:
    """Cluster (smallest member) of every record of a stack of equally large components."""
    count, size = group.shape
    place = np.full(len(identity), -1, dtype=np.int64)
    place[group.ravel()] = np.arange(count * size)
    chosen = np.flatnonzero(inside)
    chosen = chosen[place[pairs.left[chosen]] >= 0]
    left, right = place[pairs.left[chosen]], place[pairs.right[chosen]]
    stack, row, column = left // size, left % size, right % size
    total = np.full((count, size, size), round(UNSCORED_WEIGHT * MICRO), dtype=np.int64)
    bits = np.clip(pairs.weight[chosen], -CLIP_WEIGHT, CLIP_WEIGHT)
    micro = np.rint(bits * MICRO).astype(np.int64)
    total[stack, row, column] = micro
    total[stack, column, row] = micro
    forbidden = _conflicts(identity[group])
    vetoed = pairs.vetoed[chosen]
    forbidden[stack[vetoed], row[vetoed], column[vetoed]] = True
    forbidden[stack[vetoed], column[vetoed], row[vetoed]] = True
    bonded = place[bond[group]] % size
    return np.take_along_axis(group, _Linkage(total, forbidden).run(bonded, join), axis=1)


def _differ(one: Integers, other: Integers) -> Booleans:
    """Whether two records bear different numbers of one issuer; issuers along the last axis."""
    differ: Booleans = ((one >= 0) & (other >= 0) & (one != other)).any(axis=-1)
    return differ


def _conflicts(identity: Integers) -> Booleans:
    """Which two members of each component bear different numbers of one issuer."""
    return _differ(identity[:, :, None, :], identity[:, None, :, :])


class _Linkage(Groups):
    """Merging groups of which some must never meet, all components of a stack at once."""

    def __init__(self, total: Integers, forbidden: Booleans) -> None:
        super().__init__(total)
        self.best, self.forbidden = total.copy(), forbidden
        self.blocked |= forbidden

    def run(self, bonded: Integers, join: float) -> Integers:
        """Seat of the smallest member of every member's cluster; `bonded` are merged at once."""
        for seat in range(bonded.shape[1]):
            at = np.flatnonzero(bonded[:, seat] != seat)
            self.merge(at, bonded[at, seat], np.full(len(at), seat))
        size = bonded.shape[1]
        active: Integers = np.arange(len(bonded))
        while len(active):
            score = self._scores(active)
            flat = score.reshape(len(active), -1)
            best = flat.argmax(axis=1)
            most = flat[np.arange(len(active)), best]
            good = most >= join
            active, best, score, most = active[good], best[good], score[good], most[good]
            keep, drop = best // size, best % size
            torn = self._keep_torn_apart(
                active, score, keep, drop, np.maximum(join, most - CLEARLY)
            )
            self.merge(active[~torn], keep[~torn], drop[~torn])
        return self.seat

    def _keep_torn_apart(
        self, at: Integers, score: Floats, one: Integers, other: Integers, near: Floats
    ) -> Booleans:
        """Which merges are held back: one group fits another, and a third that the other must not
        meet, nearly as well; it is kept from both for good."""
        both = np.maximum(score, score.transpose(0, 2, 1))
        row = np.arange(len(at))
        torn = np.zeros(len(at), dtype=np.bool_)
        for group, wanted in ((one, other), (other, one)):
            rivals = self.forbidden[at, wanted] & (both[row, group] >= near[:, None])
            held: Booleans = np.asarray(rivals.any(axis=1))
            rivals[row[held], wanted[held]] = True
            where, rival = np.nonzero(rivals & held[:, None])
            for left, right in ((group[where], rival), (rival, group[where])):
                self.forbidden[at[where], left, right] = True
                self.blocked[at[where], left, right] = True
            torn |= held
        return torn

    def _scores(self, active: Integers) -> Floats:
        """What the pairs between any two groups say together, in bits."""
        mean = self.total[active] / self.pairs(active)
        score = ((1.0 - BEST_SHARE) * mean + BEST_SHARE * self.best[active]) / MICRO
        score[self.blocked[active]] = -np.inf
        return np.asarray(score, dtype=np.float64)

    def merge(self, at: Integers, keep: Integers, drop: Integers) -> None:
        """Besides, the best pair of both stands for the group, and what either must not meet."""
        self.best[at, keep, :] = np.maximum(self.best[at, keep, :], self.best[at, drop, :])
        self.best[at, :, keep] = np.maximum(self.best[at, :, keep], self.best[at, :, drop])
        self.forbidden[at, keep, :] |= self.forbidden[at, drop, :]
        self.forbidden[at, :, keep] |= self.forbidden[at, :, drop]
        super().merge(at, keep, drop)
        self.blocked[at, keep, :] |= self.forbidden[at, keep, :]
        self.blocked[at, :, keep] |= self.forbidden[at, :, keep]
