"""The record of nights, and whether one is at work."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from insight_pipeline.operations.nights import (
    Before,
    Ending,
    Outcome,
    begin_night,
    end_night,
    is_at_work,
    is_ended,
    nights_folder,
    read_nights,
)
from insight_pipeline.settings import Settings
from tests.unit.operations.making import NOW, night


def home(folder: Path) -> Settings:
    return Settings(home=folder, project=folder)


def test_a_night_begins_and_ends_in_one_file(tmp_path: Path) -> None:
    settings = home(tmp_path)
    assert begin_night(settings, "run-1", "command", NOW, Before(ledger_no=3))
    assert not is_ended(settings, "run-1")
    (begun,) = read_nights(settings)
    assert (begun.ending, begun.before.ledger_no) == (None, 3)
    end_night(settings, "run-1", NOW + timedelta(minutes=9), Ending(outcome=Outcome.SUCCEEDED))
    (ended,) = read_nights(settings)
    assert ended.is_good
    assert ended.ended_at == NOW + timedelta(minutes=9)


def test_the_first_word_about_start_and_end_stands(tmp_path: Path) -> None:
    settings = home(tmp_path)
    begin_night(settings, "run-1", "command", NOW, Before())
    assert not begin_night(settings, "run-1", "daemon", NOW + timedelta(1), Before())
    end_night(settings, "run-1", NOW, Ending(outcome=Outcome.SUCCEEDED))
    end_night(settings, "run-1", NOW, Ending(outcome=Outcome.KILLED))
    (one,) = read_nights(settings)
    assert (one.by, one.started_at, one.is_good) == ("command", NOW, True)


def test_the_end_of_a_night_nobody_saw_begin_is_no_night(tmp_path: Path) -> None:
    end_night(home(tmp_path), "run-1", NOW, Ending(outcome=Outcome.SUCCEEDED))
    assert read_nights(home(tmp_path)) == ()


def test_nights_are_read_newest_first_and_no_further_back_than_two_months(tmp_path: Path) -> None:
    settings = home(tmp_path)
    for day in range(70):
        begin_night(settings, f"run-{day}", "daemon", NOW + timedelta(days=day), Before())
    found = read_nights(settings)
    assert [one.run_id for one in found] == [f"run-{day}" for day in range(69, 9, -1)]


def test_a_record_holds_names_and_counts_only(tmp_path: Path) -> None:
    begin_night(home(tmp_path), "run-1", "command", NOW, Before())
    (path,) = nights_folder(home(tmp_path)).iterdir()
    assert json.loads(path.read_text()).keys() == {
        *("run_id", "by", "started_at", "before", "ended_at", "ending")
    }


@pytest.mark.parametrize(
    ("ended", "is_held", "expected"),
    [(False, True, True), (False, None, True), (False, False, False), (True, True, False)],
)
def test_a_night_is_at_work_while_it_has_no_end_and_the_home_is_held(
    ended: bool, is_held: bool | None, expected: bool
) -> None:
    newest = night(NOW, Outcome.SUCCEEDED if ended else None)
    assert is_at_work([newest], is_held, NOW + timedelta(hours=1)) is expected
