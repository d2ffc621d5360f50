from __future__ import annotations

from dataclasses import replace

from lxml import etree

from insight_pipeline.sql.docs.entry import Entry, read_by
from insight_pipeline.sql.docs.views import neighbours_picture, whole_picture
from tests.unit.sql.docs.books import BOOK, ENTRIES


def lefts(drawn: str) -> dict[str, float]:
    """Relation → the left edge of its box."""
    root = etree.fromstring(drawn)
    return {link.get("href")[1:]: float(link.find("rect").get("x")) for link in root.findall("a")}


def test_everything_is_in_the_picture_right_of_what_it_is_made_from() -> None:
    left = lefts(whole_picture(BOOK))
    assert left.keys() == {entry.relation for entry in ENTRIES}
    for entry in ENTRIES:
        assert all(left[read] < left[entry.relation] for read in entry.reads)


def test_a_room_has_a_heading_once_however_many_columns_it_takes() -> None:
    root = etree.fromstring(whole_picture(BOOK))
    headings = [text.text for text in root.findall("text")]
    assert [each for each in headings if each] == ["accepted", "core", "indicators"]
    left = lefts(whole_picture(BOOK))
    assert left["core.fct_swim"] < left["core.dim_lane"] < left["indicators.swims"]


def test_a_circle_within_a_room_is_drawn_and_not_followed_for_ever() -> None:
    circle = (
        Entry("core.a", "core", "model", "A.", reads=("core.b",)),
        Entry("core.b", "core", "model", "B.", reads=("core.a",)),
    )
    assert lefts(whole_picture(replace(BOOK, entries=circle))).keys() == {"core.a", "core.b"}


def test_one_relation_stands_between_what_it_is_made_from_and_what_uses_it() -> None:
    by_name = {entry.relation: entry for entry in ENTRIES}
    readers = read_by(ENTRIES)["core.fct_swim"]
    left = lefts(neighbours_picture(by_name["core.fct_swim"], readers, by_name))
    assert left["accepted.pool__swims"] < left["core.fct_swim"] < left["indicators.swims"]
    assert left["core.dim_lane"] == left["indicators.swims"]
    assert len(left) == 4


def test_a_neighbour_that_the_book_does_not_have_is_left_out() -> None:
    entry = Entry("core.a", "core", "model", "A.", reads=("elsewhere.b",))
    assert lefts(neighbours_picture(entry, (), {"core.a": entry})).keys() == {"core.a"}
