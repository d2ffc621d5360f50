"""Lists of indicators: a figure beside its words, and caveats said once."""

from __future__ import annotations

from insight_pipeline.publication.site.outcomes import caveats_of, in_words, outcome
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.builders import figure, indicator, series


def test_a_row_has_the_latest_figure_with_its_interval_and_a_small_picture() -> None:
    row = outcome(indicator(), series(figure(0, "50"), figure(1)))
    assert row.value == "62\N{NO-BREAK SPACE}%" and "54 to 70" in row.note
    assert "<svg" in row.spark and row.link.path == "indicators/kept.html"


def test_a_withheld_figure_is_its_symbol_and_the_reason() -> None:
    row = outcome(indicator(), series(figure(value=None)))
    assert row.value == "[c]" and "nobody can be recognised" in row.finding


def test_without_a_complete_period_no_figure_is_claimed() -> None:
    row = outcome(indicator(), series(figure(value=None, is_not_mature=True, shorthand="[x]")))
    assert row.value == "No figure yet" and row.spark == ""
    assert outcome(indicator(), None).value == "No figure yet"


def test_words_beside_a_figure_do_not_repeat_it() -> None:
    told = in_words(indicator(), series(figure()))
    assert "62" not in told and "too early" in told.lower()


def test_a_caveat_of_every_indicator_is_said_once(store: Store) -> None:
    found = caveats_of(store, store.indicators)
    said = [text for _, texts in found.own for text in texts]
    assert found.shared and not set(found.shared) & set(said)
    alone = caveats_of(store, store.indicators[:1])
    assert alone.own == () and set(found.shared) <= set(alone.shared)
