"""Rows of each delivery and the range that was usual before it."""

from __future__ import annotations

from insight_pipeline.contracts.service_levels.volume import volumes
from insight_pipeline.operations.charts.rows import rows_received
from tests.unit.contracts.service_levels.test_volume import STEADY, feed


def test_an_unusual_delivery_is_named_in_the_words_of_the_picture() -> None:
    accounts = feed([*STEADY, 40])
    made = rows_received(volumes(accounts), accounts)
    assert made is not None
    assert "low" in made.finding and "period to 2026-03-31" in made.finding


def test_a_young_feed_is_drawn_without_a_range_and_says_so() -> None:
    accounts = feed(STEADY[:3])
    made = rows_received(volumes(accounts), accounts)
    assert made is not None and "no range before 6 earlier periods" in made.title
    assert "Process limits" not in made.svg


def test_without_a_delivery_there_is_no_picture() -> None:
    assert rows_received((), ()) is None
