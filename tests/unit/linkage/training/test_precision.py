"""Precision without labels: what is estimated on made-up pairs whose truth is known."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from insight_pipeline.linkage.model.model import PrecisionPoint
from insight_pipeline.linkage.people.clustering import Pairs
from insight_pipeline.linkage.training.precision import (
    HIGHEST_JOIN,
    LOWEST_JOIN,
    WANTED,
    estimate_precision,
    join_weight,
)

WEAK = -2.5


def register(people: int, true_share: float, seed: int = 3) -> tuple[int, Pairs]:
    """Five records a person: four that agree strongly, a fifth that agrees strongly with one.

    As many weak pairs as there are people; `true_share` of them between records of one person.
    """
    rng = random.Random(seed)  # noqa: S311
    pairs: dict[tuple[int, int], float] = {}
    for person in range(people):
        first = 5 * person
        for pair in combinations(range(first, first + 4), 2):
            pairs[pair] = 20.0
        pairs[(first, first + 4)] = 12.0
    for person in range(people):
        one = 5 * person
        if rng.random() < true_share:
            pairs[(one + 1, one + 4)] = WEAK
        else:
            other = 5 * ((person + 7) % people)
            pairs[(min(one, other) + 1, max(one, other) + 4)] = WEAK
    ends = np.array(list(pairs), dtype=np.int64)
    weight = np.array(list(pairs.values()))
    return 5 * people, Pairs(ends[:, 0], ends[:, 1], weight, np.zeros(len(weight), dtype=np.bool_))


def at(curve: tuple[PrecisionPoint, ...], bits: int) -> PrecisionPoint:
    return next(point for point in curve if point.bits == bits)


@pytest.mark.parametrize("true_share", [0.1, 0.5, 0.9])
def test_the_precision_of_weak_pairs_is_that_of_their_companions(true_share: float) -> None:
    curve = estimate_precision(*register(2_000, true_share))
    weak = at(curve, -3)
    assert weak.judged == weak.pairs == 2_000
    assert abs(weak.precision - true_share) < 0.05


def test_where_nobody_has_companions_a_weight_says_what_it_is_worth() -> None:
    left = np.arange(0, 200, 2)
    weight = np.tile([-2.5, 3.5, 9.5, 14.5], 25)
    pairs = Pairs(left, left + 1, weight, np.zeros(100, dtype=np.bool_))
    curve = estimate_precision(200, pairs)
    assert at(curve, -3).judged == 0
    assert at(curve, -3).precision == pytest.approx(1 / (1 + 2**2.5), abs=1e-3)
    assert at(curve, 3).precision == pytest.approx(1 / (1 + 2**-3.5), abs=1e-3)


def test_a_vetoed_pair_is_no_companion_and_is_not_counted() -> None:
    size, pairs = register(500, 0.5)
    vetoed = Pairs(pairs.left, pairs.right, pairs.weight, pairs.weight < 0)
    assert at(estimate_precision(size, vetoed), -3).pairs == 0


def test_the_curve_never_falls_with_weight_even_where_companions_say_so() -> None:
    size, pairs = register(500, 0.9)
    contradicted = register(500, 0.1, seed=4)[1]
    left = np.concatenate([pairs.left, contradicted.left + size])
    right = np.concatenate([pairs.right, contradicted.right + size])
    weight = np.concatenate(
        [pairs.weight, np.where(contradicted.weight == WEAK, 1.5, contradicted.weight)]
    )
    both = Pairs(left, right, weight, np.zeros(len(weight), dtype=np.bool_))
    curve = estimate_precision(2 * size, both)
    assert (np.diff([point.precision for point in curve]) >= 0).all()
    assert at(curve, -3).precision == at(curve, 1).precision


def curve_of(*precision: float) -> tuple[PrecisionPoint, ...]:
    return tuple(PrecisionPoint(bits, 100, 100, share) for bits, share in enumerate(precision, -3))


def test_records_are_joined_from_where_the_wanted_precision_is_reached() -> None:
    assert join_weight(curve_of(0.1, WANTED, 0.8, 0.9)) == pytest.approx(-1.5)
    halfway = join_weight(curve_of(0.1, WANTED - 0.1, WANTED + 0.1, 0.9))
    assert halfway == pytest.approx(-1.0)


def test_the_threshold_stays_within_bounds_whatever_the_evidence_says() -> None:
    assert join_weight(curve_of(0.9, 0.95, 0.97, 0.99)) >= LOWEST_JOIN
    assert join_weight(curve_of(0.0, 0.0, 0.01, 0.02)) == pytest.approx(min(0.5, HIGHEST_JOIN))
    hopeless = [PrecisionPoint(bits, 9, 9, 0.0) for bits in range(14)]
    high = (*hopeless, PrecisionPoint(14, 9, 9, 1.0))
    assert join_weight(high) == HIGHEST_JOIN
