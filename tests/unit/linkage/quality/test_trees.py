"""Merge trees against a plain average linkage written down once more."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.linkage.people.clustering import UNSCORED_WEIGHT
from insight_pipeline.linkage.quality.trees import MICRO, Trees, merge_trees

Weights = dict[tuple[int, int], int]


def grown(size: int, weights: Weights) -> Trees:
    pairs = sorted(weights)
    return merge_trees(
        np.full(size, size, dtype=np.int64),
        np.array([left for left, _ in pairs], dtype=np.int64),
        np.array([right for _, right in pairs], dtype=np.int64),
        np.array([weights[pair] for pair in pairs], dtype=np.int64),
    )


def plain(size: int, weights: Weights) -> list[tuple[int, int, int, int, int]]:
    groups = [[seat] for seat in range(size)]
    joins = []
    while len(groups) > 1:

        def mean(pair: tuple[int, int]) -> int:
            across = [
                weights.get((min(a, b), max(a, b)), round(UNSCORED_WEIGHT * MICRO))
                for a in groups[pair[0]]
                for b in groups[pair[1]]
            ]
            return sum(across) // len(across)

        one, other = max(
            combinations(range(len(groups)), 2),
            key=lambda pair: (mean(pair), -groups[pair[0]][0], -groups[pair[1]][0]),
        )
        bits = mean((one, other))
        joins.append((groups[one][0], groups[other][0], len(groups[one]), len(groups[other]), bits))
        groups[one] = sorted(groups[one] + groups.pop(other))
        groups.sort()
    return joins


@settings(deadline=None)
@given(st.integers(2, 6).flatmap(lambda size: st.tuples(
    st.just(size),
    st.dictionaries(
        st.sampled_from(list(combinations(range(size), 2))), st.integers(-15, 15), max_size=15),
)))  # fmt: skip
def test_trees_are_those_of_plain_average_linkage(
    made: tuple[int, dict[tuple[int, int], int]],
) -> None:
    size, bits = made
    weights = {pair: value * MICRO for pair, value in bits.items()}
    found = [tuple(row) for row in grown(size, weights).joins.tolist()]
    assert sorted(found) == sorted(plain(size, weights))


def test_every_pair_inside_a_person_belongs_to_exactly_one_join() -> None:
    trees = grown(5, {(0, 1): 9 * MICRO, (1, 2): 3 * MICRO, (3, 4): MICRO})
    assert (trees.joins[:, 2] * trees.joins[:, 3]).sum() == 10
    per_record = np.bincount(trees.ends[:, 0], weights=trees.ends[:, 1])
    assert per_record.tolist() == [4, 4, 4, 4, 4]


def test_people_are_grown_apart_and_seats_count_through() -> None:
    trees = merge_trees(
        np.array([2, 2, 3, 3, 3]), np.array([0, 2, 3]), np.array([1, 4, 4]),
        np.array([7, 5, 4]) * MICRO,
    )  # fmt: skip
    assert [tuple(row[:2]) for row in trees.joins.tolist()] == [(0, 1), (2, 4), (2, 3)]
    assert trees.joins[2, 4] == pytest.approx((4 - 5) / 2 * MICRO)


def test_nobody_to_grow_is_no_tree() -> None:
    none = np.empty(0, dtype=np.int64)
    assert merge_trees(none, none, none, none).joins.shape == (0, 5)
