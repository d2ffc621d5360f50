"""Clustering: from weighted pairs to people, by average linkage that no veto can be talked out of.

Belongs here: the partition of records. Does not belong here: ids that outlast a night (ledger).

Two groups are joined while the mean weight of ALL pairs between them is above the threshold, so
one strong pair cannot chain two families together; a pair that was never scored counts as mild
evidence against. A veto between any two members keeps their groups apart for good.
The partition depends on nothing but the pairs: ties go to the smallest record ids, and sums are
of whole millionths of a bit, which no order of addition can change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

UNSCORED_WEIGHT = -5.0
CLIP_WEIGHT = 15.0
# Larger components are first cut at their weakest edges; their matrices would not fit.
LARGEST_COMPONENT = 500
BATCH_CELLS = 4_000_000
_MICRO = 1_000_000

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Scored pairs: positions of two records, weight in bits, and whether a veto forbids them."""

    left: Integers
    right: Integers
    weight: Floats
    vetoed: Booleans


@dataclass(frozen=True)
class Partition:
    """Component and cluster of every record, each named by its smallest record position."""

    component: Integers
    cluster: Integers


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


def partition(size: int, pairs: Pairs, identity: Integers, join: float) -> Partition:
    """People among `size` records, joined at a mean weight of `join` bits or more.

    `identity` has a row per record and a column per issuer of trusted numbers: which number the
    record bears, -1 for none. Different numbers of one issuer never share a cluster.
    """
    linked = (pairs.weight >= join) & ~pairs.vetoed
    component = components(size, pairs.left[linked], pairs.right[linked])
    component = _cut_large(component, pairs, linked, join)
    members = np.bincount(component, minlength=size)
    inside = component[pairs.left] == component[pairs.right]
    agreeing = np.bincount(component[pairs.left[inside & linked]], minlength=size)
    unclear = (members > 2) & (agreeing < members * (members - 1) // 2)
    cluster = component.copy()
    for group in _batches(component, members, unclear):
        cluster[group.ravel()] = _resolve(group, pairs, inside, identity, join).ravel()
    return Partition(component=component, cluster=cluster)


def _cut_large(component: Integers, pairs: Pairs, linked: Booleans, join: float) -> Integers:
    """Components too large to judge whole fall apart at their weakest edges, bit by bit."""
    weight = join
    while np.bincount(component).max(initial=0) > LARGEST_COMPONENT:
        weight += 1.0
        large = np.bincount(component, minlength=len(component)) > LARGEST_COMPONENT
        keep = linked & (~large[component[pairs.left]] | (pairs.weight >= weight))
        keep &= component[pairs.left] == component[pairs.right]
        component = components(len(component), pairs.left[keep], pairs.right[keep])
    return component


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
    group: Integers, pairs: Pairs, inside: Booleans, identity: Integers, join: float
) -> Integers:
    """Cluster (smallest member) of every record of a stack of equally large components."""
    count, size = group.shape
    place = np.full(len(identity), -1, dtype=np.int64)
    place[group.ravel()] = np.arange(count * size)
    chosen = np.flatnonzero(inside)
    chosen = chosen[place[pairs.left[chosen]] >= 0]
    left, right = place[pairs.left[chosen]], place[pairs.right[chosen]]
    stack, row, column = left // size, left % size, right % size
    total = np.full((count, size, size), round(UNSCORED_WEIGHT * _MICRO), dtype=np.int64)
    bits = np.clip(pairs.weight[chosen], -CLIP_WEIGHT, CLIP_WEIGHT)
    micro = np.rint(bits * _MICRO).astype(np.int64)
    total[stack, row, column] = micro
    total[stack, column, row] = micro
    forbidden = _conflicts(identity[group])
    vetoed = pairs.vetoed[chosen]
    forbidden[stack[vetoed], row[vetoed], column[vetoed]] = True
    forbidden[stack[vetoed], column[vetoed], row[vetoed]] = True
    seat = average_linkage(total, forbidden, join)
    return np.take_along_axis(group, seat, axis=1)


def _conflicts(identity: Integers) -> Booleans:
    """Which two members of each component bear different numbers of one issuer."""
    one, other = identity[:, :, None, :], identity[:, None, :, :]
    conflicts: Booleans = ((one >= 0) & (other >= 0) & (one != other)).any(axis=3)
    return conflicts


def average_linkage(total: Integers, forbidden: Booleans, join: float) -> Integers:
    """Seat of the smallest member of every member's cluster, for a stack of weight matrices."""
    count, size, _ = total.shape
    seat = np.tile(np.arange(size, dtype=np.int64), (count, 1))
    weight = np.ones((count, size), dtype=np.int64)
    blocked = forbidden | np.tril(np.ones((size, size), dtype=bool))[None]
    active = np.arange(count)
    while len(active):
        mean = total[active] / (weight[active, :, None] * weight[active, None, :] * _MICRO)
        mean[blocked[active]] = -np.inf
        flat = mean.reshape(len(active), -1)
        best = flat.argmax(axis=1)
        good = flat[np.arange(len(active)), best] >= join
        active, best = active[good], best[good]
        _merge(total, forbidden, blocked, weight, seat, active, best // size, best % size)
    return seat


def _merge(
    total: Integers,
    forbidden: Booleans,
    blocked: Booleans,
    weight: Integers,
    seat: Integers,
    at: Integers,
    keep: Integers,
    drop: Integers,
) -> None:
    """Merge group `drop` into `keep` (the smaller seat) in each component `at`."""
    total[at, keep, :] += total[at, drop, :]
    total[at, :, keep] += total[at, :, drop]
    forbidden[at, keep, :] |= forbidden[at, drop, :]
    forbidden[at, :, keep] |= forbidden[at, :, drop]
    weight[at, keep] += weight[at, drop]
    blocked[at, keep, :] |= forbidden[at, keep, :]
    blocked[at, :, keep] |= forbidden[at, :, keep]
    blocked[at, drop, :] = True
    blocked[at, :, drop] = True
    rows = seat[at]
    seat[at] = np.where(rows == drop[:, None], keep[:, None], rows)
