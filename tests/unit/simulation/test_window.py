"""Days, quarters and windows."""

from __future__ import annotations

from datetime import date

import numpy as np

from insight_pipeline.simulation.window import NEVER, dates, day_number, days, window_of


def test_thirty_months_are_ten_calendar_quarters_from_april() -> None:
    quarters = window_of(30).quarters()
    assert len(quarters) == 10
    assert quarters[0].first == date(2024, 4, 1)
    assert quarters[2].last == date(2024, 12, 31)
    assert quarters[-1].last == date(2026, 9, 30)
    assert quarters[-1].due == date(2026, 10, 7)


def test_a_window_that_starts_inside_a_quarter_has_a_short_first_one() -> None:
    quarters = window_of(4).quarters()
    assert [quarter.first for quarter in quarters] == [date(2026, 6, 1), date(2026, 7, 1)]


def test_months_follow_one_another_from_the_first_day_to_the_last() -> None:
    window = window_of(30)
    months = window.months()
    assert len(months) == 30
    assert (months[0].first, months[-1].last) == (window.first, window.last)
    assert months[10].last == date(2025, 2, 28)
    assert months[10].due == date(2025, 3, 7)
    ends = [month.last.toordinal() + 1 for month in months[:-1]]
    assert ends == [month.first.toordinal() for month in months[1:]]


def test_day_numbers_and_dates_are_two_ways_of_saying_the_same() -> None:
    numbers = np.array([day_number(date(2025, 2, 28)), NEVER])
    column = dates(numbers)
    assert column.to_list() == [date(2025, 2, 28), None]
    assert days(column).tolist() == numbers.tolist()
