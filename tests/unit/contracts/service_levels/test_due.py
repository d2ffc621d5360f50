"""When a delivery was due, and how late it came."""

from __future__ import annotations

from datetime import date

import pytest

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.service_levels.due import Due, due_months, last_known_day
from insight_pipeline.contracts.standing.accounts import Account
from tests.unit.contracts.service_levels.deliveries import (
    Q1,
    Q2,
    Q3,
    Q4,
    account,
    promised,
    verdict,
)

TODAY = date(2025, 10, 20)


def came(name: str, period: tuple[date, date], day: date, outcome: str = "accepted") -> Account:
    return account(verdict(name, period, day), outcome=outcome)


def months(contract: Contract, *accounts: Account, **until: date) -> dict[str, tuple[int, ...]]:
    """Month → (expected, received, usable, late days), -1 for None."""
    return {
        f"{due.month:%Y-%m}": (*_counts(due), -1 if due.late_days is None else due.late_days)
        for due in due_months(contract, accounts, TODAY, **until)
    }


def _counts(due: Due) -> tuple[int, int, int]:
    return due.expected, due.received, int(due.is_usable)


def test_a_delivery_within_the_agreed_days_is_on_time_to_the_day() -> None:
    on_the_day = came("a", Q2, date(2025, 7, 14))
    a_day_late = came("b", Q3, date(2025, 10, 15))
    assert months(promised(), on_the_day, a_day_late) == {
        "2025-06": (1, 1, 1, 0),
        "2025-09": (1, 1, 1, 1),
    }


def test_a_month_still_owed_is_late_up_to_today() -> None:
    first, third = came("a", Q1, date(2025, 4, 7)), came("c", Q3, date(2025, 10, 7))
    assert months(promised(), first, third)["2025-06"] == (
        1,
        0,
        0,
        (TODAY - date(2025, 7, 14)).days,
    )


def test_a_month_that_is_not_due_yet_is_not_expected() -> None:
    assert set(months(promised(latency=20), came("b", Q2, date(2025, 7, 7)))) == {"2025-06"}
    assert set(months(promised(latency=19), came("b", Q2, date(2025, 7, 7)))) == {
        "2025-06",
        "2025-09",
    }


def test_what_came_before_it_was_due_was_expected() -> None:
    early = came("d", Q4, date(2025, 10, 3))
    assert months(promised(), came("c", Q3, date(2025, 10, 1)), early)["2025-12"] == (1, 1, 1, 0)


@pytest.mark.parametrize("outcome", ["refused", "held"])
def test_the_first_usable_delivery_decides_how_late_a_month_is(outcome: str) -> None:
    bad = came("a", Q3, date(2025, 10, 7), outcome)
    assert months(promised(), came("z", Q2, date(2025, 7, 1)), bad)["2025-09"] == (1, 1, 0, 6)
    good = came("b", Q3, date(2025, 10, 16))
    assert months(promised(), bad, good)["2025-09"] == (1, 2, 1, 2)


def test_a_delivery_our_own_engine_failed_on_has_come() -> None:
    assert months(promised(), came("a", Q3, date(2025, 10, 7), "error"))["2025-09"] == (1, 1, 1, 0)


def test_a_correction_after_the_agreed_days_does_not_make_a_month_late() -> None:
    first, again = came("a", Q3, date(2025, 10, 7)), came("b", Q3, date(2025, 10, 18))
    assert months(promised(), again, first)["2025-09"] == (1, 2, 1, 0)


def test_nothing_is_expected_after_a_provider_s_last_service_contract() -> None:
    ended = months(promised(), came("a", Q1, date(2025, 4, 7)), last_day=date(2025, 6, 30))
    assert set(ended) == {"2025-03", "2025-06"}


def test_nothing_is_expected_where_no_version_is_in_force() -> None:
    until_june = promised(inForce={"to": "2025-06-30"})
    assert set(months(until_june, came("a", Q1, date(2025, 4, 7)))) == {"2025-03", "2025-06"}


def test_a_feed_that_never_delivered_anything_usable_has_no_calendar() -> None:
    assert months(promised()) == {}
    refused = came("a", Q1, date(2025, 4, 7), "refused")
    assert months(promised(), refused) == {"2025-03": (0, 1, 0, -1)}


def test_without_an_agreement_nothing_is_expected_or_late() -> None:
    late = came("a", Q1, date(2025, 9, 7))
    assert months(promised(None, None), late) == {"2025-03": (0, 1, 1, -1)}
    assert months(promised(None, 14), late) == {"2025-03": (0, 1, 1, 146)}
    assert months(promised(3, None), late)["2025-06"] == (1, 0, 0, -1)


def test_a_period_that_ends_in_year_9999_stops_nothing() -> None:
    far = came("x", (date(2025, 1, 1), date(9999, 12, 31)), date(2025, 10, 7), "refused")
    found = months(promised(), came("a", Q3, date(2025, 10, 7)), far)
    assert found == {"2025-09": (1, 1, 1, 0), "9999-12": (1, 1, 0, -1)}


def test_today_is_the_last_day_anybody_submitted_something_usable() -> None:
    accounts = [
        came("a", Q1, date(2025, 4, 7)),
        came("b", Q2, date(2025, 7, 7)),
        came("c", Q3, date(2025, 10, 7), "refused"),
        came("typo", Q2, date(2052, 7, 7)),
    ]
    assert last_known_day(accounts) == last_known_day(accounts[::-1]) == date(2025, 7, 7)
    assert last_known_day([]) == date.min
