"""Contracts: in force on a day, summed once, prices as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from insight_pipeline.publication.site.contracts import in_force, pounds, price, yearly
from insight_pipeline.publication.site.provider_records import Service

ENDED = Service("a", "A", "p", date(2020, 4, 1), date(2024, 6, 30), Decimal(100))
OPEN = Service("a", "A", "q", date(2024, 7, 1), None, Decimal("250.50"))
FREE = Service("b", "B", "r", date(2020, 1, 1), None, Decimal(0))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 3, 31), (FREE,)),
        (date(2024, 6, 30), (ENDED, FREE)),
        (date(2024, 7, 1), (OPEN, FREE)),
    ],
)
def test_a_contract_is_in_force_from_its_first_to_its_last_day(
    day: date, expected: tuple[Service, ...]
) -> None:
    assert in_force((ENDED, OPEN, FREE), day) == expected


def test_prices_are_written_with_pence_only_where_there_are_any() -> None:
    assert [price(each) for each in (ENDED, OPEN, FREE)] == [
        "£100",
        "£250.50",
        "paid for elsewhere",
    ]
    assert pounds(yearly((ENDED, OPEN, FREE))) == "£350.50"
    assert pounds(Decimal(1285000)) == "£1,285,000"
