"""Intervals against published figures."""

from __future__ import annotations

import pytest

from insight_pipeline.linkage.quality.interval import Share, difference, wilson, with_variance


def test_wilson_gives_the_figures_of_newcombe_1998() -> None:
    share = wilson(81 / 263, 263)
    assert share is not None
    assert (share.lower, share.upper) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    none = wilson(0.0, 20)
    assert none is not None
    assert (none.lower, none.upper) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_nothing_tried_has_no_interval() -> None:
    assert wilson(0.5, 0) is None
    assert difference(None, wilson(0.5, 10), 0.5) is None


def test_more_variance_is_a_wider_interval_and_never_a_surer_one_than_the_pairs_allow() -> None:
    wide, narrow = with_variance(0.9, 0.01, 1000), with_variance(0.9, 0.0001, 1000)
    assert wide is not None and narrow is not None
    assert wide.lower < narrow.lower < 0.9 < narrow.upper < wide.upper
    assert with_variance(0.9, 1e-12, 50) == wilson(0.9, 50)
    assert with_variance(1.0, 0.0, 50) == wilson(1.0, 50)


def test_the_difference_is_newcombes_hybrid_score_interval() -> None:
    gap = difference(wilson(56 / 70, 70), wilson(48 / 80, 80), weight=0.0)
    assert gap is not None
    assert (gap.estimate, gap.lower, gap.upper) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_a_part_differs_from_everyone_by_less_the_more_of_everyone_it_is() -> None:
    part, rest = Share(0.8, 0.7, 0.9), Share(0.6, 0.5, 0.7)
    half = difference(part, rest, weight=0.5)
    assert half is not None and half.estimate == pytest.approx(0.1)
    whole = difference(part, rest, weight=1.0)
    assert whole is not None and (whole.estimate, whole.lower, whole.upper) == (0, 0, 0)
