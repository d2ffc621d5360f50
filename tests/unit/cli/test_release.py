"""`insight release`: when the next is due, and a release out of turn only with its reason."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli import release as release_room
from insight_pipeline.cli.main import main
from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

NAME, AS_OF = "2025-07-14-aaaaaaaaaaaa", date(2025, 7, 14)


def run(home: Path, *arguments: str, frequency: str = "monthly") -> Result:
    environment = {
        "INSIGHT_HOME": str(home),
        "INSIGHT_PROJECT": str(ROOT),
        "INSIGHT_RELEASE_FREQUENCY": frequency,
    }
    return CliRunner(env=environment).invoke(main, ["release", *arguments])


@pytest.fixture
def released(tmp_path: Path) -> Settings:
    """A home in which June was released."""
    settings = Settings(home=tmp_path, project=ROOT)
    folder = settings.published / NAME
    folder.mkdir(parents=True)
    said = {"release_no": 1, "as_of_date": "2025-07-14", "closed_to_date": "2025-06-30"}
    (folder / "release.json").write_text(json.dumps(said), encoding="utf-8")
    return settings


def preview(settings: Settings) -> None:
    (settings.preview / NAME).mkdir(parents=True)
    point_latest(settings.preview, NAME, AS_OF)


def test_before_the_first_release_it_says_so(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 0
    assert "Nothing is published yet" in result.output


def test_it_names_the_newest_release_and_when_the_next_is_due(released: Settings) -> None:
    result = run(released.home)
    assert NAME in result.output and "closed by 2025-06-30" in result.output
    assert "due when the data reach 2025-07-31." in result.output
    assert "preview" not in result.output


def test_another_frequency_is_due_on_another_day(released: Settings) -> None:
    assert "reach 2025-09-30." in run(released.home, frequency="quarterly").output
    assert "due" not in run(released.home, frequency="nightly").output


def test_a_preview_is_told_in_the_same_line(released: Settings) -> None:
    preview(released)
    (line,) = [line for line in run(released.home).output.splitlines() if "due" in line]
    assert "preview only, for internal eyes" in line
    assert str(released.preview / "latest") in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["--now"],
        ["--reason", "x"],
        ["--now", "--reason", " "],
        ["--now", "--reason", "x" * 501],
        ["--now", "--reason", "counted \x1b[2J twice"],
        ["--now", "--reason", "counted \udcff twice"],
    ],
)
def test_out_of_turn_takes_both_words_and_a_reason_that_says_something(
    released: Settings, arguments: list[str]
) -> None:
    assert run(released.home, *arguments).exit_code == 2


@pytest.mark.parametrize("has_warehouse", [False, True])
def test_out_of_turn_before_the_first_night_there_is_nothing_to_release(
    tmp_path: Path, has_warehouse: bool
) -> None:
    if has_warehouse:
        duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
    result = run(tmp_path, "--now", "--reason", "Visits had been counted twice.")
    assert result.exit_code == 0, result.output
    assert "Nothing to release yet" in result.output


def test_the_outputs_end_with_the_page_to_open(
    released: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    point_latest(released.published, NAME, AS_OF)
    release_room.say_outputs(released)
    assert "Report site" not in capsys.readouterr().out
    page = released.published / "latest" / "site" / "index.html"
    page.parent.mkdir()
    page.write_text("<title>Home</title>", encoding="utf-8")
    release_room.say_outputs(released)
    assert capsys.readouterr().out.rstrip().endswith(str(page))
