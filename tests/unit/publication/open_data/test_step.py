"""What the step writes, and that it writes the same again."""

from __future__ import annotations

import shutil
from pathlib import Path

from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.publication.identifiers.step import scan_release
from insight_pipeline.publication.open_data.step import write_open_data
from insight_pipeline.settings import Settings
from tests.unit.publication.database.conftest import Sample

WRITTEN = (
    "csv-metadata.json",
    "datapackage.json",
    "indicators.csv-metadata.json",
    "indicators.xlsx",
    "judgements.csv-metadata.json",
    "revisions.csv-metadata.json",
    "scorecard.csv-metadata.json",
)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_step_adds_its_files_and_changes_no_other(
    sample: Sample, release: Path, own_settings: Settings
) -> None:
    assert names(release) - names(sample.second) == set(WRITTEN)
    for path in sample.second.iterdir():
        assert file_sha256(release / path.name) == file_sha256(path)


def test_the_same_release_gives_the_same_bytes(
    release: Path, own_settings: Settings, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    shutil.copytree(release, again)
    for name in WRITTEN:
        (again / name).unlink()
    write_open_data(again, Settings(home=tmp_path / "home", project=own_settings.project))
    for name in WRITTEN:
        assert file_sha256(again / name) == file_sha256(release / name)


def test_the_gate_finds_no_identifier_in_what_is_written(
    release: Path, own_settings: Settings
) -> None:
    assert scan_release(release, own_settings).files == len(names(release))
