"""Before and after a change of provider: which figures stand for it, what may be said of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from insight_pipeline.indicators.roles import Role
from insight_pipeline.publication.site.change_records import ContractChange
from insight_pipeline.publication.site.changed_hands import (
    UNTOLD,
    Sides,
    difference,
    exhibit,
    people,
    sides,
)
from insight_pipeline.publication.site.compared import side_by_side
from insight_pipeline.publication.site.group import Group
from insight_pipeline.publication.site.marks import handovers
from insight_pipeline.publication.site.provider_records import IndicatorService
from insight_pipeline.publication.site.records import Figure, Series
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.builders import figure, indicator, series

LOST = "left_behind"  # a name of no file: its role tells what it is
CHANGE = ContractChange(
    service_code="pools",
    service_title="Swimming pools",
    from_provider_id="splash",
    to_provider_id="newwave",
    ended_date=date(2025, 3, 31),
    began_date=date(2025, 4, 1),
    changed_date=date(2025, 4, 1),
    gap_days=0,
    overlap_days=0,
    area_codes="",
    from_price_gbp=Decimal(100),
    to_price_gbp=Decimal(120),
    handover_days=28,
    comparable_date=date(2025, 9, 30),
)


def of(provider: str, *numbers: int, **changes: Any) -> Series:
    """The series of a provider with a figure in each quarter after April 2024."""
    about = {
        "series_id": f"kept/provider/{provider}",
        "provider_id": provider,
        "breakdown_type": "provider",
        "breakdown": provider,
    }
    figures = tuple(figure(number, **{**about, **changes}) for number in numbers)
    return series(*figures, **about, label=provider)


def world(store: Store, *every: Series, change: ContractChange = CHANGE) -> Store:
    return replace(
        store,
        series=every,
        indicators=(
            indicator(),
            indicator(
                indicator_id=LOST, polarity="lower_is_better", role=Role.LOST_IN_TRANSITION.value
            ),
        ),
        indicator_services=(
            IndicatorService("kept", "pools", "Swimming pools", "index"),
            IndicatorService(LOST, "pools", "Swimming pools", "index"),
        ),
        contract_changes=(change,),
    )


def test_before_is_the_last_period_of_the_old_and_after_the_first_comparable_of_the_new(
    store: Store,
) -> None:
    given = world(store, of("splash", 0, 1, 3, 4), of("newwave", 4, 5, 6, 7), of("third", 3, 6))
    (found,) = sides(given, CHANGE)
    assert found.before and found.before.period_from == date(2025, 1, 1)
    assert found.after and found.after.period_from == date(2025, 10, 1)


def test_periods_that_are_not_complete_stand_for_nothing(store: Store) -> None:
    given = world(store, of("splash", 3), of("newwave", 6, is_not_mature=True))
    (found,) = sides(given, CHANGE)
    assert found.before and found.after is None
    assert "may be compared yet" in difference(found)
    assert sides(world(store, of("third", 3)), CHANGE) == ()


def _sides(polarity: str, before: Figure | None, after: Figure | None) -> Sides:
    return Sides(CHANGE, indicator(polarity=polarity), before, after)


def _between(low: str, high: str) -> Figure:
    return figure(0, lower95=Decimal(low), upper95=Decimal(high))


@pytest.mark.parametrize(
    ("polarity", "low", "high", "told"),
    [
        ("higher_is_better", "60.01", "70", "better"),
        ("higher_is_better", "60.00", "70", UNTOLD),
        ("higher_is_better", "40", "49.99", "worse"),
        ("higher_is_better", "40", "50.00", UNTOLD),
        ("higher_is_better", "40", "70", UNTOLD),
        ("lower_is_better", "60.01", "70", "worse"),
        ("lower_is_better", "40", "49.99", "better"),
        ("neutral", "60.01", "70", "higher"),
        ("neutral", "40", "49.99", "lower"),
    ],
)
def test_a_difference_is_told_only_where_the_intervals_do_not_touch(
    polarity: str, low: str, high: str, told: str
) -> None:
    assert difference(_sides(polarity, _between("50", "60"), _between(low, high))) == told


def test_of_a_figure_that_is_withheld_or_missing_nothing_is_told() -> None:
    hidden = figure(0, None)
    assert "not shown" in difference(_sides("neutral", _between("1", "2"), hidden))
    assert "not shown" in difference(_sides("neutral", hidden, _between("1", "2")))
    assert "old provider" in difference(_sides("neutral", None, _between("1", "2")))


def test_the_chart_says_who_and_when_and_its_table_has_both_figures(store: Store) -> None:
    better = {"lower95": Decimal(80), "upper95": Decimal(90), "value": "85.00"}
    given = world(store, of("splash", 3), of("newwave", 6, **better))
    (found,) = sides(given, CHANGE)
    shown = exhibit(given, found)
    assert shown.finding == "Kept: better under New Wave CIC"
    assert "Splash &amp; Sons, 24/25 Q4" in str(shown.svg)
    assert [row[0] for row in shown.table.rows] == ["Splash & Sons", "New Wave CIC"]
    assert shown.table.rows[1][2:] == ("85.0", "80.0 to 90.0")


def _lost(*numbers: int, **changes: Any) -> Series:
    about = {"series_id": f"{LOST}/service/pools", "indicator_id": LOST}
    kind = {"breakdown_type": "service", "breakdown": "pools"}
    figures = tuple(figure(number, **{**about, **kind, **changes}) for number in numbers)
    return series(*figures, **about, **kind)


def test_people_in_the_middle_of_the_service_are_told_of_as_far_as_they_are_shown(
    store: Store,
) -> None:
    told = people(world(store, _lost(3, 4)), CHANGE)
    assert "Of 145 people" in told and "90 (62" in told and "28\N{NO-BREAK SPACE}days" in told
    assert "95 % interval 54 to 70" in told
    assert "too few" in people(world(store, _lost(4, value=None)), CHANGE)
    early = "too early to tell"
    assert early in people(world(store, _lost(3, 5)), CHANGE)
    assert early in people(world(store, _lost(4, is_not_mature=True)), CHANGE)
    assert early in people(world(store), CHANGE)


def test_without_an_indicator_in_the_role_nothing_is_told_of_people(
    store: Store,
) -> None:
    given = world(store, of("splash", 3), _lost(4))
    nobody = tuple(replace(each, role="") for each in given.indicators)
    assert "too early to tell" in people(replace(given, indicators=nobody), CHANGE)
    assert "Of 145 people" in people(given, CHANGE)


def test_changes_of_one_service_in_one_period_share_a_figure_and_are_told_so(
    store: Store,
) -> None:
    given = world(store, _lost(4))
    twice = replace(given, contract_changes=(CHANGE, replace(CHANGE, area_codes="E05900001")))
    assert "all 2 changes" in people(twice, CHANGE)
    assert "all 2 changes" not in people(given, CHANGE)


@pytest.mark.parametrize(
    ("kind", "name", "areas", "is_marked"),
    [
        ("total", "all", "", True),
        ("service", "pools", "", True),
        ("service", "leisure", "", False),
        ("area", "E05900001", "E05900001,E05900002", True),
        ("area", "E05900003", "E05900001,E05900002", False),
        ("sex", "F", "E05900001", True),
    ],
)
def test_a_change_is_marked_on_every_series_it_concerns(
    store: Store, kind: str, name: str, areas: str, is_marked: bool
) -> None:
    given = world(store, change=replace(CHANGE, area_codes=areas))
    about = {"breakdown_type": kind, "breakdown": name}
    area = {"area_code": name} if kind == "area" else {}
    found = handovers(given, series(*(figure(n) for n in range(3, 6)), **about, **area))
    labels = ["New Wave CIC takes over swimming pools, April 2025"] if is_marked else []
    assert [each.label for each in found] == labels
    assert all(each.before == 1 for each in found)


def test_a_provider_that_has_only_just_begun_is_named_beside_the_chart(store: Store) -> None:
    pair = (of("splash", 4), of("newwave", 4, is_not_comparable=True))
    group = Group("by-provider", "provider", "providers", indicator(), pair, date(2025, 4, 1), None)
    shown = side_by_side(group)
    assert shown is not None
    assert "newwave has only just begun and is not compared yet." in shown.notes
