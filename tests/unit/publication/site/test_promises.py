"""The scorecard of a provider: months as they were, withheld shares as their symbol."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from insight_pipeline.publication.site.promises import latest, promises
from insight_pipeline.publication.site.provider_records import Card
from insight_pipeline.publication.site.store import Store

CARD = Card(
    provider_id="splash",
    dataset="all",
    period_month=date(2026, 5, 1),
    deliveries_expected=2,
    deliveries_received=1,
    on_time_pct=50,
    worst_late_days=9,
    completeness_pct=91,
    validity_pct=100,
    rejected_pct=0,
    duplicates_pct=0,
    linkability_pct=97,
    deliveries_at_fault=1,
    deliveries_mended=0,
    correction_days=None,
    is_frequency_kept=False,
    is_latency_kept=False,
    figures_revised=3,
    revision_pct=Decimal("4.2"),
    shorthand="",
)


def test_months_kept_are_counted_and_the_latest_shares_are_told(store: Store) -> None:
    june = replace(CARD, period_month=date(2026, 6, 1), is_latency_kept=True, on_time_pct=100)
    found = promises(replace(store, cards=(CARD, june)), "splash")
    assert found is not None and found.datasets is None
    assert found.over_time.finding == (
        "On time in 1 of 2 months; in June 2026 complete 91\N{NO-BREAK SPACE}%, "
        "valid 100\N{NO-BREAK SPACE}%, linkable 97\N{NO-BREAK SPACE}%"
    )
    assert found.over_time.table.rows[0][:3] == ("May 2026", "1 of 2", "50")
    assert found.over_time.table.rows[0][-2:] == ("3", "4.2")


def test_a_withheld_share_is_a_gap_with_its_symbol(store: Store) -> None:
    hidden = replace(CARD, completeness_pct=None, linkability_pct=None, shorthand="[c]")
    found = promises(replace(store, cards=(hidden,)), "splash")
    assert found is not None
    assert found.over_time.table.rows[0].count("[c]") == 2
    assert "complete" not in found.over_time.finding


def test_several_datasets_stand_below_each_other_in_their_latest_month(store: Store) -> None:
    cards = [CARD]
    for name in ("visits", "members"):
        for month in (4, 5):
            cards.append(replace(CARD, dataset=name, period_month=date(2026, month, 1)))
    found = promises(replace(store, cards=tuple(cards)), "splash")
    assert found is not None and found.datasets is not None
    assert [row[:2] for row in found.datasets.rows] == [
        ("members", "May 2026"),
        ("visits", "May 2026"),
    ]


def test_a_month_ahead_of_the_data_is_not_the_latest() -> None:
    ahead = replace(CARD, period_month=date(2026, 12, 1))
    assert latest([CARD, ahead], date(2026, 6, 30)) == CARD
    assert latest([ahead], date(2026, 6, 30)) == ahead


def test_who_owes_nothing_has_no_scorecard(store: Store) -> None:
    assert promises(store, "nobody") is None
