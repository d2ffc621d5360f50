"""The home page: messages first, the data's quality beside them, every indicator below."""

from __future__ import annotations

import re
from dataclasses import replace

from insight_pipeline.publication.site.pages import home
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import HEADERS, HIDDEN, RATIO, Release


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").split())


def test_it_says_what_got_worse_and_better_and_how_sure_that_is(release: Release) -> None:
    told = _words(release.text("index.html"))
    worse, better = told.index("Getting worse"), told.index("Getting better")
    assert worse < told.index("Falls on ice") < better
    assert "How sure: very sure; chance alone would bring it less than once in 500 times." in told


def test_every_indicator_has_its_row_with_figure_line_and_link(release: Release) -> None:
    html = release.text("index.html")
    for name, header in HEADERS.items():
        assert f'<a href="indicators/{name}.html">{header.title}</a>' in html
        assert f'id="spark-{name}' in html


def test_a_withheld_figure_is_its_symbol_and_a_standard_is_no_figure(release: Release) -> None:
    rows = dict(
        re.findall(r'indicators/(\w+)\.html">[^<]+</a></p>(.*?)</li>', _rows(release), re.S)
    )
    assert "[c]" in rows[HIDDEN] and "Withheld" in rows[HIDDEN]
    assert "by definition" in rows[RATIO]


def _rows(release: Release) -> str:
    return release.text("index.html").partition('id="indicators"')[2]


def test_it_warns_of_what_is_wrong_with_the_data(release: Release) -> None:
    told = _words(release.text("index.html"))
    assert "Take care Few records could be linked to a person" in told
    assert "Splash &amp; Sons (4 days in May 2026)" in told.replace("\xa0", " ")


def test_files_beside_the_site_are_offered(release: Release) -> None:
    assert '<a href="../indicators.csv">' in release.text("index.html")


def test_without_a_change_it_says_that_nothing_can_be_said(store: Store) -> None:
    (page,) = home.pages(replace(store, series=()))
    assert "No indicator can be said to have got better or worse yet" in page.html
    assert "No figure of a ward or provider could be compared with the borough" in page.html


def test_the_query_page_is_linked_only_where_there_is_one(store: Store) -> None:
    (without,) = home.pages(store)
    (with_it,) = home.pages(replace(store, files=(*store.files, "site/explore/index.html")))
    assert "explore/" not in without.html
    assert '<a href="explore/index.html">' in with_it.html
