"""Text inside a picture: safe, measured, cut."""

from __future__ import annotations

from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from insight_pipeline.publication.site.charts.text import (
    clean,
    escaped,
    shortened,
    width_of,
    wrapped,
)


@given(st.text())
def test_any_text_is_safe_in_an_element_and_in_an_attribute(words: str) -> None:
    read = etree.fromstring(f'<t a="{escaped(words)}">{escaped(words)}</t>')
    assert (read.text or "") == read.get("a") == clean(words) == unescape(escaped(words))


def test_what_xml_forbids_is_replaced() -> None:
    assert clean("a\x00\ud800b\n c") == "a\ufffd\ufffdb c"


@given(st.text(), st.floats(0, 400))
def test_shortened_text_fits_and_text_that_fits_is_not_shortened(words: str, room: float) -> None:
    short = shortened(words, room)
    assert width_of(short) <= room
    assert (short == clean(words)) == (width_of(words) <= room) or not short


@given(st.text(alphabet="ab cd", max_size=60), st.floats(60, 300), st.integers(1, 4))
def test_wrapped_text_keeps_to_its_lines_and_its_room(words: str, room: float, lines: int) -> None:
    found = wrapped(words, room, lines)
    assert len(found) <= lines
    assert all(width_of(line) <= room for line in found)
    if not any(line.endswith("…") for line in found):
        assert " ".join(found) == clean(words)
