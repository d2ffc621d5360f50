"""Periods and breakdowns of the true indicators."""

from __future__ import annotations

from datetime import date

import polars as pl

from insight_pipeline.simulation.measures import (
    Period,
    age_band,
    age_on,
    in_periods,
    mature,
    proportions,
    whole_quarters,
    whole_years,
)
from insight_pipeline.simulation.window import window_of

QUARTER = Period(date(2026, 4, 1), date(2026, 6, 30))


def test_thirty_months_hold_ten_whole_quarters_and_two_whole_financial_years() -> None:
    window = window_of(30)
    assert len(whole_quarters(window)) == 10
    assert whole_years(window) == [
        Period(date(2024, 4, 1), date(2025, 3, 31)),
        Period(date(2025, 4, 1), date(2026, 3, 31)),
    ]


def test_a_quarter_that_the_window_cuts_is_not_whole() -> None:
    assert [period.first for period in whole_quarters(window_of(4))] == [date(2026, 7, 1)]


def test_a_period_is_mature_on_the_day_its_last_event_has_had_its_window() -> None:
    assert mature([QUARTER], 10, date(2026, 7, 10)) == [QUARTER]
    assert mature([QUARTER], 10, date(2026, 7, 9)) == []


def test_events_outside_every_period_are_left_out() -> None:
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 1)]
    placed = in_periods(pl.DataFrame({"day": days}), "day", [QUARTER])
    assert placed["day"].to_list() == days[1:3]
    assert in_periods(pl.DataFrame({"day": days}), "day", []).height == 0


def test_a_cohort_is_counted_in_total_and_by_ward_provider_sex_and_age() -> None:
    cohort = pl.DataFrame(
        {
            "period_from": [QUARTER.first] * 3,
            "period_to": [QUARTER.last] * 3,
            "area_code": ["W1", "W1", "W2"],
            "sex": ["F", "M", "F"],
            "age_band": ["0-17", "85+", "85+"],
            "provider_id": ["p"] * 3,
            "kept": [True, False, True],
        }
    )
    rows = proportions(cohort).select(
        "area_code", "provider_id", "breakdown_type", "breakdown", "numerator", "denominator"
    )
    assert set(rows.rows()) == {
        ("E06900001", "all", "total", "all", 2, 3),
        ("W1", "all", "area", "W1", 1, 2),
        ("W2", "all", "area", "W2", 1, 1),
        ("E06900001", "p", "provider", "p", 2, 3),
        ("E06900001", "all", "sex", "F", 2, 2),
        ("E06900001", "all", "sex", "M", 0, 1),
        ("E06900001", "all", "age_band", "0-17", 1, 1),
        ("E06900001", "all", "age_band", "85+", 1, 2),
    }


def test_an_age_is_reached_with_the_month_of_birth() -> None:
    births = [date(1960, 6, 30), date(1960, 7, 1), date(1960, 5, 1)]
    frame = pl.DataFrame({"birth": births, "day": [date(2025, 6, 1)] * 3})
    assert frame.select(age_on("day")).to_series().to_list() == [65, 64, 65]


def test_age_bands_begin_at_their_first_age() -> None:
    ages = pl.DataFrame({"age": [0, 17, 18, 64, 65, 74, 75, 84, 85, 101]})
    assert ages.select(age_band(pl.col("age"))).to_series().to_list() == [
        "0-17", "0-17", "18-64", "18-64", "65-74", "65-74", "75-84", "75-84", "85+", "85+"
    ]  # fmt: skip
