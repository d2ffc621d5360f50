"""Geometry of the waterfall and the graph."""

from __future__ import annotations

import pytest

from insight_pipeline.linkage.review.cluster import Cluster, Edge
from insight_pipeline.linkage.review.explain import Explanation, Step
from insight_pipeline.linkage.review.picture import (
    GRAPH,
    MOST_DOTS,
    WIDTH,
    bits_words,
    dot_names,
    graph,
    waterfall,
)


def test_every_bar_begins_where_the_one_before_ended_and_all_fit() -> None:
    steps = (Step("prior", "x", -8.0), Step("sex", "x", 0.0), Step("place", "x", 11.0))
    drawn = waterfall(Explanation(steps, 3.0, None))
    prior, sex, place, total = drawn.bars
    assert [bar.kind for bar in drawn.bars] == ["costs", "none", "adds", "total"]
    assert prior.x + prior.width == pytest.approx(drawn.zero, abs=0.2)
    assert sex.x == pytest.approx(prior.x, abs=0.2)
    assert place.x == pytest.approx(prior.x, abs=0.2)
    assert total.x == pytest.approx(drawn.zero, abs=0.2)
    assert place.width / prior.width == pytest.approx(11 / 8, abs=0.01)
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH - 50 for bar in drawn.bars)


@pytest.mark.parametrize(
    ("bits", "told"), [(1.25, "+1.2"), (-3.0, "\N{MINUS SIGN}3.0"), (-0.01, "0.0"), (0.0, "0.0")]
)
def test_bits_are_told_with_their_sign(bits: float, told: str) -> None:
    assert bits_words(bits) == told


def test_both_sides_stand_apart_and_inside_the_picture() -> None:
    edges = (Edge(0, 2, 3.0, None), Edge(1, 2, -3.0, None), Edge(0, 1, 9.0, "twins"))
    drawn = graph(Cluster(3, edges, (0, 1), 0.0), 2, join=0.0)
    assert [(dot.name, dot.is_left) for dot in drawn.dots] == [
        ("L1", True), ("L2", True), ("R1", False),
    ]  # fmt: skip
    assert all((dot.x < GRAPH / 2) == dot.is_left and 0 < dot.y < GRAPH for dot in drawn.dots)
    assert [line.kind for line in drawn.strokes] == ["joins", "parts", "veto"]


def test_a_crowd_is_cut_short_and_its_table_is_not() -> None:
    edges = tuple(Edge(0, n, 3.0, None) for n in range(1, 90))
    drawn = graph(Cluster(90, edges, (0,), 0.0), 45, join=0.0)
    assert len(drawn.dots) == MOST_DOTS
    assert len(drawn.strokes) == MOST_DOTS - 1
    assert dot_names(45, 45)[-1] == "R45"
