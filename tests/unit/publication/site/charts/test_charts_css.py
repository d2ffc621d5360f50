"""Contrast, computed from the style sheet itself (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from tests.unit.publication.site.charts.samples import STYLE, every_chart

_BLOCKS = {
    "light": r"^:root \{(.*?)\}",
    "dark": r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}",
    "print": r"@media print \{\s*:root \{(.*?)\}",
}
_CSS = STYLE.read_text(encoding="utf-8")
_TEXT = ("ink", "soft")
_GROUNDS = ("paper", "gap", "band", "service")
_MARKS = ("line", "axis", "plain", "good", "bad", "other", "target", "flow", "edge")


def colours(scheme: str) -> dict[str, str]:
    found = re.search(_BLOCKS[scheme], _CSS, re.DOTALL | re.MULTILINE)
    assert found is not None
    return dict(re.findall(r"--chart-(\w+): (#[0-9a-f]{6})", found[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", _BLOCKS)
def test_text_reaches_four_and_a_half_to_one_on_every_ground(scheme: str) -> None:
    found = colours(scheme)
    low = {
        (text, ground): round(contrast(found[text], found[ground]), 2)
        for text in _TEXT
        for ground in _GROUNDS
        if contrast(found[text], found[ground]) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("scheme", _BLOCKS)
def test_marks_reach_three_to_one_on_every_ground_they_stand_on(scheme: str) -> None:
    found = colours(scheme)
    grounds = ("paper", "gap", "band")
    low = {
        (mark, ground): round(contrast(found[mark], found[ground]), 2)
        for mark in _MARKS
        for ground in (grounds if mark != "edge" else ("paper",))
        if contrast(found[mark], found[ground]) < 3
    }
    assert low == {}


def test_every_scheme_names_the_same_colours_and_every_colour_used_is_named() -> None:
    names = {scheme: set(colours(scheme)) for scheme in _BLOCKS}
    assert names["light"] == names["dark"] == names["print"]
    assert set(re.findall(r"var\(--chart-(\w+)\)", _CSS)) == names["light"]


def test_every_class_that_charts_write_is_styled() -> None:
    written = {
        name
        for chart in every_chart().values()
        for classes in re.findall(r'class="([^"]*)"', chart.svg)
        for name in classes.split()
    }
    assert {name for name in written if f".{name}" not in _CSS} == {"symbol"}
