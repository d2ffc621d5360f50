"""The data-quality banner says what is wrong, and says when nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from insight_pipeline.publication.site.provider_records import Card
from insight_pipeline.publication.site.quality import Remark, recent_cards, remarks
from insight_pipeline.publication.site.records import Series
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import SHORT


def _warnings(store: Store) -> list[Remark]:
    return [each for each in remarks(store) if each.is_warning]


def _linked(store: Store, rate: str, coverage: str = "1") -> Store:
    def changed(series: Series) -> Series:
        figures = tuple(
            replace(each, linkage_rate=Decimal(rate), coverage=Decimal(coverage))
            for each in series.figures
        )
        return replace(series, figures=figures)

    return replace(store, series=tuple(map(changed, store.series)))


def _cards(store: Store, **changes: Any) -> Store:
    return replace(store, cards=tuple(replace(card, **changes) for card in store.cards))


def test_an_indicator_with_few_records_linked_is_pointed_out(store: Store) -> None:
    (found,) = [each for each in _warnings(store) if "linked" in each.text]
    assert "81\xa0%" in found.text
    assert [link.path for link in found.links] == [f"indicators/{SHORT}.html"]


def test_a_share_that_is_not_all_is_never_rounded_up_to_all(store: Store) -> None:
    told = " ".join(each.text for each in remarks(_linked(store, "0.9999", "0.9999")))
    assert "99\xa0% or more of the records" in told and "All records" not in told
    assert "at worst 99\xa0% of the contracts" in told
    assert "All records" in " ".join(each.text for each in remarks(_linked(store, "1")))


def test_providers_that_were_late_are_named_with_the_days(store: Store) -> None:
    (found,) = [each for each in _warnings(store) if "late" in each.text]
    assert [link.label for link in found.links] == ["Splash & Sons (4\xa0days in May 2026)"]
    assert found.links[0].path == "providers/splash.html"


def test_providers_that_were_all_on_time_are_no_warning(store: Store) -> None:
    punctual = _cards(store, is_latency_kept=True)
    assert not [each for each in _warnings(punctual) if "late" in each.text]
    assert "Every delivery due in May 2026 came on time." in [r.text for r in remarks(punctual)]


def test_where_nothing_was_due_nobody_is_called_on_time(store: Store) -> None:
    told = " ".join(each.text for each in remarks(_cards(store, is_latency_kept=None)))
    assert "came on time" not in told and "delivered late" not in told


def test_faults_that_were_not_mended_are_counted(store: Store) -> None:
    faulty = _cards(store, deliveries_at_fault=3, deliveries_mended=1)
    (found,) = [each for each in _warnings(faulty) if "faults" in each.text]
    assert "Splash & Sons (2)" in [link.label for link in found.links]


def test_cards_of_months_to_come_and_of_long_ago_are_not_looked_at(store: Store) -> None:
    card: Card = next(each for each in store.cards if each.dataset == "all")
    months = [date(2026, month, 1) for month in (1, 2, 5, 6, 9)]
    seen = recent_cards(
        replace(store, cards=tuple(replace(card, period_month=month) for month in months))
    )
    assert [each.period_month.month for each in seen] == [2, 5, 6]


def test_withheld_figures_are_counted_by_their_reason(store: Store) -> None:
    hidden = [figure for figure in store.figures if figure.value is None]
    told = remarks(store)[-1].text
    assert told.startswith(f"{len(hidden)} of {len(store.figures)} figures show no number")
