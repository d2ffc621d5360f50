"""An indicator's page: what it says, charts with their tables, and how to check it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import duckdb
import pytest

from insight_pipeline.publication.site.pages import indicator
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import (
    HEADERS,
    HIDDEN,
    IMPROVING,
    MEAN,
    RATIO,
    SHORT,
    WORSENING,
    Release,
)


def _html(release: Release, name: str) -> str:
    return release.text(f"indicators/{name}.html")


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ").split())


def test_the_answer_tells_figure_interval_change_benchmark_and_target(release: Release) -> None:
    told = _words(_html(release, IMPROVING).partition('class="answer')[2].partition("</div>")[0])
    assert "70 % 2025/26 Q3 (Oct to Dec); 95 % interval 68 to 72" in told
    assert (
        "Getting better (likely more than chance;" in told and "Better than the benchmark" in told
    )
    assert "better than England 2024/25 (56 %)" in told
    assert "the target of 52 % is likely to go on being met" in told


def test_a_period_that_cannot_be_told_yet_is_no_fall(release: Release) -> None:
    told = _words(_html(release, IMPROVING))
    assert "2026/27 Q1 (Apr to Jun) cannot be told yet" in told and "That is no fall." in told


def test_the_course_marks_the_target_and_the_provider_that_took_over(release: Release) -> None:
    course = _html(release, IMPROVING).partition('id="over-time"')[2].partition("</figure>")[0]
    assert "Target 52" in course
    assert "New Wave CIC takes over leisure centres" in _words(course)
    assert "Process limits" in course


def test_three_providers_stand_in_a_funnel_and_fewer_beside_each_other(release: Release) -> None:
    assert "99.8 % limits" in _html(release, IMPROVING)
    assert "99.8 % limits" not in _html(release, RATIO)
    assert "Splash &amp; Sons: worse than the borough" in _html(release, RATIO)


def test_every_chart_has_its_words_and_its_table(release: Release) -> None:
    for name in HEADERS:
        html = _html(release, name)
        for figure in re.findall(r"<figure.*?</figure>", html, re.S):
            assert figure.count("<details>") == 1 and "<table>" in figure
            assert "<figcaption>" in figure
            assert re.search(r'role="img" aria-labelledby="[^"]+"', figure)
            assert re.search(r"<desc[^>]*>[^<]{10,}</desc>", figure)


def test_a_withheld_figure_is_a_symbol_that_the_legend_explains(release: Release) -> None:
    html = _html(release, HIDDEN)
    assert "<dt>[c]</dt><dd>confidential" in html
    assert '<td class="number">[c]</td>' in html
    assert "is withheld (confidential" in _words(html)


def test_a_symbol_that_does_not_occur_is_not_explained(release: Release) -> None:
    assert "<dt>[x]</dt>" not in _html(release, WORSENING)


def test_a_revised_figure_stands_with_what_it_was_before(release: Release) -> None:
    revisions = _html(release, SHORT).partition('id="revisions"')[2].partition("</table>")[0]
    assert "60.0" in revisions and "72.0" in revisions and "12.0" in revisions
    assert "was ever published otherwise" in _html(release, WORSENING)


@pytest.mark.parametrize("name", HEADERS)
def test_the_sql_on_the_page_gives_the_figures_of_the_page(release: Release, name: str) -> None:
    html = _html(release, name)
    questions = [
        question
        for block in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", html, re.S)
        for question in unescape(block).split(";")
        if question.strip()
    ]
    with duckdb.connect(str(release.folder / "indicators.duckdb"), read_only=True) as connection:
        answers = [connection.execute(question).fetchall() for question in questions]
    assert len(questions) == 5
    total = release.store.total(name)
    assert total is not None
    assert [row[4] for row in answers[0]] == [figure.value for figure in total.figures]


def test_a_mean_has_its_unit_and_neither_a_funnel_nor_a_share(release: Release) -> None:
    html = _html(release, MEAN)
    assert "2.00 days" in _words(html) and "99.8 % limits" not in html


def test_names_from_the_data_are_escaped(release: Release) -> None:
    html = _html(release, IMPROVING)
    assert 'Castle "&" Mead' not in html and "Castle &#34;&amp;&#34; Mead" in html


def test_an_indicator_without_a_figure_still_has_its_page(store: Store) -> None:
    pages = {page.path.stem: page.html for page in indicator.pages(replace(store, series=()))}
    assert pages.keys() == HEADERS.keys()
    assert "There is no complete period yet." in pages[IMPROVING]
    assert "There is no figure yet." in pages[IMPROVING]
