"""A theme's page: prices once, outcomes beside them, and never one over the other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import duckdb

from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.site.pages import theme
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import HEADERS, Release

PATH = "themes/physical_activity.html"


def test_every_theme_has_a_page(store: Store) -> None:
    paths = {str(each.path) for each in theme.pages(store)}
    assert paths == {f"themes/{code}.html" for code in store.themes}


def test_the_price_is_of_index_services_in_force_and_no_price_of_an_outcome(
    release: Release,
) -> None:
    text = release.text(PATH)
    assert "£120,000 <small>a year" in text
    assert "A price is not the cost of an outcome" in text
    assert "not counted here: Swimming pools" in text


def test_it_agrees_with_the_question_about_costs(release: Release, store: Store) -> None:
    """The SQL that the page links to gives the sums that it shows."""
    sql = next(q.sql for q in load_questions() if q.question_id == "theme_costs_and_outcomes")
    path = str(release.folder / "indicators.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        asked = f"select distinct theme, annual_price_gbp from ({sql})"
        rows = connection.execute(asked).fetchall()
    codes = {name: code for code, name in store.themes.items()}
    assert rows
    for name, price in rows:
        assert f"£{price:,.0f} <small>" in release.text(f"themes/{codes[name]}.html")


def test_a_service_under_two_themes_is_pointed_out(release: Release) -> None:
    text = release.text("themes/homelessness.html")
    assert "Prices of themes do not add up" not in text
    moved = [
        replace(each, theme_code="homelessness", theme="Homelessness")
        if each.indicator_id == "days_waited"
        else each
        for each in release.store.indicators
    ]
    pages = theme.pages(replace(release.store, indicators=tuple(moved)))
    (found,) = (each.html for each in pages if "homelessness" in str(each.path))
    assert "Leisure centres (Physical activity)" in found


def test_each_indicator_has_its_figure_its_course_and_its_finding(release: Release) -> None:
    text = release.text(PATH)
    titles = [found.title for found in HEADERS.values() if found.theme == "physical_activity"]
    assert all(title in text for title in titles)
    assert text.count('class="spark"') == len(titles)
    assert "Getting better" in text


def test_what_is_paid_for_elsewhere_is_not_counted_as_free(store: Store) -> None:
    free = tuple(replace(each, annual_price_gbp=Decimal(0)) for each in store.services)
    page = next(iter(theme.pages(replace(store, services=free))))
    assert (
        "paid for elsewhere, so not in the price" in page.html and "<small>a year" not in page.html
    )
