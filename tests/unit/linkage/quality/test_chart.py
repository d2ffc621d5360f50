"""Pictures that parse, that say in words what they show, and that are drawn to scale."""

from __future__ import annotations

from math import log10
from xml.etree import ElementTree as ET

import pytest

from insight_pipeline.linkage.quality.chart import quality_chart, size_chart, weight_chart

SVG = "{http://www.w3.org/2000/svg}"


def bars(chart: str) -> dict[str, float]:
    """Height by count, as each bar says it."""
    found = {}
    for rect in ET.fromstring(chart).iter(f"{SVG}rect"):  # noqa: S314
        title = rect.find(f"{SVG}title")
        if title is not None:
            found[str(title.text)] = float(rect.attrib["height"])
    return found


@pytest.mark.parametrize("chart", [weight_chart({4: 10, -6: 300}, 0.0), size_chart({1: 9, 3: 1})])
def test_a_chart_has_a_name_and_a_description_for_those_who_do_not_see_it(chart: str) -> None:
    root = ET.fromstring(chart)  # noqa: S314
    assert root.attrib["role"] == "img"
    for name in root.attrib["aria-labelledby"].split():
        assert any(e.attrib.get("id") == name and e.text for e in root)


def test_bars_are_as_high_as_their_logarithm() -> None:
    heights = bars(size_chart({1: 999, 2: 9}))
    assert heights["999"] / heights["9"] == pytest.approx(log10(1000) / log10(10), rel=0.01)


def test_half_bits_share_a_bar_and_every_pair_is_in_one() -> None:
    heights = bars(weight_chart({4: 10, 5: 20, -6: 300}))
    assert set(heights) == {"30", "300"}


def test_the_largest_people_share_the_last_bar() -> None:
    assert set(bars(size_chart({1: 5, 20: 2, 90: 1}))) == {"5", "3"}


def test_both_pictures_fit_one_file_and_nothing_to_show_is_no_mistake() -> None:
    both = ET.fromstring(quality_chart({4: 10}, {1: 5}, 0.0))  # noqa: S314
    assert len(list(both.iter(f"{SVG}svg"))) == 3
    ET.fromstring(quality_chart({}, {}, None))  # noqa: S314


def test_the_chart_of_equal_counts_is_equal() -> None:
    assert weight_chart({4: 1, 2: 3}) == weight_chart({2: 3, 4: 1})
