"""Nights between releases: a preview for internal eyes, and nothing new in public."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.disclosure.policy import load_policies
from insight_pipeline.publication.release import (
    POLICY_FILE,
    ReleaseSummary,
    latest_release,
    publish,
)
from insight_pipeline.publication.releasing import previews, provenance
from insight_pipeline.settings import Settings

JUNE, MID_JULY, JULY = date(2025, 6, 30), date(2025, 7, 14), date(2025, 7, 31)


class Office:
    """A warehouse whose figures become public once a month."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        headers: dict[str, IndicatorHeader],
        settings: Settings,
    ) -> None:
        self.connection, self.headers = connection, headers
        self.settings = replace(settings, release_frequency="monthly")

    def night(self, as_of: date, numerator: int, reason: str | None = None) -> ReleaseSummary:
        self.connection.execute("update indicators.figure set numerator = ?", [numerator])
        return publish(self.connection, self.headers, self.settings, as_of, reason=reason)

    def released(self) -> set[str]:
        return names(self.settings.published)

    def previewed(self) -> set[str]:
        return names(self.settings.preview)


def names(folder: Path) -> set[str]:
    found = folder.iterdir() if folder.is_dir() else ()
    return {path.name for path in found if path.is_dir() and not path.is_symlink()}


def said(summary: ReleaseSummary) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((summary.path / "release.json").read_text("utf-8"))
    return found


def numerators(folder: Path) -> list[int]:
    query = f"select distinct numerator from '{folder / 'indicators.parquet'}'"
    return [row[0] for row in duckdb.execute(query).fetchall()]


@pytest.fixture
def office(
    connection: duckdb.DuckDBPyConnection,
    headers: dict[str, IndicatorHeader],
    settings: Settings,
    plant: Callable[..., None],
) -> Office:
    plant("total", "all", 40, 100)
    return Office(connection, headers, settings)


def test_between_two_releases_there_is_a_preview_and_what_is_public_stays(office: Office) -> None:
    first = office.night(JUNE, 40)
    assert (first.is_preview, first.closed_to, first.next_due) == (False, JUNE, JULY)
    preview = office.night(MID_JULY, 60)
    assert (preview.is_preview, preview.closed_to, preview.next_due) == (True, JUNE, JULY)
    assert office.released() == {first.release}
    assert latest_release(office.settings.published) == first.release
    assert preview.path.parent == office.settings.preview
    assert latest_release(office.settings.preview) == preview.release
    assert (numerators(first.path), numerators(preview.path)) == ([40], [60])
    assert said(preview)["is_preview"] and not said(first)["is_preview"]
    assert said(preview)["predecessor"] == first.release


def test_there_is_one_preview_at_most_and_none_once_its_figures_are_public(office: Office) -> None:
    office.night(JUNE, 40)
    older = office.night(MID_JULY, 60)
    newer = office.night(MID_JULY, 80)
    assert office.previewed() == {newer.release} != {older.release}
    released = office.night(JULY, 80)
    assert not released.is_preview
    assert office.previewed() == set()
    assert latest_release(office.settings.preview) is None
    assert len(office.released()) == 2


def test_figures_that_come_back_to_what_is_public_need_no_preview(office: Office) -> None:
    first = office.night(JUNE, 40)
    office.night(JUNE, 60)
    back = office.night(JUNE, 40)
    assert back == replace(first, unchanged=True)
    assert office.previewed() == set()


def test_the_same_preview_is_not_built_twice_unless_something_else_made_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.night(JUNE, 40)
    preview = office.night(MID_JULY, 60)
    assert office.night(MID_JULY, 60) == replace(preview, unchanged=True)
    monkeypatch.setattr(provenance, "source_fingerprint", lambda: "another code")
    again = office.night(MID_JULY, 60)
    assert not again.unchanged
    assert office.previewed() == {again.release}
    assert said(again)["code_version"]["source"] == "another code"


def test_a_preview_revises_nothing(office: Office) -> None:
    office.night(JUNE, 40)
    office.night(MID_JULY, 60)
    office.night(MID_JULY, 80)
    released = office.night(JULY, 80)
    query = f"select value::integer from '{released.path}/revisions.parquet' order by revision_no"
    assert duckdb.execute(query).fetchall() == [(40,), (80,)]
    assert said(released)["release_no"] == 2


def test_a_release_out_of_turn_bears_its_reason_and_the_next_is_due_as_before(
    office: Office,
) -> None:
    office.night(JUNE, 40)
    office.night(MID_JULY, 60)
    reason = "Visits of one centre had been counted twice."
    corrected = office.night(MID_JULY, 60, reason)
    assert not corrected.is_preview
    assert (said(corrected)["is_scheduled"], said(corrected)["reason"]) == (False, reason)
    assert office.previewed() == set()
    assert corrected.next_due == JULY
    assert office.night(JULY, 60).is_preview is False


def test_months_passed_over_make_one_release(office: Office) -> None:
    office.night(JUNE, 40)
    later = office.night(date(2025, 11, 12), 60)
    assert (later.is_preview, later.closed_to) == (False, date(2025, 10, 31))
    assert said(later)["is_scheduled"]
    assert len(office.released()) == 2


def test_periods_that_have_not_closed_are_not_shown(
    office: Office, plant: Callable[..., None]
) -> None:
    year = {"period_from": "2025-04-01", "period_to": "2026-03-31", "is_not_mature": True}
    plant("total", "all", 10, 50, **year)
    summary = office.night(MID_JULY, 40)
    assert summary.figures == 1
    shown = duckdb.execute(f"select period_to::varchar from '{summary.path}/indicators.csv'")
    assert shown.fetchall() == [("2025-03-31",)]


def test_a_pointer_lost_in_a_kill_is_put_back_by_a_night_that_only_previews(
    office: Office,
) -> None:
    first = office.night(JUNE, 40)
    (office.settings.published / "latest").unlink()
    assert office.night(MID_JULY, 60).is_preview
    assert latest_release(office.settings.published) == first.release
    pointer = json.loads((office.settings.published / "latest.json").read_text("utf-8"))
    assert pointer["as_of_date"] == JUNE.isoformat()


def test_remains_of_a_killed_run_go(office: Office) -> None:
    remains = office.settings.published / "2025-05-31-aaaaaaaaaaaa.next"
    remains.mkdir(parents=True)
    (remains / "half.csv").write_text("half", encoding="utf-8")
    office.night(JUNE, 40)
    assert not remains.exists()


def test_an_unknown_frequency_publishes_nothing(office: Office) -> None:
    office.settings = replace(office.settings, release_frequency="weekly")
    with pytest.raises(InsightError, match="INSIGHT_RELEASE_FREQUENCY"):
        office.night(JUNE, 40)
    assert office.released() == set()


def test_a_folder_that_was_never_made_has_no_preview_to_drop(tmp_path: Path) -> None:
    previews.drop_previews(tmp_path / "preview")
    assert previews.standing_preview(tmp_path / "preview", "2025-06-30-aaaaaaaaaaaa", {}) is None


def test_its_database_says_whether_it_is_a_preview_what_it_covers_and_whose_policy_it_follows(
    office: Office,
) -> None:
    asked = "select is_preview, closed_to_date, policy_title, policy_source from release"
    policy = load_policies(office.settings.contracts / POLICY_FILE).in_force
    for night, is_preview in ((office.night(JUNE, 40), False), (office.night(MID_JULY, 45), True)):
        with duckdb.connect(str(night.path / "indicators.duckdb"), read_only=True) as opened:
            (found,) = opened.execute(asked).fetchall()
        assert found == (is_preview, JUNE, policy.title, policy.source)
