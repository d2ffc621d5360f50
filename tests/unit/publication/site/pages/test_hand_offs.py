"""The page of hand-offs: one picture, who does not arrive, each over time, the SQL behind it."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.site.between import hand_offs
from insight_pipeline.publication.site.pages import hand_offs as page_of
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import IMPROVING, Release


def test_each_hand_off_has_its_place_chart_and_providers(release: Release) -> None:
    text = release.text("hand-offs.html")
    assert f'<h3 id="{IMPROVING}">Leisure centres to swimming pools</h3>' in text
    assert f'id="course-{IMPROVING}"' in text
    assert "New Wave CIC" in text and "Splash &amp; Sons" in text


def test_arrivals_and_the_rest_are_told_with_their_clock(release: Release) -> None:
    text = release.text("hand-offs.html")
    latest = hand_offs(release.store)[0].latest
    assert latest is not None and latest.value is not None
    assert "within 90\N{NO-BREAK SPACE}days" in text
    assert f"{100 - round(latest.value)}\N{NO-BREAK SPACE}% (95 % interval" in text


def test_no_number_is_shown_that_the_release_does_not_hold(store: Store) -> None:
    """Counts that published ones differ by stand nowhere, not even in the picture."""
    latest = hand_offs(store)[0].latest
    assert latest is not None and latest.numerator and latest.denominator
    page = next(iter(page_of.pages(store)))
    assert f"{latest.numerator:,} of {latest.denominator:,}" in page.html
    assert f">{latest.denominator - latest.numerator:,}<" not in page.html


def test_the_question_shown_gives_the_figures_of_the_picture(release: Release) -> None:
    text = release.text("hand-offs.html")
    sql = next(each.sql for each in load_questions() if each.question_id == "between_services")
    assert "indicator_service as starts" in sql and "indicator_service as starts" in text
    with duckdb.connect(str(release.folder / "indicators.duckdb"), read_only=True) as connection:
        rows = connection.execute(sql).fetchall()
    assert len(rows) == len(hand_offs(release.store)) == 1


def test_without_hand_offs_the_page_says_so(store: Store) -> None:
    alone = tuple(each for each in store.indicator_services if each.role == "index")
    page = next(iter(page_of.pages(replace(store, indicator_services=alone))))
    assert "No indicator of this release follows people" in page.html
    assert "<figure" not in page.html
