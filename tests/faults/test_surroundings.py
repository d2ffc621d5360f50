"""The same night anywhere: time zone, clock, locale, hash seed, threads, umask and folder.

And dates in the data: 29 February, and the hours that a change of the clock repeats or leaves out.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.contracts.service_levels.due import due_months
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.contracts.standing.reckoning import bring_up_to_date
from insight_pipeline.defs.nightly import nightly_schedule
from insight_pipeline.landing.manifest import parse_manifest
from insight_pipeline.operations.policy import load_operations
from insight_pipeline.settings import Settings
from insight_pipeline.simulation.borough import simulate
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT
from tests.end_to_end.project import copy_project
from tests.faults.stores import differences
from tests.faults.surrounded import Surroundings, run
from tests.faults.worlds import new_home
from tests.unit.contracts.promises import PROVIDER, STEM, home, manifest
from tests.unit.contracts.sent import Sent, judged, promise, stands
from tests.unit.contracts.service_levels.deliveries import promised

LONDON = ZoneInfo("Europe/London")
PLAIN = Surroundings("plain")
# Much at once: where nothing differs from a plain night, nothing of it matters alone.
FAR = (
    Surroundings(
        "far away on a leap day",
        timezone="Pacific/Kiritimati",
        clock="2040-02-29 23:59:30",
        locale="tr_TR.UTF-8",
        hash_seed="4711",
        threads=4,
        umask=0o077,
        is_elsewhere=True,
    ),
    Surroundings(
        "before the hour left out",
        timezone="Europe/London",
        clock="2026-03-29 00:59:40",
        locale="de_DE.UTF-8",
        hash_seed="random",
        threads=1,
    ),
    Surroundings(
        "in the hour repeated, in plain ASCII",
        timezone="Europe/London",
        clock="2026-10-25 01:59:40",
        locale="C",
        threads=4,
        more={"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ),
    Surroundings(
        "half an hour off UTC, in the last century",
        timezone="America/St_Johns",
        clock="1999-12-31 23:59:40",
        hash_seed="12345",
        is_elsewhere=True,
    ),
    Surroundings("on a leap day", clock="2028-02-29 12:00:00", umask=0o077),
)
# What tells of other files, a database that never has the same bytes twice among them.
OF_OTHERS = ("SHA256SUMS", "release.json")
Night = Callable[[Surroundings], dict[str, str]]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A night of the same drops in any surroundings, without disclosure control."""
    folder = tmp_path_factory.mktemp("surroundings")
    project = copy_project(folder / "project")
    policies = project / "data_contracts/publication/disclosure.yaml"
    text = policies.read_text(encoding="utf-8")
    policies.write_text(text.replace("default: nhs_hes", "default: none"), encoding="utf-8")
    simulate(folder / "drops", folder / "truth", citizens=60, months=3, seed=1)
    numbers: Iterator[int] = iter(range(1000))

    def at(around: Surroundings) -> dict[str, str]:
        place = folder / f"{next(numbers)}"
        new_home(place / "home", folder / "drops")
        return run(around, place / "home", project, place / "work")

    return at


@pytest.fixture(scope="module")
def plain(night: Night) -> dict[str, str]:
    return night(PLAIN)


@pytest.mark.slow
@pytest.mark.parametrize("around", FAR, ids=lambda around: around.name)
def test_no_surroundings_change_a_byte_or_the_name_of_a_release(
    night: Night, plain: dict[str, str], around: Surroundings
) -> None:
    published = [name for name in plain if name.startswith("published/")]
    assert sum(name.endswith((".csv", ".parquet")) for name in published) == 8
    assert [
        name for name in differences(night(around), plain) if not name.endswith(OF_OTHERS)
    ] == []


# Days in the data


@pytest.fixture(scope="module", params=["Europe/London", "Pacific/Kiritimati", "America/St_Johns"])
def macros(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = '{request.param}'")
        install_macros(connection, load_macros(ROOT / "dbt_like_sql" / "functions"))
        yield connection


def completed_years(born: date, day: date) -> int:
    """By counting birthdays; somebody born on 29 February has it on 1 March in other years."""
    birthdays = (
        date(year, 3, 1)
        if (born.month, born.day) == (2, 29) and not calendar.isleap(year)
        else born.replace(year=year)
        for year in range(born.year + 1, day.year + 1)
    )
    return sum(birthday <= day for birthday in birthdays)


def test_ages_around_every_29_february_are_counted_by_birthdays(
    macros: duckdb.DuckDBPyConnection,
) -> None:
    around = [date(year, 2, 29) for year in (1920, 1996, 2000, 2004)]
    births = [day + timedelta(days=by) for day in around for by in (-1, 0, 1)]
    days = [date(year, 2, 27) + timedelta(days=by) for year in range(2023, 2030) for by in range(5)]
    pairs = [(born, day) for born in births for day in days]
    frame = pl.DataFrame(pairs, schema=["born", "day"], orient="row")
    macros.register("pair", frame)
    found = macros.execute("select born, day, age_in_years(born, day) from pair").fetchall()
    assert [(b, d, completed_years(b, d)) for b, d in pairs] == sorted(
        found, key=lambda row: pairs.index((row[0], row[1]))
    )


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def expected_ends(day: date) -> tuple[date, date, date]:
    """Last day of the month, of the quarter and of the financial year, counted day by day."""
    quarter = month_end(date(day.year, (day.month + 2) // 3 * 3, 1))
    return month_end(day), quarter, date(day.year + (day.month > 3), 3, 31)


def test_every_day_of_seven_years_lies_in_its_month_quarter_and_year(
    macros: duckdb.DuckDBPyConnection,
) -> None:
    query = (
        "select day::date, return_end(day::date, 1), return_end(day::date, 3), "
        "return_end(day::date, 12), financial_year_start(day::date) "
        "from generate_series(date '2023-01-01', date '2029-12-31', interval 1 day) t(day)"
    )
    rows = macros.execute(query).fetchall()
    assert len(rows) == 7 * 365 + 2, "two leap days"
    for day, *ends, begun in rows:
        assert tuple(ends) == expected_ends(day)
        assert begun <= day <= ends[2] and (ends[2] - begun).days in (364, 365)


@given(
    since=st.dates(date(2019, 12, 1), date(2029, 3, 31)),
    days=st.integers(0, 800),
)
def test_days_between_are_days_of_the_calendar_whatever_the_clock_does(
    macros: duckdb.DuckDBPyConnection, since: date, days: int
) -> None:
    """A day of 23 or of 25 hours is one day, and so is 29 February."""
    until = since + timedelta(days=days)
    query = "select date_diff('day', ?::date, ?::date), (?::date + ?::integer)::date"
    found = macros.execute(query, [since, until, since, days]).fetchall()
    assert found == [(days, until)]


def account(end: date, submitted: datetime) -> Account:
    return Account(
        delivery_id="d",
        stem=STEM,
        provider=PROVIDER,
        period_from=end.replace(day=1),
        period_to=end,
        submitted_at=submitted,
        outcome="accepted",
        reasons=(),
        received=1,
        accepted=1,
        quarantined=0,
        superseded=0,
        rejected=0,
    )


@pytest.mark.parametrize(
    ("end", "submitted", "late"),
    [
        (date(2028, 2, 29), "2028-03-14T23:59:59+00:00", 0),
        (date(2028, 2, 29), "2028-03-15T00:00:00+00:00", 1),
        # Half past midnight in London is still the evening before in UTC, once summer has begun.
        (date(2026, 3, 15), "2026-03-30T00:30:00+01:00", 0),
        (date(2026, 3, 15), "2026-03-30T01:30:00+01:00", 1),
    ],
)
def test_a_delivery_is_late_by_utc_days_in_leap_years_and_when_the_clock_changes(
    end: date, submitted: str, late: int
) -> None:
    at = datetime.fromisoformat(submitted).astimezone(UTC)
    (due,) = due_months(promised(1, 14), [account(end, at)], at.date())
    assert due.late_days == late


@pytest.mark.parametrize("mode", ["replace_period", "replace", "upsert"])
@pytest.mark.parametrize("order", [("summer", "winter"), ("winter", "summer")])
def test_of_two_files_sent_in_the_repeated_hour_the_one_sent_later_stands(
    tmp_path: Path, mode: str, order: tuple[str, str]
) -> None:
    """01:50 in summer time comes before 01:10 of winter time, though the clock shows more."""
    settings = home(tmp_path)
    sent = {
        "summer": manifest(submitted_at="2026-10-25T01:50:00+01:00").submitted_at,
        "winter": manifest(submitted_at="2026-10-25T01:10:00+00:00").submitted_at,
    }
    verdicts = [
        judged(settings, Sent(name, (("1", name),))).model_copy(update={"submitted_at": sent[name]})
        for name in order
    ]
    bring_up_to_date(promise(mode), verdicts, settings)
    assert {row[0] for row in stands(settings)} == {"winter"}


def test_a_time_without_a_zone_is_refused_in_words() -> None:
    """In the repeated hour nobody could tell which of the two it means."""
    sent = manifest().model_dump_json().replace("09:00:00Z", "01:30:00")
    with pytest.raises(Exception, match="give a time zone"):
        parse_manifest(sent, "a manifest")


# The schedule


def ticks(start: datetime, days: int) -> list[datetime]:
    """When the night starts in so many days from a moment on, in London's time."""
    schedule = nightly_schedule(load_operations(Settings(home=ROOT / "home", project=ROOT)).night)
    assert isinstance(schedule.cron_schedule, str)
    found = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    )
    until = start + timedelta(days=days)
    return [each for each in islice(found, days + 2) if each < until]


@pytest.mark.parametrize("year", range(2024, 2041))
@pytest.mark.parametrize("change", ["spring", "autumn"])
def test_the_night_starts_exactly_once_when_the_clock_changes(year: int, change: str) -> None:
    month = 3 if change == "spring" else 10
    sunday = max(
        date(year, month, day) for day in range(25, 32) if date(year, month, day).weekday() == 6
    )
    start = datetime(year, month, sunday.day - 3, 12, tzinfo=LONDON)
    found = [each.astimezone(LONDON) for each in ticks(start.astimezone(UTC), 6)]
    days = [each.date() for each in found]
    assert days == [start.date() + timedelta(days=by) for by in range(1, 7)]
    assert {each.strftime("%H:%M") for each in found} == {"02:00"}
    gaps = {
        (later.astimezone(UTC) - earlier.astimezone(UTC)).total_seconds() / 3600
        for earlier, later in pairwise(found)
    }
    assert gaps == {24, 23 if change == "spring" else 25}
