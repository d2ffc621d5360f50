"""Records are read whole, in order, and say what the database says."""

from __future__ import annotations

from decimal import Decimal

import duckdb

from insight_pipeline.publication.database.dictionary import TABLES, VIEWS
from insight_pipeline.publication.database.macro_columns import MACROS
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import HIDDEN, IMPROVING, SHORT, Release, open_store


def _ask(release: Release, query: str) -> list[tuple[object, ...]]:
    path = str(release.folder / "indicators.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_figure_is_in_its_series_in_order_of_time(release: Release) -> None:
    found = [
        (figure.series_id, figure.period_from)
        for series in release.store.series
        for figure in series.figures
    ]
    expected = _ask(release, "select series_id, period_from from figure order by all")
    assert sorted(found) == expected
    for series in release.store.series:
        days = [figure.period_from for figure in series.figures]
        assert days == sorted(days)


def test_figures_carry_their_judgement_and_the_mark_of_a_revision(store: Store) -> None:
    total = store.total(IMPROVING)
    assert total is not None and total.latest is not None
    assert total.latest.judgement.spc_variation == "special_cause_improvement"
    revised = [
        f for s in store.series_of(SHORT, "total") for f in s.figures if "[r]" in f.shorthand
    ]
    assert [str(figure.period_from) for figure in revised] == ["2023-04-01"]


def test_two_readings_are_equal(release: Release) -> None:
    assert open_store(release.folder).series == release.store.series


def test_only_what_was_published_otherwise_before_is_a_revision(store: Store) -> None:
    found = store.revisions_of(SHORT)
    assert [(each.previous_value, each.value) for each in found] == [(Decimal(60), Decimal(72))]
    assert store.revisions_of(HIDDEN) == ()
    assert len(store.releases) == 2 and store.releases[-1] == store.release.release


def test_the_latest_period_is_the_latest_complete_one(store: Store) -> None:
    assert str(store.latest_period(IMPROVING)) == "2025-10-01"
    assert store.latest_period("unheard_of") is None


def test_the_dictionary_has_every_table_view_and_macro_with_its_words(store: Store) -> None:
    found = {(each.kind, each.name): each for each in store.relations}
    for kind, documented in (("table", TABLES), ("view", VIEWS), ("macro", MACROS)):
        for name, words in documented.items():
            assert found[kind, name].description == words.description
    assert found["macro", "trend"].parameters == ("series",)
    assert [each.name for each in found["table", "figure"].columns] == [*TABLES["figure"].columns]


def test_a_text_that_is_missing_is_empty(store: Store) -> None:
    assert store.indicator(SHORT).benchmark_name == ""


def test_providers_areas_and_themes_are_found_by_name(store: Store) -> None:
    assert store.borough.area_name == "Ashmere"
    assert store.provider_name("newwave") == "New Wave CIC"
    assert store.provider_name("all") == "all"
    assert list(store.themes.values()) == ["Homelessness", "Physical activity"]
