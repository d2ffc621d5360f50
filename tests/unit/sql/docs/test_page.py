"""The page says everything, needs nothing from outside, and is the same for the same book."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import html

from insight_pipeline.sql.docs.entry import Entry
from insight_pipeline.sql.docs.page import anchor, page
from tests.unit.sql.docs.books import BOOK, ENTRIES, MACROS

TEXT = page(BOOK)


def test_the_same_book_gives_the_same_bytes() -> None:
    assert page(BOOK) == TEXT


def test_the_page_needs_nothing_from_outside() -> None:
    found = html.fromstring(TEXT)
    assert not found.xpath("//img | //link | //*[@src] | //iframe")
    assert not re.search(r"url\(|@import|https?://", TEXT)
    (policy,) = found.xpath("//meta[@http-equiv]/@content")
    assert policy.startswith("default-src 'none'; ") and "'unsafe-inline'; script-src 'sha256-" in (
        policy
    )


def test_everything_a_book_says_of_a_relation_stands_in_its_section() -> None:
    found = html.fromstring(TEXT)
    for entry in ENTRIES:
        (section,) = found.xpath(f"//article[@id='{entry.relation}']")
        told = section.text_content()
        said = (entry.kind, entry.description, entry.grain, entry.owner, entry.sql)
        for words in (*said, *entry.tests, *entry.examples, *entry.reads):
            assert words in told
        for column in entry.columns:
            assert column.name in told and column.type.lower() in told


def test_columns_lead_to_the_columns_they_are_made_from() -> None:
    found = html.fromstring(TEXT)
    (row,) = found.xpath("//tr[@id='core.fct_swim.swim_id']")
    assert row.xpath(".//a/@href") == ["#accepted.pool__swims.Swim_No"]
    (section,) = found.xpath("//article[@id='core.fct_swim']")
    decided = section.xpath("h4[contains(., 'decided')]/following-sibling::p[1]")[0]
    assert " ".join(decided.text_content().split()) == (
        "accepted.pool__swims.kind, rows of accepted.pool__swims"
    )


def test_every_link_leads_to_a_place_and_every_place_is_one() -> None:
    found = html.fromstring(TEXT)
    places = found.xpath("//@id")
    assert len(places) == len(set(places))
    assert {link.removeprefix("#") for link in found.xpath("//a/@href")} <= set(places)
    labels = {name for names in found.xpath("//@aria-labelledby") for name in names.split()}
    assert labels <= set(places)


def test_the_picture_is_told_in_words_too() -> None:
    rows = html.fromstring(TEXT).xpath("//section[@class='picture']//tbody/tr")
    told = [" ".join(cell.text_content().strip() for cell in row) for row in rows]
    assert told[1] == "core.fct_swim accepted.pool__swims core.dim_lane, indicators.swims"
    assert len(told) == len(ENTRIES)


def test_a_macro_is_shown_once_and_led_to_from_where_it_is_called() -> None:
    found = html.fromstring(TEXT)
    (macro,) = found.xpath("//details[@id='macro.clean']")
    assert MACROS[0].sql in macro.text_content()
    assert found.xpath("//article[@id='core.fct_swim']//a[@href='#macro.clean']")


def test_what_files_say_is_text_and_never_markup() -> None:
    words = "<script>alert(1)</script>"
    entry = Entry(
        "core.a", "core", "model", words, sql=words, tests=(words,), facts=((words, "x"),)
    )
    found = html.fromstring(page(replace(BOOK, entries=(entry,))))
    assert len(found.xpath("//script")) == 1
    assert found.text_content().count(words) == 4


def test_a_place_holds_no_blanks() -> None:
    assert anchor("accepted.a", "Date of Birth (text)") == "accepted.a.Date_of_Birth__text_"
