"""The page of citizen voice: each service's experience, how many answered, and its outcomes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from insight_pipeline.publication.site.pages import voice
from insight_pipeline.publication.site.provider_records import IndicatorService
from insight_pipeline.publication.site.records import Figure, Series
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import IMPROVING, MEAN

GOOD, RATE = "found_it_good", "answered_at_all"
SERVICES = {"leisure": "Leisure centres", "gritting": "Gritting"}


@pytest.fixture
def asked(store: Store) -> Store:
    """The store with a question asked about two services, one of them withheld."""
    model = store.indicator(IMPROVING)
    figure = next(figure for figure in store.figures if figure.indicator_id == IMPROVING)
    model = replace(model, theme_code="all_services", theme="All services", target_value=None)
    good = replace(model, indicator_id=GOOD, title="Found it good", statistic="weighted_proportion")
    rate = replace(model, indicator_id=RATE, title="Answered at all", statistic="proportion")
    series = [
        _series(figure, GOOD, "total", "all", "Borough", "66"),
        _series(figure, GOOD, "service", "leisure", "Leisure centres", "72"),
        _series(figure, GOOD, "service", "gritting", "Gritting", None),
        _series(figure, RATE, "service", "leisure", "Leisure centres", "45"),
    ]
    links = [
        IndicatorService(name, "citizen_voice", "Citizen voice", "index") for name in (GOOD, RATE)
    ]
    return replace(
        store,
        indicators=(*store.indicators, good, rate),
        series=(*store.series, *series),
        indicator_services=(*store.indicator_services, *links),
    )


def _series(
    figure: Figure, indicator: str, kind: str, breakdown: str, label: str, value: str | None
) -> Series:
    name = f"{indicator}-{breakdown}"
    amount = None if value is None else Decimal(value)
    one = replace(
        figure,
        series_id=indicator if kind == "total" else name,
        indicator_id=indicator,
        breakdown_type=kind,
        breakdown=breakdown,
        period="2026/27 Q1",
        value=amount,
        lower95=None if amount is None else amount - 9,
        upper95=None if amount is None else amount + 8,
        numerator=None,
        denominator=None,
        shorthand="" if value else "[c]",
        is_not_mature=False,
    )
    area, provider = figure.area_code, figure.provider_id
    return Series(one.series_id, indicator, area, provider, kind, breakdown, label, (one,))


def _html(store: Store) -> str:
    (page,) = voice.pages(store)
    return page.html.replace("\N{NO-BREAK SPACE}", " ")


def test_a_service_has_its_experience_with_its_interval_and_how_many_answered(
    asked: Store,
) -> None:
    html = _html(asked)
    assert "Found it good: 72 % (95 % interval 63 to 80) in 2026/27 Q1." in html
    assert "Of those invited in 2026/27 Q1, 45 % answered." in html


def test_beside_it_stand_the_outcomes_of_cases_that_begin_in_it(asked: Store) -> None:
    html = _html(asked)
    leisure = html[html.index('id="service-leisure"') :]
    for name in (IMPROVING, MEAN):
        assert f"indicators/{name}.html" in leisure
    gritting = html[html.index('id="service-gritting"') : html.index('id="service-leisure"')]
    assert "indicators/falls_on_ice.html" in gritting
    assert f"indicators/{IMPROVING}.html" not in gritting


def test_what_is_withheld_shows_its_symbol_and_no_number(asked: Store) -> None:
    html = _html(asked)
    assert "Found it good: withheld or not known in 2026/27 Q1 [c]." in html
    assert "confidential: withheld" in html


def test_services_are_shown_with_their_intervals_and_are_not_ranked(asked: Store) -> None:
    html = _html(asked)
    assert 'id="services-found_it_good"' in html
    assert "they cannot be ranked against each other" in html


def test_before_anybody_is_asked_the_page_says_so(store: Store) -> None:
    assert "Nobody has been asked yet." in _html(store)
