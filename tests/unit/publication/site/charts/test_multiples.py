"""Small multiples: one scale for all panels."""

from __future__ import annotations

from insight_pipeline.publication.site.charts.model import Axis, Mark
from insight_pipeline.publication.site.charts.multiples import small_multiples
from tests.unit.publication.site.charts.geometry import of_kind, pictures, texts, walked

AXIS = Axis("%", 1)


def course(*values: float | None) -> list[Mark]:
    return [
        Mark(f"200{n}", value, shorthand="" if value is not None else "[c]")
        for n, value in enumerate(values)
    ]


def test_the_same_figure_stands_at_the_same_height_in_every_panel_of_a_row() -> None:
    panels = {"Mere": course(40, 50), "Castle": course(70, 50)}
    for picture in pictures(small_multiples("a", "t", panels, AXIS)):
        one, other = ([*walked(each.get("d"))] for each in of_kind(picture, "line"))
        assert one[-1][1] == other[-1][1] and one[0][1] > other[0][1]
        assert {"Mere", "Castle", "50.0"} <= {words.said for words in texts(picture)}


def test_panels_stand_in_the_order_given_four_or_two_in_a_row() -> None:
    panels = {f"Ward {n}": course(40, 50) for n in range(5)}
    for picture, across in zip(
        pictures(small_multiples("a", "t", panels, AXIS)), (4, 2), strict=True
    ):
        names = [words for words in texts(picture) if words.said.startswith("Ward")]
        assert [words.said for words in names] == list(panels)
        assert len({words.left for words in names}) == across


def test_a_gap_breaks_a_line_and_a_period_alone_is_still_seen() -> None:
    picture = pictures(small_multiples("a", "t", {"Mere": course(1, None, 2, 3)}, AXIS))[0]
    assert of_kind(picture, "line")[0].get("d").count("M") == 2
    assert len(of_kind(picture, "gap")) == 2  # one in the key


def test_the_reference_is_told_once_and_copied_into_every_panel() -> None:
    panels = {"Mere": course(40, 50), "Castle": course(70, 50)}
    chart = small_multiples("a", "t", panels, AXIS, reference=course(55, 56), reference_label="All")
    for picture in pictures(chart):
        copies = [each for each in picture.iter("use") if each.get("class") == "reference"]
        assert len(copies) == 2 and "All" in {words.said for words in texts(picture)}


def test_the_alternative_says_how_far_apart_the_latest_figures_are() -> None:
    chart = small_multiples("a", "t", {"Mere": course(40, 50), "Castle": course(70, None)}, AXIS)
    assert chart.alternative == (
        "2 panels on one scale. Latest figures from 50.0\N{NO-BREAK SPACE}% (Mere) to "
        "70.0\N{NO-BREAK SPACE}% (Castle). 1 of 4 figures are not shown."
    )
