"""When a delivery holds more or fewer rows than the feed's past lets expect."""

from __future__ import annotations

import calendar
import math
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.contracts.service_levels.volume import (
    FEWEST_EARLIER,
    Volume,
    usual_range,
    volumes,
)
from insight_pipeline.contracts.standing.accounts import Account
from tests.unit.contracts.service_levels.deliveries import account, verdict

STEADY = (400, 412, 395, 405, 390, 408, 401, 399)


def period(number: int, months: int) -> tuple[date, date]:
    """The so-many-th period of so many months from January 2024 on."""
    first, last = number * months, (number + 1) * months - 1
    end = date(2024 + last // 12, last % 12 + 1, 1)
    return (
        date(2024 + first // 12, first % 12 + 1, 1),
        end.replace(day=calendar.monthrange(end.year, end.month)[1]),
    )


def delivery(name: str, number: int, rows: int, months: int = 3, **changed: Any) -> Account:
    covered = period(number, months)
    return account(verdict(name, covered, covered[1] + timedelta(days=7), accepted=rows), **changed)


def feed(rows: Sequence[int], months: int = 3) -> list[Account]:
    return [delivery(f"d{n:02}", n, count, months) for n, count in enumerate(rows)]


def last(accounts: Sequence[Account]) -> Volume:
    return volumes(accounts)[-1]


@pytest.mark.parametrize("rows", [0, 120, 4_000])
def test_a_delivery_much_smaller_or_larger_than_a_steady_feed_is_unusual(rows: int) -> None:
    assert not last(feed([*STEADY, rows])).is_usual


@pytest.mark.parametrize("rows", [395, 360, 440])
def test_a_delivery_like_those_before_it_is_usual(rows: int) -> None:
    assert last(feed([*STEADY, rows])).is_usual


def test_before_enough_periods_nobody_is_blamed() -> None:
    young = feed([*STEADY[: FEWEST_EARLIER - 1], 0])
    assert all(one.is_usual and one.expected is None for one in volumes(young))
    assert not last(feed([*STEADY[:FEWEST_EARLIER], 0])).is_usual


def test_a_slow_drift_is_usual_in_either_direction() -> None:
    grown = [round(1_000 * 1.15**n) for n in range(16)]
    assert all(one.is_usual for one in volumes(feed(grown)))
    assert all(one.is_usual for one in volumes(feed(grown[::-1])))


def test_one_odd_delivery_does_not_make_the_next_one_odd() -> None:
    odd, after = volumes(feed([*STEADY, 40, 402]))[-2:]
    assert (odd.is_usual, after.is_usual) == (False, True)


def test_small_counts_may_move_as_chance_moves_them() -> None:
    assert last(feed([4, 6, 5, 4, 6, 5, 5, 1])).is_usual
    assert not last(feed([4, 6, 5, 4, 6, 5, 5, 60])).is_usual


def test_months_are_not_held_against_quarters() -> None:
    quarters = feed([1_200] * 8)
    month = delivery("month", 24, 400, months=1)
    assert last([*quarters, month]).expected is None


def test_a_top_up_a_copy_and_a_refused_file_tell_nothing_about_volume() -> None:
    usual = feed(STEADY)
    told = [
        delivery("top_up", 7, 9, notices=("partial_top_up",)),
        delivery("copy", 7, 9, notices=("duplicate",)),
        delivery("refused", 8, 9, outcome="refused"),
    ]
    assert {one.delivery_id for one in volumes([*usual, *told])} == {a.delivery_id for a in usual}


def test_a_period_sent_again_is_held_against_the_periods_before_it_and_counts_once() -> None:
    again = delivery("again", 7, 40)
    later = again.model_copy(update={"submitted_at": again.submitted_at + timedelta(days=3)})
    found = last([*feed(STEADY), later])
    assert (found.delivery_id, found.earlier, found.is_usual) == ("again", 7, False)


def test_what_is_filled_in_from_before_the_feed_began_has_no_past() -> None:
    first = delivery("history", 0, 5)
    late = first.model_copy(update={"submitted_at": first.submitted_at + timedelta(days=3_000)})
    begun = [delivery(f"d{n}", n + 1, rows) for n, rows in enumerate(STEADY)]
    assert last([*begun, late]).expected is None


@given(st.permutations(range(10)), st.lists(st.integers(0, 10_000), min_size=10, max_size=10))
def test_the_order_of_the_accounts_does_not_matter(order: list[int], rows: list[int]) -> None:
    known = feed(rows)
    assert volumes([known[n] for n in order]) == volumes(known)


@given(
    st.lists(st.integers(0, 100_000), min_size=FEWEST_EARLIER, max_size=30), st.integers(0, 100_000)
)
def test_what_is_expected_lies_inside_the_range_and_the_range_decides(
    earlier: list[int], rows: int
) -> None:
    found = usual_range("x", rows, earlier)
    assert found.expected is not None and found.lowest is not None and found.highest is not None
    assert 0 <= found.lowest <= found.expected + 1e-6 <= found.highest + 1e-6
    assert found.is_usual == (found.lowest <= rows <= found.highest)


@given(st.integers(200, 50_000), st.integers(FEWEST_EARLIER, 24), st.integers(0, 2**32))
def test_half_the_rows_of_a_feed_that_moves_by_a_twentieth_is_always_seen(
    size: int, periods: int, seed: int
) -> None:
    noise = random.Random(seed)  # noqa: S311
    earlier = [round(size * noise.uniform(0.975, 1.025)) for _ in range(periods)]
    assert not usual_range("x", size // 2, earlier).is_usual
    assert usual_range("x", size, earlier).is_usual


@pytest.mark.parametrize("size", [30, 300, 3_000])
def test_noise_alone_raises_a_false_alarm_in_less_than_one_delivery_in_a_hundred(size: int) -> None:
    """Counts that chance moves (Poisson, as normal) around a level that itself moves by 5 %."""
    noise = random.Random(20_260_101)  # noqa: S311
    runs = 1_500

    def rows() -> int:
        level = size * math.exp(noise.gauss(0, 0.05))
        return max(round(noise.gauss(level, math.sqrt(level))), 0)

    alarms = sum(
        not usual_range("x", rows(), [rows() for _ in range(8)]).is_usual for _ in range(runs)
    )
    assert alarms / runs < 0.01
