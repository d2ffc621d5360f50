"""When figures may be final, where the indicator does not say."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from insight_pipeline.contracts.promise.contract import ServiceLevels
from insight_pipeline.indicators.maturity import settled
from insight_pipeline.warehouse.services import Service, ServiceContract, Services
from tests.unit.indicators.measures import header


def _service(code: str, *providers: str) -> Service:
    contracts = tuple(
        ServiceContract(
            provider_id=provider, from_date=date(2024, 4, 1), to_date=None, annual_price_gbp=1
        )
        for provider in providers
    )
    return Service(service_code=code, title=code, contracts=contracts)


def _contract(provider: str, latency_days: int | None) -> Any:
    return SimpleNamespace(
        promise=SimpleNamespace(provider=provider),
        service_levels=ServiceLevels(latency_days=latency_days),
    )


SERVICES = Services(
    services=(_service("health", "wellpath"), _service("leisure", "activelife", "swimwell"))
)
CONTRACTS = [
    _contract("wellpath", 7),
    _contract("activelife", 14),
    _contract("activelife", None),
    _contract("swimwell", 21),
    _contract("council", 365),
]


def test_the_window_is_followed_by_the_longest_time_a_feed_may_take() -> None:
    assert settled(header(), SERVICES, CONTRACTS).minimum_maturity_days == 28 + 21


def test_feeds_of_other_services_are_not_waited_for() -> None:
    health = header(services=("health",), window_days=0)
    assert settled(health, SERVICES, CONTRACTS).minimum_maturity_days == 7


@pytest.mark.parametrize("days", [0, 400])
def test_what_the_header_says_stands(days: int) -> None:
    said = header(minimum_maturity_days=days)
    assert settled(said, SERVICES, CONTRACTS) is said


def test_without_any_promise_it_is_the_window() -> None:
    assert settled(header(), SERVICES, []).minimum_maturity_days == 28
