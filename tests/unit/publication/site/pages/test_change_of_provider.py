"""The page of changes of provider: each with its facts, its people and its figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from insight_pipeline.indicators.roles import Role
from insight_pipeline.publication.site.change_records import ContractChange
from insight_pipeline.publication.site.pages import change_of_provider as page_of
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.builders import indicator
from tests.unit.publication.site.conftest import Release


def html(store: Store) -> str:
    (page,) = page_of.pages(store)
    return page.html


def test_a_change_stands_with_its_days_prices_and_providers(release: Release) -> None:
    text = release.text("changes-of-provider.html")
    assert "Leisure centres: Splash &amp; Sons to New Wave CIC, July 2024" in text
    for told in ("30 June 2024", "1 July 2024", "£100,000", "£120,000", "the whole borough"):
        assert told in text
    assert "before 30 December 2024" in text
    assert "Nobody under contract" not in text and "Both under contract" not in text


def test_gaps_overlaps_and_wards_are_named_where_there_are_any(store: Store) -> None:
    (change,) = store.contract_changes
    here = replace(change, area_codes="E05900001,E05900003", gap_days=10, overlap_days=1)
    text = html(replace(store, contract_changes=(here,)))
    assert "Abbey and Castle &#34;&amp;&#34; Mead" in text
    assert "10\N{NO-BREAK SPACE}days" in text and "1\N{NO-BREAK SPACE}day<" in text


def test_a_change_to_come_is_listed_without_figures(store: Store) -> None:
    (change,) = store.contract_changes
    coming = replace(change, changed_date=date(2030, 1, 1))
    text = html(replace(store, contract_changes=(coming,)))
    assert "Changes to come" in text and "January 2030" in text
    assert "People in the middle" not in text


def test_the_page_leads_to_whichever_indicator_counts_those_lost(store: Store) -> None:
    lost = indicator(indicator_id="left_behind", role=Role.LOST_IN_TRANSITION.value)
    named = "indicators/left_behind.html"
    assert named in html(replace(store, indicators=(*store.indicators, lost)))
    other = replace(lost, role="")
    assert named not in html(replace(store, indicators=(*store.indicators, other)))


def test_without_changes_the_page_says_so(store: Store) -> None:
    assert "No service has changed hands yet." in html(replace(store, contract_changes=()))


def test_the_release_holds_the_change_as_it_stands_in_the_contracts(store: Store) -> None:
    assert store.contract_changes == (
        ContractChange(
            service_code="leisure",
            service_title="Leisure centres",
            from_provider_id="splash",
            to_provider_id="newwave",
            ended_date=date(2024, 6, 30),
            began_date=date(2024, 7, 1),
            changed_date=date(2024, 7, 1),
            gap_days=0,
            overlap_days=0,
            area_codes="",
            from_price_gbp=Decimal("100000.00"),
            to_price_gbp=Decimal("120000.00"),
            handover_days=28,
            comparable_date=date(2024, 12, 30),
        ),
    )
