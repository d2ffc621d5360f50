"""The page of vacuums and duplication: flags in words, symbols for what is withheld, and costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from insight_pipeline.indicators.roles import Role
from insight_pipeline.publication.site.gap_exhibits import demand_exhibit, flagged
from insight_pipeline.publication.site.gap_records import DuplicationCost, Vacuum
from insight_pipeline.publication.site.pages import gaps_in_service
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.builders import figure, indicator, series
from tests.unit.publication.site.conftest import Release

VACUUM = Vacuum(
    need="Exercise for health",
    service_title="Leisure",
    area_name="Eastfield",
    period="2025/26",
    period_from=date(2025, 4, 1),
    people_seen=65,
    people_met=10,
    elsewhere_pct=Decimal("72.60"),
    is_flagged=True,
    kind_code="withdrawn",
    false_alarm_rate=0.001,
    gap_share=Decimal("0.6667"),
    shorthand="",
)
FINE = replace(VACUUM, area_name="Abbey", is_flagged=False, kind_code="", people_met=50)
HIDDEN = replace(
    FINE, is_flagged=None, people_seen=None, people_met=None, elsewhere_pct=None, shorthand="[c]"
)
COST = DuplicationCost(
    need="Care and support in daily life",
    period="2024/25",
    period_from=date(2024, 4, 1),
    duplicates=40,
    unit_cost_low_gbp=Decimal(150),
    unit_cost_gbp=Decimal(270),
    unit_cost_high_gbp=Decimal(420),
    cost_low_gbp=Decimal(6000),
    cost_gbp=Decimal(10800),
    cost_high_gbp=Decimal(16800),
    cost_source="Made up.",
    shorthand="",
)


def page_of(store: Store, vacuums: tuple[Vacuum, ...], *costs: DuplicationCost) -> str:
    found = replace(store, vacuums=vacuums, duplication_costs=costs)
    (page,) = gaps_in_service.pages(found)
    return page.html


def test_a_release_without_needs_says_so(release: Release) -> None:
    text = release.text("gaps-in-service.html")
    assert "No needs are counted by ward over a whole year yet." in text
    assert "No assessments are followed between providers yet." in text


def test_a_flag_names_need_ward_year_kind_and_both_sides(store: Store) -> None:
    assert flagged([VACUUM, FINE, HIDDEN]) == [
        "Exercise for health in Eastfield, 2025/26: withdrawn (10 of 65 met; 73\N{NO-BREAK SPACE}% "
        "elsewhere)."
    ]
    text = page_of(store, (VACUUM, FINE, HIDDEN))
    assert "Exercise for health in Eastfield, 2025/26: withdrawn" in text
    assert "2 wards and years are judged. 1 are not" in text
    assert "is below 67 % of the share met" in text and "at most 0.1 in 100" in text


def test_what_is_withheld_shows_its_symbol_and_is_not_said_to_be_fine(store: Store) -> None:
    text = page_of(store, (HIDDEN,))
    assert "not judged" in text and "not flagged" not in text and "[c]" in text
    assert "No ward is flagged" in text


def test_charts_are_made_of_whichever_indicators_play_the_roles(store: Store) -> None:
    met = indicator(indicator_id="reached", title="Reached", role=Role.NEEDS_MET.value)
    twice = indicator(indicator_id="asked", title="Asked again", role=Role.DUPLICATED.value)
    every = (
        series(figure(0), figure(1), series_id="w", indicator_id="reached", breakdown_type="area"),
        series(figure(0), figure(1), series_id="asked", indicator_id="asked"),
    )
    given = replace(store, indicators=(met, twice), series=every)
    empty = (
        "No needs are counted by ward yet.",
        "No assessments are followed between providers yet.",
    )
    text = page_of(given, ())
    assert not any(told in text for told in empty)
    nobody = replace(given, indicators=(replace(met, role=""), replace(twice, role="")))
    text = page_of(nobody, ())
    assert all(told in text for told in empty)


def test_a_flag_whose_year_before_is_withheld_has_no_kind() -> None:
    (told,) = flagged([replace(VACUUM, kind_code="", elsewhere_pct=None)])
    assert ": hardly reached (10 of 65 met; elsewhere not known)." in told


def test_costs_stand_as_a_range_with_their_source(store: Store) -> None:
    text = page_of(store, (), COST)
    for told in ("£6,000", "£10,800", "£16,800", "Made up."):
        assert told in text


def test_demand_and_service_of_a_ward_stand_side_by_side_in_the_order_of_the_alphabet() -> None:
    wards = [series(figure(0), figure(1), label=name) for name in ("Ings", "Abbey")]
    exhibit = demand_exhibit(indicator(), wards)
    assert exhibit is not None
    places = [exhibit.chart.svg.rfind(f"{name}: {what}") for name in ("Abbey", "Ings")
              for what in ("seen", "met")]  # fmt: skip
    assert places == sorted(places) and -1 not in places
    assert [row[0] for row in exhibit.table.rows] == ["Abbey", "Abbey", "Ings", "Ings"]
    hidden = figure(0, None, numerator=None, denominator=None, shorthand="[c]")
    assert demand_exhibit(indicator(), [series(hidden)]) is None
