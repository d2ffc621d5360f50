"""Hand-offs: boxes, arrows, shares and clocks."""

from __future__ import annotations

from insight_pipeline.publication.site.charts.flow import flow_chart
from insight_pipeline.publication.site.charts.model import Flow
from tests.unit.publication.site.charts.geometry import of_kind, pictures, texts
from tests.unit.publication.site.charts.samples import FLOWS

SPACE = "\N{NO-BREAK SPACE}"
HOMELESS = Flow("Homelessness", "Treatment", "Start treatment", 61.8, 1124, 1820, 28)
LEAVERS = Flow("Children", "Treatment", "Care leavers", None, None, None, 182, "[c]")


def test_an_arrow_says_its_share_its_clock_its_counts_and_its_label() -> None:
    for picture in pictures(flow_chart("a", "t", [HOMELESS])):
        said = {words.said for words in texts(picture)}
        assert f"62{SPACE}% within 28{SPACE}days1,124 of 1,820" in said
        assert {"Homelessness", "Treatment", "Start treatment"} <= said


def test_a_withheld_one_is_dashed_and_shows_its_shorthand() -> None:
    chart = flow_chart("a", "t", [HOMELESS, LEAVERS])
    for picture in pictures(chart):
        assert len(of_kind(picture, "flow")) == 2 and len(of_kind(picture, "withheld")) == 1
        assert f"[c] within 182{SPACE}days" in {words.said for words in texts(picture)}
    assert "1 of 2 without a value." in chart.alternative


def test_a_larger_share_has_a_thicker_arrow() -> None:
    flows = [HOMELESS, Flow("Hospital", "Care", "", 12.0, 1, 2, 0)]
    picture = pictures(flow_chart("a", "t", flows))[0]
    thick, thin = (float(each.get("stroke-width")) for each in of_kind(picture, "flow"))
    assert thick > thin


def test_a_service_is_one_box_on_each_side_where_there_is_room() -> None:
    wide, narrow = pictures(flow_chart("a", "t", FLOWS))
    sources, targets = ({getattr(f, side) for f in FLOWS} for side in ("source", "target"))
    assert len(of_kind(wide, "service")) == len(sources) + len(targets)
    assert len(of_kind(narrow, "service")) == len(sources) + len(FLOWS)


def test_no_text_lies_over_another() -> None:
    for picture in pictures(flow_chart("a", "t", FLOWS)):
        found = list(texts(picture))
        assert not [(a, b) for n, a in enumerate(found) for b in found[n + 1 :] if a.meets(b)]


def test_without_hand_offs_it_says_so() -> None:
    chart = flow_chart("a", "t", [])
    assert "No hand-offs" in chart.svg and chart.alternative == "No hand-offs are shown."


def test_where_there_is_room_a_label_of_three_lines_stands_whole() -> None:
    label = "People who leave hospital and get care at home within a month of the day they left"
    wide = pictures(flow_chart("a", "t", [Flow("Hospital", "Care", label, 62.0, 1, 2, 28)]))[0]
    lines = [words for words in texts(wide) if words.said in label]
    assert " ".join(each.said for each in lines) == label and len(lines) == 3
