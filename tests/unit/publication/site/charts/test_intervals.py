"""Dots and whiskers, one row each."""

from __future__ import annotations

from insight_pipeline.publication.site.charts.intervals import interval_chart
from insight_pipeline.publication.site.charts.model import Axis, Mark
from tests.unit.publication.site.charts.geometry import of_kind, pictures, texts, walked

MARKS = [
    Mark("Mere", 61.0, 55.0, 67.0, signal="better"),
    Mark("Castle", None, shorthand="[c]"),
    Mark("Alder Vale", 40.0, 35.0, 45.0, signal="worse"),
]
AXIS = Axis("%", 1)


def test_rows_stand_in_the_order_given_each_with_its_figure() -> None:
    for picture in pictures(interval_chart("a", "t", MARKS, AXIS)):
        found = {words.said: words.top for words in texts(picture)}
        assert found["Mere"] < found["Castle"] < found["Alder Vale"]
        for name, figure in (("Mere", "61.0"), ("Castle", "[c]"), ("Alder Vale", "40.0")):
            assert found[name] == found[figure]


def test_whiskers_reach_from_limit_to_limit_around_the_dot_and_a_gap_has_none() -> None:
    picture = pictures(interval_chart("a", "t", MARKS, AXIS))[0]
    whiskers = [list(walked(each.get("d"))) for each in of_kind(picture, "whisker")][1:]
    dots = [next(walked(each.get("d"))) for each in of_kind(picture, "mark")][2:]
    assert len(whiskers) == len(dots) == 2
    for ((low, y), (high, same)), (x, middle) in zip(whiskers, dots, strict=True):
        assert low < x < high and y == same == middle


def test_the_benchmark_is_one_line_named_in_the_key() -> None:
    chart = interval_chart("a", "t", MARKS, AXIS, benchmark=57.2, benchmark_label="Borough")
    picture = pictures(chart)[0]
    assert len(of_kind(picture, "target")) == 2
    assert "Borough 57.2\N{NO-BREAK SPACE}%" in [words.said for words in texts(picture)]
    assert "Mere better, Alder Vale worse." in chart.alternative
    assert "1 of 3 rows without a value: Castle [c]." in chart.alternative
    assert chart.alternative.startswith("2 figures from 40.0")


def test_a_single_figure_is_no_range() -> None:
    chart = interval_chart("a", "t", [Mark("Abbey", 40.0)], AXIS)
    assert chart.alternative == "One figure, 40.0\N{NO-BREAK SPACE}% (Abbey)."
