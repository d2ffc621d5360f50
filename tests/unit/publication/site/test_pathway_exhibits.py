"""Hand-offs by pathway, pair of providers and ward: side by side, told without a ranking."""

from __future__ import annotations

from dataclasses import replace

import pytest

from insight_pipeline.publication.site.between import hand_offs
from insight_pipeline.publication.site.pages import hand_offs as page_of
from insight_pipeline.publication.site.pathway_exhibits import by_pathway, clocks
from insight_pipeline.publication.site.pathway_records import Pathway
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import IMPROVING

PATHWAYS = (
    Pathway("to_pools", "Leisure to pools", 21, "The borough."),
    Pathway("to_gym", "Pools to gym", 28, "A standard."),
)


@pytest.fixture
def by_ways(store: Store) -> Store:
    """The borough with its wards' series of one indicator as series by pathway and by pair too."""
    areas = store.series_of(IMPROVING, "area")
    more = [
        replace(each, breakdown_type=kind, series_id=f"{kind}/{each.series_id}")
        for kind in ("pathway", "provider_pair")
        for each in areas
    ]
    return replace(store, series=(*store.series, *more), pathways=PATHWAYS)


def test_an_indicator_by_pathway_is_shown_by_pathway_pair_and_ward(by_ways: Store) -> None:
    (found,) = by_pathway(by_ways)
    names = [each.exhibit_id for each in found.exhibits]
    assert names == [f"swims-taught-by-{kind}" for kind in ("pathway", "provider-pair", "area")]
    rows = found.exhibits[0].table.rows
    assert [row[0] for row in rows] == sorted(row[0] for row in rows), "by name, not by merit"
    assert all(each.table.rows and "<svg" in each.svg for each in found.exhibits)


def test_pathways_are_never_called_better_or_worse(by_ways: Store) -> None:
    (found,) = by_pathway(by_ways)
    assert found.pathways and found.pairs
    for each in (found.pathways, found.pairs):
        said = " ".join((each.finding, *each.notes, each.chart.alternative)).lower()
        assert "better" not in said and "worse" not in said and "borough" not in said
        assert "cannot be ranked" in said


def test_a_withheld_pathway_keeps_its_row_and_its_symbol(by_ways: Store) -> None:
    (found,) = by_pathway(by_ways)
    assert found.pathways
    period = by_ways.latest_period(IMPROVING)
    assert period
    hidden = []
    for each in by_ways.series:
        if each.breakdown_type == "pathway":
            figures = [
                replace(f, value=None, numerator=None, denominator=None, shorthand="[c]")
                for f in each.figures
            ]
            each = replace(each, figures=tuple(figures))
        hidden.append(each)
    (found,) = by_pathway(replace(by_ways, series=tuple(hidden)))
    assert found.pathways and "withheld" in found.pathways.finding
    assert {row[1] for row in found.pathways.table.rows} == {"[c]"}


def test_what_is_told_by_pathway_is_no_arrow_between_all_its_services(
    store: Store, by_ways: Store
) -> None:
    assert [each.indicator.indicator_id for each in hand_offs(store)] == [IMPROVING]
    assert hand_offs(by_ways) == ()


def test_clocks_are_told_with_who_sets_them(by_ways: Store, store: Store) -> None:
    table = clocks(by_ways)
    assert table
    assert table.rows == (
        ("Leisure to pools", "The borough.", "21"),
        ("Pools to gym", "A standard.", "28"),
    )
    assert clocks(store) is None


def test_the_page_explains_the_states_before_it_shows_figures(by_ways: Store) -> None:
    page = next(iter(page_of.pages(by_ways)))
    assert page.html.index("A late delivery is never taken") < page.html.index(
        "swims-taught-by-pathway"
    )
    assert "The clocks" in page.html and "No indicator of this release" not in page.html


def test_without_pathways_the_page_has_no_such_part(store: Store) -> None:
    page = next(iter(page_of.pages(store)))
    assert 'id="missed"' not in page.html and 'id="clocks"' not in page.html
