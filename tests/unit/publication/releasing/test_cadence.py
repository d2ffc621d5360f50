"""When a release is due, from the days the data reach alone, and which periods it covers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.history import Made
from insight_pipeline.publication.releasing.cadence import (
    Frequency,
    ReleasePolicy,
    last_closed_day,
    load_release_policy,
    next_due,
    turn_of,
)
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

PERIODIC = [Frequency.MONTHLY, Frequency.QUARTERLY]
DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))


def policy(frequency: Frequency) -> ReleasePolicy:
    return ReleasePolicy(frequency=frequency, keep_releases_years=1)


def made(closed_to: date | None, number: int = 1) -> Made:
    return Made(Path(str(closed_to)), number, 0, closed_to, closed_to)


@pytest.mark.parametrize(
    ("frequency", "as_of", "closed_to"),
    [
        ("nightly", "2025-06-17", "2025-06-17"),
        ("monthly", "2025-06-17", "2025-05-31"),
        ("monthly", "2025-06-29", "2025-05-31"),
        ("monthly", "2025-06-30", "2025-06-30"),
        ("monthly", "2025-01-01", "2024-12-31"),
        ("monthly", "2024-02-29", "2024-02-29"),
        ("monthly", "2024-02-28", "2024-01-31"),
        ("monthly", "2025-02-28", "2025-02-28"),
        ("quarterly", "2025-06-29", "2025-03-31"),
        ("quarterly", "2025-06-30", "2025-06-30"),
        ("quarterly", "2025-12-31", "2025-12-31"),
        ("quarterly", "2026-01-01", "2025-12-31"),
    ],
)
def test_a_period_has_closed_when_the_data_reach_its_last_day(
    frequency: str, as_of: str, closed_to: str
) -> None:
    found = last_closed_day(Frequency(frequency), date.fromisoformat(as_of))
    assert found == date.fromisoformat(closed_to)


@pytest.mark.parametrize("frequency", list(Frequency))
@given(as_of=DAYS)
def test_the_first_release_is_always_due(frequency: Frequency, as_of: date) -> None:
    turn = turn_of(policy(frequency), [], as_of)
    assert turn.is_due and turn.is_public


@pytest.mark.parametrize("frequency", PERIODIC)
@given(nights=st.lists(DAYS, min_size=1, max_size=40))
def test_night_after_night_there_is_one_release_for_every_end_of_a_period_reached_and_no_other(
    frequency: Frequency, nights: list[date]
) -> None:
    releases: list[Made] = []
    for number, as_of in enumerate(nights, start=1):
        turn = turn_of(policy(frequency), releases, as_of)
        reached = max(last_closed_day(frequency, day) for day in nights[:number])
        if turn.is_due:
            releases.append(made(turn.closed_to, len(releases) + 1))
        covered = max(each.closed_to for each in releases if each.closed_to)
        assert covered == reached
        assert turn.next_due is not None and turn.next_due > covered
        assert last_closed_day(frequency, turn.next_due) == turn.next_due
        assert last_closed_day(frequency, turn.next_due - timedelta(days=1)) == covered
        assert next_due(policy(frequency), releases) == turn.next_due
    ends = [each.closed_to for each in releases if each.closed_to]
    assert ends == sorted(set(ends))


def test_a_release_out_of_turn_takes_back_one_that_a_wrong_date_made_reach_too_far() -> None:
    wrong = made(date(2062, 5, 31), 1)
    turn = turn_of(policy(Frequency.MONTHLY), [wrong], date(2026, 11, 30), "A year was mistyped.")
    assert (turn.closed_to, turn.next_due) == (date(2026, 11, 30), date(2026, 12, 31))
    right = [wrong, made(turn.closed_to, 2)]
    assert turn_of(policy(Frequency.MONTHLY), right, date(2026, 12, 31)).is_due
    assert next_due(policy(Frequency.MONTHLY), right) == date(2026, 12, 31)


@pytest.mark.parametrize("frequency", PERIODIC)
@given(as_of=DAYS)
def test_no_quarter_is_covered_under_one_frequency_and_open_under_another(
    frequency: Frequency, as_of: date
) -> None:
    # Figures are of quarters and years: another frequency never takes back what was published.
    def quarters(closed_to: date) -> date:
        return last_closed_day(Frequency.QUARTERLY, closed_to)

    assert quarters(last_closed_day(frequency, as_of)) == quarters(as_of)


def test_a_night_out_of_turn_is_public_only_with_a_reason() -> None:
    covered = [made(date(2025, 5, 31))]
    plain = turn_of(policy(Frequency.MONTHLY), covered, date(2025, 6, 17))
    assert not plain.is_public
    assert plain.next_due == date(2025, 6, 30)
    told = turn_of(policy(Frequency.MONTHLY), covered, date(2025, 6, 17), "A day was sent twice.")
    assert told.is_public and not told.is_due
    assert told.closed_to == date(2025, 5, 31)


def test_releases_from_before_there_was_a_policy_cover_nothing_that_is_known() -> None:
    turn = turn_of(policy(Frequency.MONTHLY), [made(None)], date(2025, 6, 17))
    assert turn.is_due


def test_the_repository_releases_monthly_and_keeps_releases() -> None:
    found = load_release_policy(Settings(home=Path("nowhere"), project=ROOT))
    assert found.frequency is Frequency.MONTHLY
    assert found.keep_releases_years >= 1


def test_the_setting_goes_before_the_file_and_a_misspelt_one_is_an_error() -> None:
    settings = Settings(home=Path("nowhere"), project=ROOT, release_frequency="quarterly")
    assert load_release_policy(settings).frequency is Frequency.QUARTERLY
    with pytest.raises(InsightError, match="did you mean 'monthly'"):
        load_release_policy(replace(settings, release_frequency="montly"))


def test_a_misspelt_frequency_in_the_file_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "data_contracts" / "publication"
    folder.mkdir(parents=True)
    (folder / "release_policy.yaml").write_text("frequency: weekly\nkeep_releases_years: 10\n")
    with pytest.raises(InsightError, match="frequency"):
        load_release_policy(Settings(home=tmp_path, project=tmp_path))
