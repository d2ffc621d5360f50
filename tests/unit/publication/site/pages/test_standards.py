"""All partners' standards side by side, and how far apart they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from insight_pipeline.publication.site.disparity import by_provider, gaps
from insight_pipeline.publication.site.pages import standards
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.test_promises import CARD

OTHER = replace(CARD, provider_id="newwave", completeness_pct=70, linkability_pct=96)


def page_of(store: Store, *cards: object) -> str:
    (page,) = standards.pages(replace(store, cards=cards))  # type: ignore[arg-type]
    return page.html


def test_partners_stand_by_name_and_months_ahead_of_the_data_are_left_out(store: Store) -> None:
    ahead = replace(CARD, period_month=date(2026, 12, 1))
    dataset = replace(CARD, dataset="visits")
    found = by_provider(replace(store, cards=(CARD, OTHER, ahead, dataset)))
    assert list(found) == ["New Wave CIC", "Splash & Sons"]
    assert found["Splash & Sons"] == [CARD]


def test_the_widest_gap_comes_first_and_names_the_weaker_side(store: Store) -> None:
    found = gaps(by_provider(replace(store, cards=(CARD, OTHER))), date(2026, 6, 30))
    assert found[0].words == (
        "Complete: 70\N{NO-BREAK SPACE}% (New Wave CIC) to 91\N{NO-BREAK SPACE}%, 21 points apart"
    )
    assert [gap.points for gap in found] == [21, 1, 0, 0]


def test_partners_far_apart_are_named_as_a_risk(store: Store) -> None:
    assert "Partners that far apart are a risk in itself" in page_of(store, CARD, OTHER)
    near = replace(OTHER, completeness_pct=90)
    assert "Partners are close together." in page_of(store, CARD, near)


def test_a_withheld_share_is_its_symbol_and_is_compared_with_nothing(store: Store) -> None:
    hidden = replace(OTHER, completeness_pct=None, shorthand="[c]")
    text = page_of(store, CARD, hidden)
    assert "[c]" in text and "Complete: nothing to compare" in text


def test_one_partner_or_none_is_no_comparison(store: Store) -> None:
    assert "no two partners" in page_of(store, CARD)
    assert "no two partners" in page_of(store)


def test_the_chart_leaves_out_months_of_a_single_partner_and_the_table_has_them(
    store: Store,
) -> None:
    third = replace(CARD, provider_id="icebreak")
    alone = replace(CARD, period_month=date(2026, 4, 1), on_time_pct=33)
    text = page_of(store, CARD, OTHER, third, alone)
    figure = text.split('<figure id="standard-on-time"')[1].split("</figure>")[0]
    chart, table = figure.split("<details>")
    assert "33" in table and "April 2026" not in chart and "Apr 26" in table
