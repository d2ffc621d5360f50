"""Boxes keep their distances and columns, lines cross little, and the same graph looks the same."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.sql.docs.layout import BETWEEN_LINES, Layout, Pair, lay_out

Columns = list[list[str]]
Drawn = tuple[Columns, list[Pair]]


@st.composite
def graphs(draw: st.DrawFn) -> Drawn:
    """Columns of boxes, and lines from a box to boxes in later columns."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=6))
    columns = [[f"c{n}b{m}" for m in range(size)] for n, size in enumerate(sizes)]
    possible = [
        (one, other)
        for n, column in enumerate(columns)
        for one in column
        for later in columns[n + 1 :]
        for other in later
    ]
    chosen = st.lists(st.sampled_from(possible), unique=True) if possible else st.just([])
    return columns, draw(chosen)


@given(graphs())
def test_boxes_of_a_column_stand_a_box_apart_or_more(drawn: Drawn) -> None:
    layout = lay_out(*drawn)
    for column in drawn[0]:
        heights = sorted(layout.boxes[name] for name in column)
        assert all(other - one > 1 - 1e-6 for one, other in pairwise(heights))


@given(graphs())
def test_everything_stands_within_the_height_told(drawn: Drawn) -> None:
    layout = lay_out(*drawn)
    heights = [*layout.boxes.values(), *_lines(layout)]
    assert min(heights) >= 0 and max(heights) <= layout.height - 1 + 1e-6


@given(graphs())
def test_a_line_has_a_place_in_every_column_it_passes_and_in_no_other(drawn: Drawn) -> None:
    columns, edges = drawn
    place = {name: n for n, column in enumerate(columns) for name in column}
    layout = lay_out(columns, edges)
    assert layout.lines.keys() == set(edges)
    for (one, other), passing in layout.lines.items():
        assert list(passing) == list(range(place[one] + 1, place[other]))


@given(graphs())
def test_no_line_runs_through_a_box(drawn: Drawn) -> None:
    layout = lay_out(*drawn)
    for passing in layout.lines.values():
        for column, height in passing.items():
            for name in drawn[0][column]:
                assert abs(layout.boxes[name] - height) > (1 + BETWEEN_LINES) / 2 - 1e-6


@given(graphs(), st.randoms())
def test_the_same_graph_in_another_order_looks_the_same(
    drawn: Drawn, random: st.random.Random
) -> None:
    columns, edges = [list(column) for column in drawn[0]], list(drawn[1])
    for listed in (*columns, edges):
        random.shuffle(listed)
    assert lay_out(columns, edges) == lay_out(*drawn)


def test_lines_that_need_not_cross_do_not() -> None:
    columns = [["a", "b", "c"], ["x", "y", "z"]]
    layout = lay_out(columns, [("a", "z"), ("b", "y"), ("c", "x")])
    left = sorted("abc", key=lambda name: layout.boxes[name])
    right = sorted("zyx", key=lambda name: layout.boxes[name])
    assert [{"a": "z", "b": "y", "c": "x"}[name] for name in left] == right


def test_a_chain_is_a_straight_line() -> None:
    layout = lay_out([["a"], ["b", "other"], ["c"]], [("a", "b"), ("b", "c")])
    assert layout.boxes["a"] == layout.boxes["b"] == layout.boxes["c"]


def test_lines_from_one_box_share_their_way_until_they_part() -> None:
    layout = lay_out([["a"], ["b"], ["x", "y"]], [("a", "x"), ("a", "y"), ("b", "x")])
    assert layout.lines["a", "x"] == layout.lines["a", "y"] != {}


def test_boxes_that_touch_nothing_stand_below_the_others() -> None:
    layout = lay_out([["a", "m", "z"], ["b"]], [("z", "b"), ("m", "b")])
    assert layout.boxes["a"] == max(layout.boxes.values())


def test_nothing_has_no_places() -> None:
    assert lay_out([], []) == Layout(1, {}, {})


def _lines(layout: Layout) -> list[float]:
    return [height for passing in layout.lines.values() for height in passing.values()]
