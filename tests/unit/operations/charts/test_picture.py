"""A picture stands alone, is safe to put into a text, and says in words what it shows."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree

from insight_pipeline.linkage.quality.chart import size_chart
from insight_pipeline.operations.charts.bars import Bar, bars
from insight_pipeline.operations.charts.picture import markdown, of_chart, of_svg, picture
from insight_pipeline.publication.site.charts.frame import Drawing
from insight_pipeline.publication.site.charts.model import Axis, Limits, Mark
from insight_pipeline.publication.site.charts.spc import spc_chart

NAMESPACE = "{http://www.w3.org/2000/svg}"


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314


def test_an_image_carries_its_title_its_description_its_colours_and_its_paper() -> None:
    made = picture("A & B", "One <finding>.", bars([Bar("x", 0.5)]))
    root = tree(made.svg)
    assert root.findtext(f"{NAMESPACE}title") == "A & B"
    assert root.findtext(f"{NAMESPACE}desc") == "One <finding>."
    assert "prefers-color-scheme: dark" in (root.findtext(f"{NAMESPACE}style") or "")
    assert root.find(f"{NAMESPACE}rect[@class='paper']") is not None
    assert "http" not in made.svg.replace("http://www.w3.org/2000/svg", "")


def test_words_that_markdown_would_take_for_marks_stay_words() -> None:
    made = picture("a_b [c](d)", "*x* `y` <z>", Drawing(1.0, ""))
    text = markdown([made])
    assert re.search(r"(?<!\\)[*_`<>\[](?!\*a)", text.replace("**", "").replace("![", "")) is None
    (data,) = re.findall(r"base64,(.*)\)$", text)
    assert base64.b64decode(data).decode() == made.svg


def test_a_chart_of_the_report_site_becomes_one_image_without_what_a_pointer_would_tell() -> None:
    marks = [Mark(str(n), float(n), long_label=f"period {n}") for n in range(8)]
    limits = [Limits(4.0, 1.0, 7.0)] * 8
    chart = spc_chart("c", "Course", marks, Axis("%", 1), limits=limits)
    made = of_chart("Course", chart)
    root = tree(made.svg)
    assert made.finding == chart.alternative
    assert len(list(root.iter(f"{NAMESPACE}title"))) == 1
    assert len([one for one in root.iter() if one.get("class", "").startswith("mark")]) >= 8


def test_every_class_that_is_drawn_has_a_colour_or_a_font() -> None:
    marks = [Mark(str(n), float(n), 0.0, 9.0, signal="neutral_high") for n in range(8)]
    limits = [Limits(4.0, 1.0, 7.0)] * 8
    svg = of_chart("x", spc_chart("c", "x", marks, Axis("%"), limits=limits, target=3.0)).svg
    style = tree(svg).findtext(f"{NAMESPACE}style") or ""
    used = {name for one in tree(svg).iter() for name in one.get("class", "").split()}
    assert {name for name in used - {"chart", "target"} if f".{name}" not in style} == set()


def test_an_image_drawn_elsewhere_keeps_its_own_words() -> None:
    made = of_svg(size_chart({1: 10, 2: 5}))
    assert made.title == "People by number of records"
    assert "15 people" in made.finding
