"""Which release a word means, and what is said where it means none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.querying.choosing import WrongUse, choose
from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

NAMES = ("2025-06-30-aaaaaaaaaaaa", "2025-07-31-bbbbbbbbbbbb", "2025-07-31-bccccccccccc")


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Three releases, the last of which `latest` points at."""
    settings = Settings(home=tmp_path, project=ROOT)
    for number, name in enumerate(NAMES, start=1):
        folder = settings.published / name
        folder.mkdir(parents=True)
        (folder / "release.json").write_text(json.dumps({"release_no": number}), encoding="utf-8")
    point_latest(settings.published, NAMES[2], date(2025, 7, 31))
    return settings


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("latest", NAMES[2]),
        ("previous", NAMES[1]),
        (NAMES[0], NAMES[0]),
        ("2025-06", NAMES[0]),
        ("2025-07-31-bb", NAMES[1]),
    ],
)
def test_a_release_goes_by_its_place_its_name_or_the_beginning_of_it(
    home: Settings, word: str, name: str
) -> None:
    assert choose(home, word) == home.published / name


def test_the_latest_is_the_one_that_readers_are_sent_to(home: Settings) -> None:
    point_latest(home.published, NAMES[1], date(2025, 7, 31))
    assert choose(home).name == NAMES[1]
    assert choose(home, "previous").name == NAMES[0]


def test_without_a_pointer_the_latest_is_the_one_made_last(home: Settings) -> None:
    (home.published / "latest").unlink()
    assert choose(home).name == NAMES[2]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("2025-07", f"one of {NAMES[1]}, {NAMES[2]}"),
        ("2025-06-30-aaaaaaaaaaab", f"did you mean '{NAMES[0]}'?"),
        ("..", "nothing similar"),
        ("", "nothing similar"),
        (f"../published/{NAMES[0]}", "insight releases"),
    ],
)
def test_a_word_that_means_no_release_or_several_is_told_with_those_it_could(
    home: Settings, word: str, told: str
) -> None:
    with pytest.raises(WrongUse, match="name of a release") as refused:
        choose(home, word)
    assert told in str(refused.value)


def test_before_the_first_release_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InsightError, match="insight nightly") as refused:
        choose(Settings(home=tmp_path, project=ROOT))
    assert not isinstance(refused.value, WrongUse)


def test_the_first_release_has_none_before_it(home: Settings) -> None:
    point_latest(home.published, NAMES[0], date(2025, 6, 30))
    with pytest.raises(InsightError, match="it is the first"):
        choose(home, "previous")


def test_a_preview_is_no_release_and_goes_by_its_own_word_alone(home: Settings) -> None:
    with pytest.raises(InsightError, match="a preview"):
        choose(home, "preview")
    (home.preview / "2025-08-12-dddddddddddd").mkdir(parents=True)
    point_latest(home.preview, "2025-08-12-dddddddddddd", date(2025, 8, 12))
    assert choose(home, "preview") == home.preview / "2025-08-12-dddddddddddd"
    with pytest.raises(WrongUse):
        choose(home, "2025-08-12-dddddddddddd")
