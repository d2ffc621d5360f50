"""Scales hold their figures between round ticks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.publication.site.charts.model import Axis
from insight_pipeline.publication.site.charts.scale import value_scale

_FIGURES = st.lists(st.floats(-1e9, 1e9), min_size=1)


@given(_FIGURES, st.integers(2, 8), st.integers(0, 3), st.booleans())
def test_ticks_cover_the_figures_evenly_and_read_differently(
    figures: list[float], count: int, decimals: int, from_zero: bool
) -> None:
    scale = value_scale(figures, Axis("", decimals, from_zero), 0, 100, count)
    assert scale.low <= min(figures) and max(figures) <= scale.high
    assert not from_zero or scale.low <= 0 <= scale.high
    assert 2 <= len(scale.ticks) <= count + 3
    steps = {b - a for a, b in zip(scale.ticks, scale.ticks[1:], strict=False)}
    assert len(steps) == 1 and steps.pop().normalize().as_tuple().digits in {(1,), (2,), (5,)}
    words = [scale.words(tick) for tick in scale.ticks]
    assert len(set(words)) == len(words)


@given(_FIGURES)
def test_a_larger_figure_lies_further_and_none_lies_outside(figures: list[float]) -> None:
    scale = value_scale(figures, Axis(""), 10, 110, 5)
    places = [scale.at(figure) for figure in sorted(figures)]
    assert places == sorted(places) and places[0] >= 10 and places[-1] <= 110
    assert (scale.at(-1e11), scale.at(1e11)) == (10, 110)


def test_ticks_are_the_round_numbers_a_person_would_choose() -> None:
    assert value_scale([46.2, 71.9], Axis("%"), 0, 1, 5).ticks == tuple(
        Decimal(n) for n in (40, 50, 60, 70, 80)
    )
    tenths = value_scale([0.12, 0.31], Axis("", 2), 0, 1, 5)
    assert [tenths.words(tick) for tick in tenths.ticks][:3] == [
        "0.10",
        "0.15",
        "0.20",
    ]


@pytest.mark.parametrize("figure", [0.0, 61.0, -3.0])
def test_a_single_figure_has_a_scale(figure: float) -> None:
    scale = value_scale([figure, None, float("nan")], Axis("%", 0), 0, 100, 5)
    assert scale.low <= figure <= scale.high and scale.low < scale.high


def test_without_figures_there_are_no_ticks() -> None:
    assert value_scale([None], Axis("%"), 0, 100, 5).ticks == ()
