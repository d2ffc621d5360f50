"""Links are relative, pages are found by folder, and every page has the same frame."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from insight_pipeline.publication.open_data.terms import LICENCE, PREVIEW
from insight_pipeline.publication.site.frame import (
    Link,
    all_pages,
    anchor,
    href,
    navigation,
    page,
)
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import Release


@pytest.mark.parametrize(
    ("path", "target", "link"),
    [
        ("index.html", "indicators/kept.html", "indicators/kept.html"),
        ("indicators/kept.html", "index.html", "../index.html"),
        ("indicators/kept.html", "indicators/other.html#wards", "other.html#wards"),
        ("indicators/kept.html", "../indicators.csv", "../../indicators.csv"),
        ("index.html", "../indicators.csv", "../indicators.csv"),
        ("index.html", "index.html", "index.html"),
        ("index.html", "index.html#themes", "#themes"),
        ("indicators/kept.html", "#wards", "#wards"),
    ],
)
def test_a_link_leads_from_its_page_to_its_target(path: str, target: str, link: str) -> None:
    assert href(path, target) == link


def test_a_link_in_a_cell_is_escaped() -> None:
    assert anchor("index.html", Link("A < B", "a.html")) == '<a href="a.html">A &lt; B</a>'


def test_the_navigation_begins_with_home_and_leads_to_pages_that_exist(release: Release) -> None:
    links = navigation()
    assert links[0] == Link("Home", "index.html")
    for link in links:
        assert (release.site / link.path.partition("#")[0]).exists(), link


def test_a_name_that_a_template_does_not_get_is_an_error(store: Store) -> None:
    with pytest.raises(Exception, match="undefined"):
        page("index.html", "home.html", store, title="Home")


def test_every_page_has_one_heading_a_skip_link_and_the_release_in_its_foot(
    release: Release,
) -> None:
    for path in release.site.rglob("*.html"):
        if path.parent.name == "explore":
            continue
        text = path.read_text(encoding="utf-8")
        assert text.count("<h1") == 1, path
        assert '<a class="skip" href="#content">' in text and 'id="content"' in text
        assert release.store.release.release in text and "30 June 2026" in text
        assert '<html lang="en-GB">' in text
        assert len(re.findall(r'id="([^"]+)"', text)) == len(
            set(re.findall(r'id="([^"]+)"', text))
        ), path


def test_every_page_of_a_preview_says_so_in_words_and_no_other_does(store: Store) -> None:
    preview = replace(store, release=replace(store.release, is_preview=True))
    pages = list(all_pages(preview))
    for each in pages:
        before = each.html.partition("<main")[0]
        assert PREVIEW in before and "<title>PREVIEW: " in before, each.path
        assert LICENCE.title not in each.html.partition("</main>")[2], each.path
    assert pages and not [each.path for each in all_pages(store) if PREVIEW in each.html]
