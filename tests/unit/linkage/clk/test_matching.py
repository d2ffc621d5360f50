"""Comparing rows of bits, against every pair compared one by one."""

from __future__ import annotations

import numpy as np
import pytest

from insight_pipeline.linkage.clk.bits import Words, popcount
from insight_pipeline.linkage.clk.matching import (
    Matches,
    Sampling,
    dice,
    find_pairs,
    one_to_one,
    plan_sampling,
    strangers_threshold,
)


def rows_of(bits: np.ndarray) -> Words:
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def two_files(size: int, wrong: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Bits of people, and of the same people in another order with some bits turned."""
    rng = np.random.default_rng(seed)
    one = rng.random((size, 512)) < 0.4
    return one, one[::-1] ^ (rng.random((size, 512)) < wrong)


def similarity(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Dice of every pair, by its definition."""
    common = one.astype(np.int64) @ other.T.astype(np.int64)
    return 2 * common / np.maximum(one.sum(axis=1)[:, None] + other.sum(axis=1)[None, :], 1)


def test_dice_is_twice_the_common_bits_over_the_bits_of_both() -> None:
    one, other = two_files(40, 0.1, seed=1)
    left, right = rows_of(one), rows_of(other)
    a, b = np.divmod(np.arange(1600), 40)
    found = dice(left, right, (popcount(left), popcount(right)), a, b)
    assert found == pytest.approx(similarity(one, other).ravel())


def test_sampled_bits_find_nearly_all_pairs_above_the_threshold_and_no_other() -> None:
    one, other = two_files(300, 0.08, seed=2)
    left, right, threshold = rows_of(one), rows_of(other), 0.8
    sampling = plan_sampling(left, right, threshold)
    found = find_pairs(left, right, threshold, sampling)
    true = set(zip(*np.nonzero(similarity(one, other) >= threshold), strict=True))
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert len(true) > 250
    assert pairs <= true and len(pairs) >= 0.99 * len(true)
    assert len(pairs) == len(found.left)
    assert (np.diff(found.similarity) <= 0).all()


def test_the_threshold_stands_above_strangers_and_below_the_same() -> None:
    one, other = two_files(500, 0.05, seed=3)
    threshold = strangers_threshold(rows_of(one), rows_of(other))
    all_pairs = similarity(one, other)
    assert (all_pairs >= threshold).sum() == 500
    assert strangers_threshold(rows_of(one)[:0], rows_of(other)) == 1.0


def test_a_lower_threshold_takes_more_samples() -> None:
    one, other = two_files(300, 0.08, seed=4)
    plans = [plan_sampling(rows_of(one), rows_of(other), t) for t in (0.9, 0.8)]
    assert plans[0].samples < plans[1].samples
    assert all(plan.found >= 0.99 for plan in plans)


def greedy(pairs: Matches) -> list[tuple[int, int]]:
    """The definition: down the list, each pair whose rows are both still free."""
    left: set[int] = set()
    right: set[int] = set()
    taken = []
    for a, b in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
        if a not in left and b not in right:
            left.add(a)
            right.add(b)
            taken.append((a, b))
    return taken


@pytest.mark.parametrize("seed", range(20))
def test_rounds_of_mutual_best_take_what_the_greedy_order_takes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    code = rng.permutation(25 * 25)[:200]
    left, right = np.divmod(code, 25)
    # Few distinct similarities, so that ties are common.
    alike = rng.integers(1, 5, 200) / 5
    order = np.lexsort((right, left, -alike))
    pairs = Matches(left[order], right[order], alike[order])
    taken = one_to_one(pairs, (25, 25))
    assert list(zip(taken.left.tolist(), taken.right.tolist(), strict=True)) == greedy(pairs)


def test_empty_files_have_no_pairs() -> None:
    one, other = (rows_of(bits) for bits in two_files(3, 0.1, seed=5))
    for left, right in ((one[:0], other), (one, other[:0])):
        found = find_pairs(left, right, 0.5, Sampling(3, 8, 1.0))
        assert len(one_to_one(found, (len(left), len(right))).left) == 0


def test_where_one_file_is_empty_there_is_no_pair_and_no_figure_that_is_no_number() -> None:
    some, none = rows_of(two_files(8, 0.1, seed=1)[0]), np.zeros((0, 8), dtype=np.uint64)
    for left, right in ((none, none), (some, none), (none, some)):
        threshold = strangers_threshold(left, right)
        sampling = plan_sampling(left, right, threshold)
        found = find_pairs(left, right, threshold, sampling)
        assert sampling.found == 1.0
        assert len(one_to_one(found, (len(left), len(right))).left) == 0
