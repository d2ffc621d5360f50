from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from insight_pipeline.sql.docs.picture import STYLE, Box, Column, box, broken, svg

COLUMNS = (
    Column("core", "core", (box("core.a", "core"), box("core.b", "core"))),
    Column("", "core", (box("core.fct_provider_reporting", "core"),)),
    Column("indicators", "indicators", (Box("indicators.<x>", ("<x>",), "indicators"),)),
)
EDGES = [
    ("core.a", "core.fct_provider_reporting"),
    ("core.a", "indicators.<x>"),
    ("core.fct_provider_reporting", "indicators.<x>"),
    ("core.gone", "core.a"),
]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*, alone: bool = False) -> etree._Element:
    return etree.fromstring(svg(COLUMNS, EDGES, "it", "What & why", alone=alone))


def test_every_box_is_a_link_with_the_name_of_its_relation() -> None:
    links = drawn().findall("a")
    assert [link.get("href") for link in links] == [
        *("#core.a", "#core.b", "#core.fct_provider_reporting", "#indicators.<x>")
    ]
    assert [link.get("aria-label") for link in links] == [link.get("href")[1:] for link in links]


def test_every_line_says_what_it_joins_and_none_leads_nowhere() -> None:
    paths = drawn().findall("g[@class='lines']/path")
    assert [(path.get("data-of"), path.get("data-to")) for path in paths] == sorted(EDGES[:3])


def test_the_words_stand_for_the_picture() -> None:
    root = drawn()
    assert root.get("aria-labelledby") == root.find("title").get("id") == "it-words"
    assert root.find("title").text == "What & why"


def test_a_file_of_its_own_has_its_style_and_no_links() -> None:
    root = drawn(alone=True)
    assert root.tag == f"{SVG}svg" and float(root.get("width")) > 0
    assert root.find(f"{SVG}style").text == STYLE.read_text(encoding="utf-8")
    assert not root.findall(f".//{SVG}a") and len(root.findall(f"{SVG}g")) == 5
    assert "prefers-color-scheme" in root.find(f"{SVG}style").text


def test_lines_leave_to_the_right_and_arrive_from_the_left() -> None:
    root = drawn()
    rects = {link.get("href")[1:]: link.find("rect") for link in root.findall("a")}
    for path in root.findall("g[@class='lines']/path"):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d"))]
        start, end = rects[path.get("data-of")], rects[path.get("data-to")]
        assert numbers[0] == float(start.get("x")) + float(start.get("width"))
        assert numbers[-2] == float(end.get("x"))


def test_columns_do_not_overlap_and_names_fit_their_boxes() -> None:
    root = drawn()
    spans = sorted(
        {(float(r.get("x")), float(r.get("x")) + float(r.get("width"))) for r in root.iter("rect")}
    )
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    assert spans[-1][1] <= float(root.get("viewBox").split()[2])


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("dim_citizen", ("dim_citizen",)),
        ("fct_provider_reporting", ("fct_provider_", "reporting")),
        ("homeless_to_treatment_21d", ("homeless_to_", "treatment_21d")),
        ("averylongnamewithoutanybreak", ("averylongnamewithoutanybreak",)),
        ("_averylongnamewithoutabreak", ("_averylongnamewithoutabreak",)),
    ],
)
def test_a_long_name_is_broken_where_its_halves_are_most_alike(
    name: str, lines: tuple[str, ...]
) -> None:
    assert broken(name) == lines
    assert "".join(broken(name)) == name


def test_a_provider_stands_over_its_dataset() -> None:
    found = box("accepted.pool__swims", "accepted", over="pool", label="swims")
    assert (found.lines, found.is_over) == (("pool", "swims"), True)


def test_the_style_has_every_colour_twice_for_light_and_dark() -> None:
    text = Path(STYLE).read_text(encoding="utf-8")
    light, dark = (set(re.findall(r"(--[\w-]+):", part)) for part in text.split("@media")[:2])
    assert {name for name in light if name != "--tone"} == dark - {"--tone"}
