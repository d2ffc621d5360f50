"""How likely a pair of a given weight is one person, without labels; and the threshold from it.

Belongs here: the estimated precision by weight, and the weight from which records are joined.
Does not belong here: the model that gives weights (estimation) or joining (clustering).

What a weight says of itself is not enough: a model takes the faults of a record for independent,
and on some registers pairs of nought bits are matches three times in four, on others once. So the
data are asked. Where both records of a pair have strong companions (pairs of `STRONG` bits) apart
from each other, one person has the same companions, and two people have different ones. The share
of pairs with a common companion is the precision, but for badly recorded people, who lack common
companions; how many do is seen on pairs that are certain. The model's own word counts as much as
`BELIEF` pairs, and alone where no one has companions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp2

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.sparse import coo_array, csr_array

from insight_pipeline.linkage.arrays import Booleans, Floats, Integers
from insight_pipeline.linkage.model.model import PrecisionPoint, rounded
from insight_pipeline.linkage.people.clustering import Pairs

# A pair this strong is one person on any register.
STRONG = 8.0
# Pairs from here to STRONG are nearly all one person: they show who has no common companions.
NEARLY_SURE = 4.0
BELIEF = 20.0
PAIRS_A_BIN = 20_000
LOWEST_BIN, HIGHEST_BIN = -10, 14
# F1 is best where a pair is accepted from half the F1 it gives (Lipton and others 2014), and lower
# still where doubtful pairs are weighed with the sure ones of the same records.
WANTED = 0.3
LOWEST_JOIN, HIGHEST_JOIN = -3.0, 1.0


@dataclass(frozen=True)
class Judged:
    """Per whole bit of weight: pairs, those whose records both have companions, those that share
    one."""

    bins: Integers
    pairs: Integers
    judged: Integers
    shared: Integers


def estimate_precision(size: int, pairs: Pairs) -> tuple[PrecisionPoint, ...]:
    """The precision of pairs by whole bits of weight, never falling with weight."""
    found = _judge(size, pairs)
    posterior: Floats = np.array([1 / (1 + exp2(-(bit + 0.5))) for bit in found.bins])
    shared = found.shared / _companionable(found, posterior)
    weight: Floats = found.judged.astype(np.float64) + BELIEF
    raw: Floats = (np.minimum(shared, found.judged) + BELIEF * posterior) / weight
    # More weight is never less likely: neighbours that fall are pooled.
    share = isotonic_regression(raw, weights=weight).x
    return tuple(
        PrecisionPoint(int(bit), int(n), int(judged), rounded(float(part), 4))
        for bit, n, judged, part in zip(found.bins, found.pairs, found.judged, share, strict=True)
    )


def join_weight(curve: tuple[PrecisionPoint, ...]) -> float:
    """The weight at which the estimated precision reaches `WANTED`, between the middles of bins."""
    middles = [point.bits + 0.5 for point in curve]
    crossing = np.interp(WANTED, [point.precision for point in curve], middles)
    return rounded(float(np.clip(crossing, LOWEST_JOIN, HIGHEST_JOIN)), 4)


def _companionable(found: Judged, posterior: Floats) -> float:
    """Share of matches whose records, each with companions, have one in common."""
    nearly = (found.bins >= NEARLY_SURE) & (found.bins < STRONG)
    expected = float((found.judged * posterior)[nearly].sum())
    shared = float(found.shared[nearly].sum())
    return min(1.0, (shared + BELIEF) / (expected + BELIEF))


def _judge(size: int, pairs: Pairs) -> Judged:
    bins = np.arange(LOWEST_BIN, HIGHEST_BIN + 1)
    open_ = ~pairs.vetoed
    graph = _companions(size, pairs, open_ & (pairs.weight >= STRONG))
    number = np.diff(graph.indptr)
    at = np.clip(np.floor(pairs.weight), LOWEST_BIN, HIGHEST_BIN).astype(np.int64)
    counted = np.bincount(at[open_] - LOWEST_BIN, minlength=len(bins))
    judged, shared = np.zeros(len(bins), dtype=np.int64), np.zeros(len(bins), dtype=np.int64)
    for position, bit in enumerate(bins):
        chosen = _sample(np.flatnonzero(open_ & (at == bit)))
        own = pairs.weight[chosen] >= STRONG
        left, right = pairs.left[chosen], pairs.right[chosen]
        both = (number[left] > own) & (number[right] > own)
        common = graph[left[both]].multiply(graph[right[both]]).sum(axis=1)
        judged[position], shared[position] = both.sum(), (np.asarray(common) > 0).sum()
    return Judged(bins, counted, judged, shared)


def _companions(size: int, pairs: Pairs, strong: Booleans) -> csr_array:
    left, right = pairs.left[strong], pairs.right[strong]
    ends = (np.concatenate([left, right]), np.concatenate([right, left]))
    return coo_array((np.ones(2 * len(left), dtype=np.int32), ends), shape=(size, size)).tocsr()


def _sample(positions: Integers) -> Integers:
    """Every so-many-th pair; record numbers are hashes, so their order is as good as chance."""
    return positions[:: max(1, -(-len(positions) // PAIRS_A_BIN))]
