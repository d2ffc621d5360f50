"""A provider's page: what it delivers, answers for, promised and hands over."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from insight_pipeline.publication.site.pages import provider
from insight_pipeline.publication.site.pages.provider import _priced
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import IMPROVING, Release


def test_every_provider_has_a_page(store: Store) -> None:
    paths = {str(each.path) for each in provider.pages(store)}
    assert paths == {f"providers/{each.provider_id}.html" for each in store.providers}


def test_only_contracts_in_force_are_summed_and_ended_ones_still_stand(release: Release) -> None:
    text = release.text("providers/splash.html")
    assert "Under contract on 30 June 2026: Swimming pools. £50,000 a year." in text
    assert "£100,000" in text and "30 June 2024" in text


def test_prices_are_told_together_only_where_there_are_several_and_what_is_left_out() -> None:
    def told(*prices: int) -> str:
        return _priced([Decimal(each) for each in prices])

    assert told(0) == told() == ""
    assert told(5, 4) == " Together £9 a year."
    assert told(5, 0) == " £5 a year, without what is paid for elsewhere."


def test_outcomes_are_compared_only_where_several_answer_at_once(release: Release) -> None:
    text = release.text("providers/splash.html")
    assert f'href="../indicators/{IMPROVING}.html"' in text
    assert 'id="compared"' in text and "none is ranked" in text
    assert 'id="compared"' not in release.text("providers/icebreak.html")


def test_hand_offs_say_in_which_direction(release: Release) -> None:
    text = release.text("providers/splash.html")
    assert "Takes on" in text
    assert f'href="../hand-offs.html#{IMPROVING}"' in text
    assert 'id="handing"' not in release.text("providers/icebreak.html")


def test_the_scorecard_stands_only_where_deliveries_are_owed(release: Release) -> None:
    assert 'id="deliveries"' in release.text("providers/splash.html")
    assert 'id="deliveries"' not in release.text("providers/icebreak.html")


def test_names_are_escaped_once(release: Release) -> None:
    assert "<h1>Splash &amp; Sons</h1>" in release.text("providers/splash.html")


def test_a_provider_without_anything_says_so(store: Store) -> None:
    bare = replace(store, services=(), cards=(), series=())
    page = next(iter(provider.pages(bare)))
    assert "No figure of this release is attributed to it." in page.html
    assert "has no contract" in page.html
