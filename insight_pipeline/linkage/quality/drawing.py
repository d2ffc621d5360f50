"""The arithmetic of draws: which doubtful joins hold, and what then hangs together.

Belongs here: chance, clusters, and taking joins back where they would break a rule. Does not
belong here: which joins are doubtful, or tables (uncertainty). All draws are done at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from insight_pipeline.linkage.arrays import Booleans, Floats, Integers
from insight_pipeline.linkage.people.clustering import components

# After so many rounds a cluster that still breaks a rule loses all its new joins at once.
ROUNDS = 20


@dataclass(frozen=True)
class Edges:
    """Doubtful joins between two blocks; chance and tilt as in Calibration; seed of the dice."""

    left: Integers
    right: Integers
    chance: Floats
    tilt: Floats
    inside: Booleans
    seed: npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Doubts:
    """What is drawn: `blocks` sets of records beyond doubt, by position, each in one person.

    forbidden: rows (block, block). number: rows (block, issuer, class of numbers).
    """

    blocks: int
    edges: Edges
    forbidden: Integers
    number: Integers


def draw(doubts: Doubts, draws: int) -> Integers:
    """Cluster of every block (column) in every draw (row), named by its smallest block."""
    size, edges = doubts.blocks, doubts.edges
    turn, at = np.nonzero(_held(edges, draws))
    left, right = turn * size + edges.left[at], turn * size + edges.right[at]
    chance, inside = edges.chance[at], edges.inside[at]
    stays = np.ones(len(left), dtype=np.bool_)
    label = components(draws * size, left, right)
    for round_ in range(ROUNDS + 1):
        loose = stays & ~inside & np.isin(label[left], _broken(doubts, label, draws))
        if not loose.any():
            break
        stays[_weakest(label[left], chance, loose) if round_ < ROUNDS else loose] = False
        label = components(draws * size, left[stays], right[stays])
    first: Integers = label.reshape(draws, size) - np.arange(draws)[:, None] * size
    return first


def _held(edges: Edges, draws: int) -> Booleans:
    """Which edges hold (column) in which draw (row).

    The model may be out for all joins alike, so each draw takes it to be out by another amount.
    """
    deviation = np.array([NormalDist().inv_cdf((n + 0.5) / draws) for n in range(draws)])
    chance = edges.chance[None, :] + deviation[:, None] * edges.tilt[None, :]
    held: Booleans = _dice(edges.seed, draws) < chance
    return held


def _dice(seed: npt.NDArray[np.uint64], draws: int) -> Floats:
    """A number in [0, 1) for every draw and seed (SplitMix64, Steele, Lea and Flood 2014)."""
    step = np.arange(1, draws + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = seed[None, :] + step[:, None]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    dice: Floats = (mixed >> np.uint64(11)) / float(1 << 53)
    return dice


def _broken(doubts: Doubts, label: Integers, draws: int) -> Integers:
    """Clusters with a forbidden pair, or with two classes of one issuer's numbers, inside."""
    stack = np.arange(draws)[:, None] * doubts.blocks
    one = label[(stack + doubts.forbidden[:, 0]).ravel()]
    other = label[(stack + doubts.forbidden[:, 1]).ravel()]
    cluster = label[(stack + doubts.number[:, 0]).ravel()]
    issuer, classes = np.tile(doubts.number[:, 1], draws), np.tile(doubts.number[:, 2], draws)
    order = np.lexsort((classes, issuer, cluster))
    cluster, issuer, classes = cluster[order], issuer[order], classes[order]
    mixed = (
        (cluster[1:] == cluster[:-1]) & (issuer[1:] == issuer[:-1]) & (classes[1:] != classes[:-1])
    )
    return np.unique(np.concatenate([one[one == other], cluster[1:][mixed]]))


def _weakest(cluster: Integers, chance: Floats, loose: Booleans) -> Integers:
    """The loose edge with the smallest chance in each cluster; the first of equal ones."""
    at = np.flatnonzero(loose)
    order = at[np.lexsort((at, chance[at], cluster[at]))]
    _, first = np.unique(cluster[order], return_index=True)
    return order[first]


@dataclass(frozen=True)
class Moved:
    """Blocks that are not their person's in a draw: position, the key's rank (-1: a new key).

    `first` is the smallest block of the cluster, of which a new key is made.
    """

    draw: Integers
    block: Integers
    rank: Integers
    first: Integers


def moved(cluster: Integers, rank: Integers, carries: Booleans) -> Moved:
    """Who changes person; `rank` is that of each block's own key, of which one block carries it.

    Of the keys carried into one cluster the smallest stays; a cluster without one has a new key.
    """
    draws, size = cluster.shape
    none = np.iinfo(np.int64).max
    label = (cluster + np.arange(draws)[:, None] * size).ravel()
    best = np.full(draws * size, none)
    np.minimum.at(best, label, np.tile(np.where(carries, rank, none), draws))
    key = best[label].reshape(draws, size)
    turn, block = np.nonzero(key != rank[None, :])
    found = key[turn, block]
    return Moved(
        draw=turn + 1, block=block, rank=np.where(found == none, -1, found),
        first=cluster[turn, block],
    )  # fmt: skip
