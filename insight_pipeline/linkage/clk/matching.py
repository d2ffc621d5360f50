"""Which rows of two encoded files are one person: candidates by sampled bits, Dice, one to one.

Belongs here: comparing rows of bits. Does not belong here: how they were made.

Two rows are compared when they agree on all of some small sample of bits (locality-sensitive
hashing for Hamming distance, Indyk and Motwani 1998); so many samples are drawn that a pair at the
threshold is missed less than once in a hundred, up to a bound for very large files. Samples are
drawn by a fixed seed, so that equal files give equal pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, log2

import numpy as np

from insight_pipeline.linkage.arrays import Floats, Integers
from insight_pipeline.linkage.clk.bits import WORD_BITS, Words, popcount

SEED = 2011
MISSED_AT_MOST = 0.01
MOST_SAMPLES = 200
PAIRS_AT_ONCE = 1 << 20
RANDOM_PAIRS = 50_000
STRANGERS_BELOW = 5.2


@dataclass(frozen=True)
class Matches:
    """Positions in both files and the Dice similarity, strongest first, then by position."""

    left: Integers
    right: Integers
    similarity: Floats


@dataclass(frozen=True)
class Sampling:
    """`samples` samples of `bits` bits; a pair at the threshold is found with chance `found`."""

    samples: int
    bits: int
    found: float


def strangers_threshold(left: Words, right: Words) -> float:
    """The Dice similarity that hardly any two strangers of these files reach, found without labels.

    Nearly all pairs drawn at random are strangers; the threshold stands so many of their standard
    deviations above their mean that one stranger in ten million is expected to reach it.
    """
    if not len(left) or not len(right):
        return 1.0
    rng = np.random.default_rng(SEED)
    one = rng.integers(0, len(left), RANDOM_PAIRS)
    other = rng.integers(0, len(right), RANDOM_PAIRS)
    drawn = dice(left, right, (popcount(left), popcount(right)), one, other)
    return float(min(drawn.mean() + STRANGERS_BELOW * drawn.std(), 0.99))


def plan_sampling(left: Words, right: Words, threshold: float) -> Sampling:
    """Bits enough to keep strangers apart in files of this size, and the samples that takes.

    None are drawn where a file is empty: there is no pair to miss.
    """
    if not len(left) or not len(right):
        return Sampling(samples=0, bits=0, found=1.0)
    length = left.shape[1] * WORD_BITS
    set_bits = popcount(left).mean() + popcount(right).mean()
    apart = min(set_bits * (1.0 - threshold) / length, 0.5)
    bits = max(8, ceil(log2(max(len(left), len(right)))))
    agree = (1.0 - apart) ** bits
    wanted = ceil(log(MISSED_AT_MOST) / log(1.0 - agree)) if agree < 1.0 else 1
    samples = min(wanted, MOST_SAMPLES)
    return Sampling(samples, bits, 1.0 - (1.0 - agree) ** samples)


def find_pairs(left: Words, right: Words, threshold: float, sampling: Sampling) -> Matches:
    """All candidate pairs with a Dice similarity of `threshold` or more."""
    rng = np.random.default_rng(SEED)
    counts = popcount(left), popcount(right)
    near = []
    for _ in range(sampling.samples):
        places = rng.choice(left.shape[1] * WORD_BITS, size=sampling.bits, replace=False)
        one, other = _same_key(_sampled(left, places), _sampled(right, places))
        close = dice(left, right, counts, one, other) >= threshold
        near.append(np.unique(one[close] * len(right) + other[close]))
    codes = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *near]))
    one, other = np.divmod(codes, max(len(right), 1))
    similarity = dice(left, right, counts, one, other)
    order = np.lexsort((other, one, -similarity))
    return Matches(one[order], other[order], similarity[order])


def dice(
    left: Words, right: Words, counts: tuple[Integers, Integers], one: Integers, other: Integers
) -> Floats:
    """Twice the bits in common, as a share of the bits of both; 0 where neither has any."""
    result = np.zeros(len(one))
    for start in range(0, len(one), PAIRS_AT_ONCE):
        a, b = one[start : start + PAIRS_AT_ONCE], other[start : start + PAIRS_AT_ONCE]
        both = popcount(left[a] & right[b])
        result[start : start + PAIRS_AT_ONCE] = (
            2 * both / np.maximum(counts[0][a] + counts[1][b], 1)
        )
    return result


def one_to_one(pairs: Matches, sizes: tuple[int, int]) -> Matches:
    """Each row at most once: the strongest pair is taken, then the strongest of what is left.

    Done in rounds: a pair that is the best one of both its rows is what the greedy order would
    take, whatever else is taken before it.
    """
    rank = np.arange(len(pairs.left))
    taken = np.zeros(len(rank), dtype=bool)
    while len(rank):
        best_left = np.full(sizes[0], len(taken))
        best_right = np.full(sizes[1], len(taken))
        np.minimum.at(best_left, pairs.left[rank], rank)
        np.minimum.at(best_right, pairs.right[rank], rank)
        a, b = pairs.left[rank], pairs.right[rank]
        mutual = (best_left[a] == rank) & (best_right[b] == rank)
        taken[rank[mutual]] = True
        used_left, used_right = np.zeros(sizes[0], dtype=bool), np.zeros(sizes[1], dtype=bool)
        used_left[a[mutual]] = used_right[b[mutual]] = True
        rank = rank[~used_left[a] & ~used_right[b]]
    return Matches(pairs.left[taken], pairs.right[taken], pairs.similarity[taken])


def _sampled(rows: Words, places: Integers) -> Words:
    """The sampled bits of every row as one number."""
    key = np.zeros(len(rows), dtype=np.uint64)
    for place in places:
        bit = rows[:, place // WORD_BITS] >> np.uint64(place % WORD_BITS) & np.uint64(1)
        key = key << np.uint64(1) | bit
    return key


def _same_key(left: Words, right: Words) -> tuple[Integers, Integers]:
    """All positions with an equal key."""
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    first = np.searchsorted(ordered, left, side="left")
    many = np.searchsorted(ordered, left, side="right") - first
    one = np.repeat(np.arange(len(left)), many)
    offset = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return one, order[np.repeat(first, many) + offset]
