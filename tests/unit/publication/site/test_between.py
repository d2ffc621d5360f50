"""Hand-offs are pairs of services; who falls between is told of shown shares alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.publication.site.between import (
    HandOff,
    hand_offs,
    missed,
    missed_share,
    missed_words,
    within,
)
from insight_pipeline.publication.site.provider_records import IndicatorService, Service
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.builders import figure, indicator, series
from tests.unit.publication.site.conftest import HEADERS, IMPROVING

INDEX = IndicatorService("kept", "a", "Community health", "index")
FOLLOWED = IndicatorService("kept", "b", "Adult social care", "followed")
SHARES = st.decimals(0, 100, places=2)


def pair(**changes: object) -> HandOff:
    return HandOff(indicator(**changes), INDEX, FOLLOWED, series(figure()))


def test_only_a_followed_service_other_than_the_index_one_makes_a_hand_off(store: Store) -> None:
    pairs = hand_offs(store)
    assert [each.indicator.indicator_id for each in pairs] == [IMPROVING]
    assert {len(set(found.services)) for name, found in HEADERS.items() if name != IMPROVING} == {1}
    assert (pairs[0].source.service_code, pairs[0].target.service_code) == ("leisure", "pools")


def test_who_did_not_arrive_is_the_rest_with_its_interval_turned_round() -> None:
    assert missed(pair(), figure()) == "38\N{NO-BREAK SPACE}% (95 % interval 30 to 46)"


def test_where_a_lower_figure_is_better_the_share_itself_fell_between() -> None:
    found = pair(polarity="lower_is_better")
    assert missed(found, figure()) == "62\N{NO-BREAK SPACE}% (95 % interval 54 to 70)"
    assert "should be avoided" in missed_words(found) and found.label.startswith("To avoid: ")


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, None),
        ({"polarity": "neutral"}, "62.07"),
        ({"statistic": "mean", "multiplier": 1}, "62.07"),
    ],
)
def test_nothing_is_told_of_a_withheld_figure_or_one_that_is_no_share_to_judge(
    changes: dict[str, object], value: str | None
) -> None:
    assert missed(pair(**changes), figure(value=value)) == ""
    assert missed_words(replace(pair(**changes), series=series(figure(value=value)))) == ""


@given(SHARES)
def test_those_who_arrive_and_those_who_do_not_add_up_to_a_hundred_as_written(
    value: Decimal,
) -> None:
    found = replace(pair(), series=series(figure(value=str(value))))
    rest = missed_share(found)
    assert rest is not None
    assert rest + value.quantize(Decimal(1), "ROUND_HALF_UP") == 100


def test_a_provider_answers_for_periods_of_its_contract_alone() -> None:
    course = series(figure(0, "50"), figure(3, "60"), figure(4, "70", is_not_mature=True))
    early = Service("a", "A", "p", date(2023, 4, 1), date(2024, 5, 1), None)
    late = Service("a", "A", "q", date(2025, 1, 1), None, None)
    never = Service("a", "A", "r", date(2030, 1, 1), None, None)
    values = [f.value if (f := within(course, [c])) else None for c in (early, late, never)]
    assert values == [Decimal(50), Decimal(60), None]
