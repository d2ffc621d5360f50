"""Histories of versions: dated by the data, never rewritten, and the last run of a day counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.model import Model
from insight_pipeline.sql.runner import ModelRun, drop_relation, run, target_fingerprints
from tests.unit.sql.files import model

HEADER = "materialised: snapshot\nkey: [citizen_id]\ntrack: [ward]\n"
QUERY = "select citizen_id, ward, age from core.citizen"
NAME = "core.dim_citizen_history"
MARCH, APRIL, MAY, JUNE = (date(2025, month, 1) for month in (3, 4, 5, 6))
People = list[tuple[str | None, str | None, int]]
ANN: People = [("ann", "north", 30)]


@dataclass
class History:
    """A database with one snapshot of the people it is told of."""

    connection: duckdb.DuckDBPyConnection
    model: Model

    def night(self, people: People, as_of: date | None) -> ModelRun:
        con = self.connection
        con.execute("create schema if not exists core")
        con.execute(
            "create or replace table core.citizen (citizen_id varchar, ward varchar, age integer)"
        )
        if people:
            con.executemany("insert into core.citizen values (?, ?, ?)", [list(p) for p in people])
        mark = fingerprint(sorted(map(str, people)))
        targets = target_fingerprints([self.model], (), {"core.citizen": mark}, as_of)
        (done,) = run(con, [self.model], targets, macros=(), as_of=as_of)
        return done

    def versions(self, columns: str = "citizen_id, ward, valid_from, valid_to") -> list[object]:
        query = f"select {columns}, is_current from {NAME} order by citizen_id, valid_from"
        found = self.connection.execute(query).fetchall()
        assert all(row[-1] is (row[-2] is None) for row in found), "current is open"
        return [row[:-1] for row in found]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with duckdb.connect() as connection:
        yield History(connection, model(tmp_path, NAME, QUERY, HEADER))


def test_the_first_night_opens_a_version_for_everybody(history: History) -> None:
    done = history.night([*ANN, (None, None, 1)], MARCH)
    assert history.versions() == [("ann", "north", MARCH, None), (None, None, MARCH, None)]
    assert done.rows == 2
    assert done.note == "2 versions opened, 0 closed as of 2025-03-01"


def test_a_change_closes_a_version_and_opens_the_next_on_the_same_day(history: History) -> None:
    history.night(ANN, MARCH)
    history.night([("ann", "south", 30)], APRIL)
    history.night([("ann", None, 30)], MAY)
    assert history.versions() == [
        ("ann", "north", MARCH, APRIL),
        ("ann", "south", APRIL, MAY),
        ("ann", None, MAY, None),
    ]


def test_a_column_that_is_not_tracked_opens_nothing_and_stays_as_it_was(history: History) -> None:
    history.night(ANN, MARCH)
    done = history.night([("ann", "north", 31)], APRIL)
    assert done.note == "0 versions opened, 0 closed as of 2025-04-01"
    assert not done.moved
    assert history.versions("age, valid_to") == [(30, None)]


def test_a_key_that_is_gone_closes_and_one_that_comes_back_opens_anew(history: History) -> None:
    history.night(ANN, MARCH)
    history.night([], APRIL)
    assert history.versions() == [("ann", "north", MARCH, APRIL)]
    history.night(ANN, MAY)
    assert history.versions() == [("ann", "north", MARCH, APRIL), ("ann", "north", MAY, None)]


def test_the_last_run_of_a_day_counts(history: History) -> None:
    history.night([*ANN, ("bob", "north", 1)], MARCH)
    history.night([("ann", "south", 30), ("cyd", "west", 2)], APRIL)
    history.night([("ann", "north", 30), ("bob", "east", 1)], APRIL)
    assert history.versions() == [
        ("ann", "north", MARCH, None),
        ("bob", "north", MARCH, APRIL),
        ("bob", "east", APRIL, None),
    ]


def test_the_first_day_may_run_again_too(history: History) -> None:
    history.night(ANN, MARCH)
    history.night([("bob", "west", 2)], MARCH)
    assert history.versions() == [("bob", "west", MARCH, None)]


def test_an_earlier_day_leaves_history_untouched_and_says_so(history: History) -> None:
    history.night(ANN, APRIL)
    done = history.night([("ann", "south", 30)], MARCH)
    assert history.versions() == [("ann", "north", APRIL, None)]
    assert done.note == "2025-03-01 lies before 2025-04-01: history left as it is"
    assert not done.moved
    history.night([("ann", "south", 30)], MAY)
    assert history.versions() == [("ann", "north", APRIL, MAY), ("ann", "south", MAY, None)]


def test_a_day_on_which_nothing_changed_is_the_newest_all_the_same(history: History) -> None:
    history.night(ANN, MARCH)
    history.night(ANN, MAY)
    assert "lies before" in history.night([("ann", "south", 30)], APRIL).note


def test_without_a_day_there_is_an_empty_history(history: History) -> None:
    done = history.night([], None)
    assert (done.rows, history.versions()) == (0, [])
    assert "no delivery yet" in done.note
    history.night(ANN, MARCH)
    assert "no delivery yet" in history.night([], None).note
    assert history.versions() == [("ann", "north", MARCH, None)]


def test_an_unchanged_night_does_not_run_it(history: History) -> None:
    history.night(ANN, MARCH)
    assert history.night(ANN, MARCH).unchanged
    assert not history.night(ANN, APRIL).unchanged


# What the history outlives.


def test_history_survives_changed_sql_and_gains_its_columns(
    history: History, tmp_path: Path
) -> None:
    history.night(ANN, MARCH)
    query = "select citizen_id, upper(ward) as ward, 'f' as sex from core.citizen"
    history.model = model(tmp_path / "new", NAME, query, HEADER)
    history.night(ANN, APRIL)
    assert history.versions("ward, age, sex, valid_from, valid_to") == [
        ("north", 30, None, MARCH, APRIL),
        ("NORTH", None, "f", APRIL, None),
    ]


def test_a_column_may_change_to_a_type_its_history_fits(history: History, tmp_path: Path) -> None:
    history.night(ANN, MARCH)
    query = "select citizen_id, ward, age::varchar as age from core.citizen"
    history.model = model(tmp_path / "new", NAME, query, HEADER)
    history.night(ANN, APRIL)
    assert history.versions("age, valid_to") == [("30", None)]


def test_a_type_the_history_does_not_fit_is_refused(history: History, tmp_path: Path) -> None:
    history.night(ANN, MARCH)
    query = "select citizen_id, 7 as ward from core.citizen"
    history.model = model(tmp_path / "new", NAME, query, HEADER)
    with pytest.raises(InsightError) as caught:
        history.night(ANN, APRIL)
    assert "north" not in str(caught.value)
    assert "'ward' as VARCHAR" in str(caught.value)
    assert history.versions() == [("ann", "north", MARCH, None)]


def test_another_key_is_refused(history: History, tmp_path: Path) -> None:
    history.night(ANN, MARCH)
    other = "materialised: snapshot\nkey: [ward]\ntrack: [citizen_id]\n"
    history.model = model(tmp_path / "new", NAME, QUERY, other)
    with pytest.raises(InsightError, match="a file of its own"):
        history.night(ANN, APRIL)
    assert history.versions() == [("ann", "north", MARCH, None)]


def test_a_key_that_is_not_unique_is_refused_without_its_value(history: History) -> None:
    history.night(ANN, MARCH)
    with pytest.raises(InsightError, match="1 keys with several") as caught:
        history.night([*ANN, ("ann", "south", 1)], APRIL)
    assert "ann" not in str(caught.value).replace(str(history.model.path), "")
    assert history.versions() == [("ann", "north", MARCH, None)]


def test_columns_of_the_versions_are_not_the_querys_to_give(tmp_path: Path) -> None:
    query = "select citizen_id, ward, true as Is_Current from core.citizen"
    with duckdb.connect() as connection:
        wrong = History(connection, model(tmp_path, NAME, query, HEADER))
        with pytest.raises(InsightError, match="'is_current'"):
            wrong.night(ANN, MARCH)


@pytest.mark.parametrize("other", ["table", "view"])
def test_a_model_that_is_a_snapshot_no_more_keeps_its_history_aside(
    history: History, tmp_path: Path, other: str
) -> None:
    history.night(ANN, MARCH)
    snapshot = history.model
    history.model = model(tmp_path / "new", NAME, QUERY, f"materialised: {other}\n")
    for ward in ("east", "west"):
        history.night([("ann", ward, 30)], APRIL)
        assert history.connection.execute(f"select ward from {NAME}").fetchall() == [(ward,)]
    history.model = snapshot
    history.night([("ann", "south", 30)], MAY)
    assert history.versions() == [("ann", "north", MARCH, MAY), ("ann", "south", MAY, None)]


def test_a_model_whose_file_is_gone_finds_its_history_when_it_returns(history: History) -> None:
    history.night(ANN, MARCH)
    drop_relation(history.connection, NAME)
    with pytest.raises(duckdb.CatalogException):
        history.versions()
    history.night(ANN, APRIL)
    assert history.versions() == [("ann", "north", MARCH, None)]


def test_a_table_that_becomes_a_snapshot_begins_its_history(
    history: History, tmp_path: Path
) -> None:
    snapshot = history.model
    history.model = model(tmp_path / "table", NAME, QUERY)
    history.night(ANN, MARCH)
    history.model = snapshot
    history.night(ANN, APRIL)
    assert history.versions() == [("ann", "north", APRIL, None)]


def test_a_failure_midway_leaves_the_history(history: History, tmp_path: Path) -> None:
    history.night(ANN, MARCH)
    query = "select citizen_id, ward, error('no')::integer as age from core.citizen"
    history.model = model(tmp_path / "new", NAME, query, HEADER)
    with pytest.raises(duckdb.Error):
        history.night(ANN, APRIL)
    assert history.versions() == [("ann", "north", MARCH, None)]


# Against an independent oracle: what each day's last run said, compressed to stretches.

PEOPLE = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.sampled_from(["north", "south", None]), max_size=3
)
NIGHTS = st.lists(st.tuples(st.integers(0, 4), PEOPLE), min_size=1, max_size=8)


def oracle(nights: list[tuple[int, dict[str, str | None]]]) -> list[tuple[object, ...]]:
    said: dict[int, dict[str, str | None]] = {}
    for day, people in nights:
        if day >= max(said, default=0):
            said[day] = people
    days = sorted(said)
    found: list[tuple[object, ...]] = []
    for who in "abc":
        opened: tuple[str | None, int] | None = None
        for day in days:
            present, ward = who in said[day], said[day].get(who)
            if opened and (not present or ward != opened[0]):
                found.append((who, opened[0], opened[1], day))
                opened = None
            if present and not opened:
                opened = (ward, day)
        if opened:
            found.append((who, *opened, None))
    return sorted(found, key=str)


@settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(nights=NIGHTS)
def test_over_any_nights_the_history_is_what_each_days_last_run_said(
    nights: list[tuple[int, dict[str, str | None]]],
) -> None:
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        made = History(connection, model(Path(folder), NAME, QUERY, HEADER))
        for day, people in nights:
            rows: People = [(who, ward, 1) for who, ward in people.items()]
            made.night(rows, MARCH + timedelta(days=day))
        found = connection.execute(
            "select citizen_id, ward, date_diff('day', date '2025-03-01', valid_from), "
            f"date_diff('day', date '2025-03-01', valid_to) from {NAME}"
        ).fetchall()
        assert sorted(found, key=str) == oracle(nights)


# A column of another type keeps what the history says, or is refused.

ALL = "citizen_id, ward, age, valid_from, valid_to"


@pytest.mark.parametrize(
    ("then", "now", "fits"),
    [
        ("1.4::double", "1::integer", False),
        ("2::double", "2::integer", True),
        ("timestamp '2025-01-01 10:00'", "date '2025-01-01'", False),
        ("timestamp '2025-01-01'", "date '2025-01-01'", True),
        ("'01'", "1", False),
        ("9007199254740993", "1::double", False),
        ("1.25::decimal(9, 2)", "1.3::decimal(9, 1)", False),
        ("1", "date '2025-01-01'", False),
        ("null::varchar", "1", True),
    ],
)
def test_a_new_type_may_not_change_a_value_of_the_history(
    history: History, tmp_path: Path, then: str, now: str, fits: bool
) -> None:
    for number, value in enumerate((then, now)):
        query = f"select citizen_id, ward, {value} as age from core.citizen"
        history.model = model(tmp_path / str(number), NAME, query, HEADER)
        if number == 0 or fits:
            history.night(ANN, (MARCH, APRIL)[number])
            continue
        before = history.versions(ALL)
        with pytest.raises(InsightError, match="give the column another name"):
            history.night(ANN, APRIL)
        assert history.versions(ALL) == before


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (("01", "1"), "integer"),
        (("1 month", "30 days"), "interval"),
        (("0.0", "-0.0"), "double"),
    ],
)
def test_a_new_type_of_the_key_may_not_make_two_keys_one(
    history: History, tmp_path: Path, keys: tuple[str, str], kind: str
) -> None:
    history.night([(key, "north", 1) for key in keys], MARCH)
    before = history.versions(ALL)
    query = f"select citizen_id::{kind} as citizen_id, ward, age from core.citizen"
    history.model = model(tmp_path / "new", NAME, query, HEADER)
    with pytest.raises(InsightError):
        history.night([(keys[0], "north", 1)], APRIL)
    assert history.versions(ALL) == before
