"""The funnel: limits that narrow, points by size, names of outliers only."""

from __future__ import annotations

import pytest

from insight_pipeline.publication.site.charts.funnel import funnel_chart
from insight_pipeline.publication.site.charts.model import Axis, Chart, FunnelPoint
from tests.unit.publication.site.charts.geometry import of_kind, pictures, texts, walked
from tests.unit.publication.site.charts.samples import limits_at

AXIS = Axis("%", 1)


def chart(*points: FunnelPoint) -> Chart:
    return funnel_chart("a", "t", points, AXIS, centre=57.2, limits=limits_at)


def test_the_limits_narrow_with_size_and_the_outer_ones_are_drawn_outside() -> None:
    picture = pictures(chart(FunnelPoint("Mere", 50.0, 30.0), FunnelPoint("Castle", 60.0, 400.0)))[
        0
    ]
    inner, outer = (
        [list(walked(each.get("d"))) for each in of_kind(picture, kind)][1:]
        for kind in ("inner", "limit")
    )
    low, high = inner
    assert low[0][1] > low[-1][1] and high[0][1] < high[-1][1]  # y grows downwards
    assert outer[0][-1][1] > low[-1][1] > high[-1][1] > outer[-1][-1][1]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 1, 3), (3, 2, 1, 0)])
def test_the_four_limits_may_come_in_any_order(order: tuple[int, ...]) -> None:
    points = [FunnelPoint("Mere", 50.0, 30.0)]
    same = funnel_chart("a", "t", points, AXIS, centre=57.2, limits=limits_at)

    def shuffled(size: float) -> tuple[float, float, float, float]:
        given = limits_at(size)
        one, two, three, four = (given[n] for n in order)
        return one, two, three, four

    assert funnel_chart("a", "t", points, AXIS, centre=57.2, limits=shuffled) == same


def test_only_flagged_points_are_named() -> None:
    found = chart(
        FunnelPoint("Mere", 58.0, 100.0, "Not significant"),
        FunnelPoint("Castle", 80.0, 200.0, "High (0.001)"),
        FunnelPoint("Larkfield", 47.0, 300.0, "worse"),
        FunnelPoint("Ivy Bank", 57.0, 250.0),
    )
    names = {words.said for words in texts(pictures(found)[0])}
    assert {"Castle", "Larkfield"} <= names and not {"Mere", "Ivy Bank"} & names
    assert "Marked: Larkfield" in found.alternative and "Mere" not in found.alternative


def test_names_of_many_outliers_cover_neither_each_other_nor_a_point() -> None:
    points = [
        FunnelPoint(f"Ward number {n}", 75.0 + n % 4, 200.0 + 3 * n, "High (0.001)")
        for n in range(14)
    ]
    for picture in pictures(chart(*points)):
        names = [words for words in texts(picture) if words.said.startswith("Ward")]
        assert len(names) >= 5
        assert not [1 for n, a in enumerate(names) for b in names[n + 1 :] if a.meets(b)]
        dots = [next(walked(each.get("d"))) for each in of_kind(picture, "mark")][1:]
        for name in names:
            assert not [
                (x, y) for x, y in dots if name.left < x < name.right and name.top < y < name.bottom
            ]


def test_the_order_of_the_points_does_not_matter() -> None:
    points = [FunnelPoint(f"Ward {n}", 50.0 + n, 40.0 + n * 20, "better") for n in range(6)]
    assert chart(*points) == chart(*reversed(points))


def test_a_point_without_size_is_left_out() -> None:
    found = chart(FunnelPoint("Mere", 50.0, 0.0), FunnelPoint("Castle", float("nan"), 30.0))
    assert found.alternative == "No figure is shown."
