"""A really made release with its open data beside it, and copies to plant mistakes in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.publication.open_data.step import write_open_data
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.publication.database.conftest import Sample, sample

__all__ = ["sample"]

FILES = ("indicators", "judgements", "scorecard", "revisions")
Planted = Callable[[str, str, str], Path]


@pytest.fixture(scope="session")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("open_data_home"), project=ROOT)


@pytest.fixture(scope="session")
def release(
    sample: Sample, own_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The second release of the sample, which revised one figure, with its open data."""
    folder = tmp_path_factory.mktemp("open_data") / "release"
    shutil.copytree(sample.second, folder)
    write_open_data(folder, own_settings)
    return folder


@pytest.fixture
def planted(release: Path, tmp_path: Path) -> Planted:
    """A copy of the release in one of whose CSV files one column's value is another.

    Called with file, column and value, which goes into the first line that has one there; with the
    column 'again' the first line stands twice.
    """

    def plant(file: str, column: str, value: str) -> Path:
        folder = tmp_path / "planted"
        shutil.copytree(release, folder)
        path = folder / f"{file}.csv"
        header, first, *others = path.read_text(encoding="utf-8").splitlines()
        if column == "again":
            lines = [header, first, first, *others]
        else:
            place = header.split(",").index(column)
            lines = [header, *_planted([first, *others], place, value)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    return plant


def _planted(lines: list[str], place: int, value: str) -> list[str]:
    at = next(number for number, line in enumerate(lines) if line.split(",")[place])
    cells = lines[at].split(",")
    cells[place] = value
    return [*lines[:at], ",".join(cells), *lines[at + 1 :]]


@pytest.fixture
def changed(sample: Sample, own_settings: Settings, tmp_path: Path) -> Callable[[str], Path]:
    """The release after statements were run on its database, with open data made from that."""

    def change(statements: str) -> Path:
        folder = tmp_path / "changed"
        shutil.copytree(sample.second, folder)
        with duckdb.connect(str(folder / "indicators.duckdb")) as connection:
            connection.execute(statements)
        write_open_data(folder, own_settings)
        return folder

    return change
