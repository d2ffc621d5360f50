"""Whatever is drawn: well-formed, inside its frame, no label over another, the same bytes again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.publication.site.charts.flow import flow_chart
from insight_pipeline.publication.site.charts.funnel import funnel_chart
from insight_pipeline.publication.site.charts.intervals import interval_chart
from insight_pipeline.publication.site.charts.model import (
    Axis,
    Change,
    Chart,
    Flow,
    FunnelPoint,
    Limits,
    Mark,
)
from insight_pipeline.publication.site.charts.multiples import small_multiples
from insight_pipeline.publication.site.charts.signals import LOOKS
from insight_pipeline.publication.site.charts.spark import sparkline
from insight_pipeline.publication.site.charts.spc import spc_chart
from tests.unit.publication.site.charts.geometry import pictures, places, size, texts, ticks
from tests.unit.publication.site.charts.samples import every_chart, limits_at

_WORDS = st.text(max_size=40) | st.sampled_from(["2024 Q1", "<b>&", "Dovecote and Millpond", ""])
_FIGURES = (
    st.floats()
    | st.floats(-1e12, 1e12)
    | st.decimals(-100, 100, places=2).map(float)
    | st.integers(0, 100).map(float)
)
_MAYBE = st.none() | _FIGURES
_SIGNALS = st.sampled_from([*LOOKS, "", "unheard of"])
_SHORT = st.sampled_from(["", "", "[c]", "[x]", "[u]"])
_MARK = st.builds(Mark, _WORDS, _MAYBE, _MAYBE, _MAYBE, _SHORT, _SIGNALS, _WORDS)
_MARKS = st.lists(_MARK, max_size=30)
_AXIS = st.builds(
    Axis, st.sampled_from(["%", "£", "", "per 1,000 people"]) | _WORDS, st.integers(0, 4)
)
_AXES = _AXIS | st.just(Axis("%", 1, from_zero=True))
_FLOW = st.builds(
    Flow,
    st.sampled_from(["Homelessness", "Treatment", "Hospital"]) | _WORDS,
    st.sampled_from(["Homelessness", "Treatment", "Hospital"]) | _WORDS,
    _WORDS,
    st.none() | st.floats(),
    st.none() | st.integers(0, 10**6),
    st.none() | st.integers(0, 10**6),
    st.integers(0, 2000),
    _SHORT,
)


@st.composite
def _spc(draw: st.DrawFn) -> Callable[[], Chart]:
    marks, axis = draw(_MARKS), draw(_AXES)
    many = st.lists(
        st.builds(Limits, _MAYBE, _MAYBE, _MAYBE), min_size=len(marks), max_size=len(marks)
    )
    limits, target = draw(st.none() | many), draw(_MAYBE)
    changes = draw(st.lists(st.builds(Change, st.integers(-2, 40), _WORDS), max_size=4))
    name, title = draw(_WORDS), draw(_WORDS)
    return lambda: spc_chart(
        name, title, marks, axis, limits=limits, target=target, changes=changes
    )


@st.composite
def _others(draw: st.DrawFn) -> Callable[[], Chart]:
    marks, axis, title = draw(_MARKS), draw(_AXES), draw(_WORDS)
    benchmark, label = draw(_MAYBE), draw(_WORDS)
    points = draw(st.lists(st.builds(FunnelPoint, _WORDS, _FIGURES, _FIGURES, _SIGNALS)))
    panels = draw(st.dictionaries(_WORDS, st.lists(_MARK, max_size=12), max_size=9))
    flows = draw(st.lists(_FLOW, max_size=9))
    drawn: list[Callable[[], Chart]] = [
        lambda: interval_chart("c", title, marks, axis, benchmark=benchmark, benchmark_label=label),
        lambda: funnel_chart("c", title, points, axis, centre=57.2, limits=limits_at),
        lambda: small_multiples("c", title, panels, axis, reference=marks),
        lambda: sparkline("c", marks),
        lambda: flow_chart("c", title, flows),
    ]
    return draw(st.sampled_from(drawn))


def _holds(draw: Callable[[], Chart]) -> None:
    chart = draw()
    assert chart == draw(), "the same bytes twice"
    assert not re.search(r'[^a-z](nan|inf)[" ]', re.sub("<(title|desc|text).*?</", "", chart.svg))
    assert "style=" not in re.sub(">[^<]*<", "><", chart.svg)
    for picture in pictures(chart):
        width, height = size(picture)
        for x, y in places(picture):
            assert -0.1 <= x <= width + 0.1 and -0.1 <= y <= height + 0.1
        for words in texts(picture):
            assert words.left >= -0.1 and words.right <= width + 0.1, words
            assert words.top >= -0.1 and words.bottom <= height + 0.1, words
        labels = ticks(picture)
        for n, one in enumerate(labels):
            assert not [other for other in labels[n + 1 :] if one.meets(other)], one


@settings(deadline=None, max_examples=60)
@given(_spc())
def test_any_series_is_drawn_inside_its_frame_with_labels_apart(draw: Callable[[], Chart]) -> None:
    _holds(draw)


@settings(deadline=None, max_examples=120)
@given(_others())
def test_any_other_chart_is_drawn_inside_its_frame_with_labels_apart(
    draw: Callable[[], Chart],
) -> None:
    _holds(draw)


@pytest.mark.parametrize("name", every_chart())
def test_a_chart_of_a_release_is_well_formed_small_and_says_what_it_shows(name: str) -> None:
    chart = every_chart()[name]
    _holds(lambda: every_chart()[name])
    assert len(chart.svg.encode()) < 24_000
    for picture in pictures(chart):
        assert picture.get("role") == "img"
        named = [
            picture.find(f"*[@id='{each}']") for each in picture.get("aria-labelledby").split()
        ]
        assert [each.tag for each in named] == ["title", "desc"]
        assert named[1].text == chart.alternative
    ids = re.findall(r' id="([^"]*)"', chart.svg)
    assert len(ids) == len(set(ids))
