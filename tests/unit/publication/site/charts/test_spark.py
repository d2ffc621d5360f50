"""Sparklines: the course alone, described in words."""

from __future__ import annotations

from insight_pipeline.publication.site.charts.model import Axis, Mark
from insight_pipeline.publication.site.charts.spark import sparkline
from tests.unit.publication.site.charts.geometry import of_kind, pictures, texts


def test_it_has_a_line_one_point_no_text_and_breaks_at_gaps() -> None:
    marks = [Mark("a", 1.0), Mark("b", 2.5), Mark("c", None), Mark("d", 3.0), Mark("e", 2.0)]
    chart = sparkline("s", marks)
    (picture,) = pictures(chart)
    assert of_kind(picture, "line")[0].get("d").count("M") == 2
    assert len(of_kind(picture, "mark")) == 1 and not list(texts(picture))
    assert chart.alternative.startswith("From 1.00 in a to 2.00 in e.")


def test_figures_are_told_in_their_unit_and_never_as_a_rise_or_fall() -> None:
    told = sparkline("s", [Mark("a", 61.0), Mark("b", 42.54)], Axis("%", 1)).alternative
    assert told == "From 61.0\N{NO-BREAK SPACE}% in a to 42.5\N{NO-BREAK SPACE}% in b."


def test_a_course_that_never_changes_runs_along_the_middle() -> None:
    (picture,) = pictures(sparkline("s", [Mark("a", 4.0), Mark("b", 4.0)]))
    assert " 15h" in of_kind(picture, "line")[0].get("d")
