"""Payments, their shares and public figures to plant, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.header import IndicatorHeader, Polarity, Statistic, Unit
from insight_pipeline.indicators.roles import Role
from tests.unit.publication.conftest import header, open_warehouse

CLOSED_TO = date(2025, 12, 31)
KEPT, LOST, SERVED = "kept", "lost", "came"
HEADERS: dict[str, IndicatorHeader] = {
    KEPT: header(
        theme="homelessness", services=("treatment", "housing"), outcome_spend=("treatment",)
    ),
    LOST: header(
        theme="homelessness",
        services=("treatment", "housing"),
        outcome_spend=("treatment", "housing"),
        polarity=Polarity.LOWER_IS_BETTER,
    ),
    SERVED: header(
        theme="all_services",
        services=("treatment", "housing"),
        statistic=Statistic.COUNT,
        multiplier=1,
        unit=Unit.PEOPLE,
        polarity=Polarity.NEUTRAL,
        role=Role.SERVED,
    ),
}
Pay = Callable[..., None]
Show = Callable[..., None]

_FIGURE = """
create temp table public_figure (
    indicator_id varchar, period_from date, period_to date, breakdown_type varchar,
    breakdown varchar, numerator bigint, denominator bigint, value decimal(18, 2),
    polarity varchar, shorthand varchar, is_not_mature boolean, rounded_to integer
)
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse() as opened:
        opened.execute(_FIGURE)
        yield opened


@pytest.fixture
def pay(connection: duckdb.DuckDBPyConnection) -> Pay:
    """Pays a service an amount a month, all of it for one theme, in months of 2025."""

    def add(
        service: str,
        amount: str,
        months: range = range(1, 13),
        theme: str = "homelessness",
        provider: str = "p",
    ) -> None:
        for month in months:
            row = [service, provider, date(2025, month, 1), amount]
            connection.execute("insert into internal.contract_spend values (?, ?, ?, ?)", row)
            connection.execute(
                "insert into journeys.fct_theme_spend by name "
                "select ? as theme_code, ? as service_code, ? as provider_id, ? as month_date, "
                "? as amount_gbp",
                [theme, *row],
            )

    return add


@pytest.fixture
def show(connection: duckdb.DuckDBPyConnection) -> Show:
    """Adds a public figure of the first quarter of 2025; withheld without a numerator."""

    def add(indicator: str, numerator: int | None, denominator: int | None, **others: Any) -> None:
        row = {
            "indicator_id": indicator,
            "period_from": date(2025, 1, 1),
            "period_to": date(2025, 3, 31),
            "breakdown_type": "total",
            "breakdown": "all",
            "numerator": numerator,
            "denominator": denominator,
            "value": None if numerator is None else 1,
            "polarity": HEADERS[indicator].polarity,
            "shorthand": "[c]" if numerator is None else None,
            "is_not_mature": False,
            "rounded_to": 5,
            **others,
        }
        names, places = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(
            f"insert into public_figure ({names}) values ({places})", list(row.values())
        )

    return add
