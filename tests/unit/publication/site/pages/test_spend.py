"""The page of spending: money by theme, what is not seen yet, and costs with their limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insight_pipeline.publication.site.pages.spend import pages
from insight_pipeline.publication.site.spend_records import ThemeSpend, UnitCost
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import Release

QUARTERS = {
    date(2025, 4, 1): (date(2025, 6, 30), "2025/26 Q1 (Apr to Jun)"),
    date(2025, 7, 1): (date(2025, 9, 30), "2025/26 Q2 (Jul to Sep)"),
}


def spend(theme: str, first: date, amount: int, unseen: int) -> ThemeSpend:
    last, period = QUARTERS[first]
    share = Decimal(unseen) / amount if amount else None
    code = theme.lower()
    return ThemeSpend(code, theme, period, first, last, Decimal(amount), Decimal(unseen), share)


def cost(title: str, count: int | None, **changes: Any) -> UnitCost:
    values: dict[str, Any] = {
        "kind": "outcome",
        "service_code": "gritting",
        "indicator_id": "falls_on_ice",
        "title": title,
        "period": "2024/25",
        "period_from": date(2024, 4, 1),
        "period_to": date(2025, 3, 31),
        "amount_gbp": Decimal(100_000),
        "count_shown": count,
        "unit_cost_gbp": None if count is None else Decimal(100_000) / count,
        "lower95": None if count is None else Decimal(900),
        "upper95": None if count is None else Decimal(9_000),
        "shorthand": "[c]" if count is None else "",
        "note": "Not what one more would cost.",
    }
    return UnitCost(**{**values, **changes})


SPENDS = (
    spend("Health", date(2025, 4, 1), 250_000, 0),
    spend("Health", date(2025, 7, 1), 250_000, 250_000),
    spend("Homes", date(2025, 7, 1), 500_000, 0),
)
COSTS = (
    cost("Falls avoided", 50),
    cost("Falls avoided", 40, period="2025/26", period_from=date(2025, 4, 1)),
    cost("Falls avoided", None, period="2026/27", period_from=date(2026, 4, 1), shorthand="[x]"),
    cost("Slips & trips avoided", None),
    cost("Gritting", 500, kind="person_served", shorthand="[p]"),
)


@pytest.fixture
def page(store: Store) -> str:
    return html(replace(store, theme_spends=SPENDS, unit_costs=COSTS))


def html(store: Store) -> str:
    (only,) = pages(store)
    return only.html


def test_it_says_what_was_spent_and_what_of_it_is_not_seen_yet(page: str) -> None:
    assert "£1,000,000" in page and "in the 2 quarters up to 30 September 2025" in page
    assert "What came of 25 % of it cannot be seen yet." in page
    assert "most was spent on Homes: £500,000" in page


def test_a_quarter_without_spend_of_a_theme_is_drawn_as_nothing(page: str) -> None:
    assert "1 of 4 figures are not shown" in page, "no share of nothing"
    assert "Latest figures from 250" in page, "but its spend is 0"


def test_every_cost_has_its_interval_and_the_latest_complete_one_is_told(page: str) -> None:
    assert "Falls avoided, 2025/26: £2,500 (95 % interval 900 to 9,000), of £100,000" in page
    assert "Falls avoided, 2024/25:" not in page
    assert "£2,000" in page, "in the table"


def test_what_is_withheld_shows_its_symbol_and_no_number(page: str) -> None:
    assert "<li>Slips &amp; trips avoided" not in page
    assert '<td class="number">[c]</td>' in page
    assert "confidential" in page and "not available yet" in page and "provisional" in page


def test_people_are_said_to_be_counted_by_service_only(page: str) -> None:
    assert "People are counted by service and never by theme" in page
    assert "For each person served" in page


def test_without_payments_it_says_so(store: Store) -> None:
    bare = html(replace(store, theme_spends=(), unit_costs=()))
    assert "No payments are known of a whole quarter yet." in bare
    assert "For each" not in bare


def test_every_chart_has_words_and_a_table(page: str) -> None:
    assert page.count("<figure ") == 4
    assert page.count("The figures of this chart as a table") == 4
    assert "<script" not in page and "style=" not in page


def test_a_release_without_payments_has_the_page_all_the_same(release: Release) -> None:
    assert "What is spent, and what for" in release.text("spending.html")
