"""When something was last due, held against Dagster's own reading of the same line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dagster._utils.schedules import cron_string_iterator
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.operations.timetable import last_due, parse_cron

LINES = (
    "0 2 * * *",
    "30 1 * * *",
    "30 2 * * *",
    "15 1 * * 1-5",
    "0 7 * * mon",
    "*/20 */6 * * *",
    "0 0 29 2 *",
    "0 3 1,15 * 5",
    "5 4 * jan-mar sun",
    "0 12 * * 7",
)
ZONES = ("Europe/London", "America/New_York", "UTC", "Australia/Lord_Howe")


@given(
    line=st.sampled_from(LINES),
    zone=st.sampled_from(ZONES),
    minutes=st.integers(0, 3 * 366 * 24 * 60),
)
@settings(max_examples=150, deadline=None)
def test_the_last_moment_due_is_the_one_dagster_would_have_started(
    line: str, zone: str, minutes: int
) -> None:
    now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    backwards = cron_string_iterator(now.timestamp(), line, zone, ascending=False)
    expected = next(at for at in backwards if at <= now)
    assert last_due(line, zone, now) == expected


def test_a_night_whose_hour_the_clock_skips_is_due_when_the_clock_jumps() -> None:
    noon = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert last_due("30 1 * * *", "Europe/London", noon) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_night_whose_hour_comes_twice_is_due_once_the_first_time() -> None:
    noon = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert last_due("30 1 * * *", "Europe/London", noon) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_two_o_clock_in_london_is_an_hour_earlier_in_utc_in_summer() -> None:
    for month, hour in ((1, 2), (7, 1)):
        noon = datetime(2026, month, 15, 12, tzinfo=UTC)
        due = last_due("0 2 * * *", "Europe/London", noon)
        assert due == datetime(2026, month, 15, hour, tzinfo=UTC)


def test_a_day_that_never_comes_is_never_due() -> None:
    assert last_due("0 0 30 2 *", "UTC", datetime(2026, 7, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    "line", ["", "0 2 * *", "0 2 * * * *", "60 2 * * *", "0 24 * * *", "0 2 0 * *", "x * * * *",
             "0 2 * * 8", "0 2 5-1 * *", "*/0 * * * *", "0 2 * * monday", "@daily"],
)  # fmt: skip
def test_a_line_that_is_no_cron_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"field|number|outside|expected"):
        parse_cron(line)
