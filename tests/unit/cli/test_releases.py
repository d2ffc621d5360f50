"""`insight releases`: the list, and whether files are as they were written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from insight_pipeline.cli.main import main
from insight_pipeline.settings import Settings
from tests.unit.cli.conftest import Insight, Sample


@pytest.fixture
def copied(home: Settings, tmp_path: Path) -> Iterator[Insight]:
    """The sample's releases in a home that a test may spoil."""
    shutil.copytree(home.published, tmp_path / "published", symlinks=True)
    yield Insight(Settings(home=tmp_path, project=home.project))


def test_every_release_is_listed_with_the_one_before_it_and_which_is_the_latest(
    insight: Insight, sample: Sample
) -> None:
    result = insight("releases")
    assert result.exit_code == 0, result.output
    first, second = [line.split() for line in result.output.splitlines()[2:]]
    assert first[0] == sample.first.name and second[0] == sample.second.name
    assert first[-1] != "latest" and second[-1] == "latest"
    assert sample.first.name in second and "2026-06-30" in second


def test_programs_get_every_field(insight: Insight, sample: Sample) -> None:
    told = json.loads(insight("releases", "--format", "json").stdout)
    assert [row["release"] for row in told] == [sample.first.name, sample.second.name]
    assert told[1]["predecessor"] == sample.first.name
    assert told[1]["size_bytes"] > 1_000_000


def test_a_release_out_of_turn_shows_its_reason(copied: Insight, sample: Sample) -> None:
    path = copied.settings.published / sample.second.name / "release.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    reason = "A day was counted twice.\x1b[2J"
    path.write_text(json.dumps({**said, "is_scheduled": False, "reason": reason}), encoding="utf-8")
    result = copied("releases")
    assert f"{sample.second.name}, out of turn: A day was counted twice." in result.output
    assert "\x1b" not in result.output


def test_sound_releases_verify_and_spoilt_ones_are_named(copied: Insight, sample: Sample) -> None:
    sound = copied("releases", "--verify")
    assert sound.exit_code == 0
    assert "2 of 2 releases are as they were written." in sound.stderr
    file = copied.settings.published / sample.first.name / "indicators.csv"
    file.write_bytes(file.read_bytes()[:-1])
    spoilt = copied("releases", "--verify", "--format", "json")
    assert spoilt.exit_code == 1
    assert sample.first.name in spoilt.stderr and "indicators.csv" in spoilt.stderr
    assert "1 of 2 releases" in spoilt.stderr
    assert len(json.loads(spoilt.stdout)) == 2


def test_the_preview_is_listed_apart(insight: Insight, previewed: Settings) -> None:
    assert "eeeeeeeeeeee" not in insight("releases").output
    result = insight("releases", "--preview")
    assert "2026-07-14-eeeeeeeeeeee" in result.output
    assert "nothing of it is published" in result.output


def test_before_the_first_release_it_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner(env={"INSIGHT_HOME": str(tmp_path)}).invoke(main, ["releases"])
    assert result.exit_code == 1
    assert "insight nightly" in result.stderr
