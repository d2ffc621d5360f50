"""The sample of two releases, the settings of its home, and the command line over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from click.testing import CliRunner, Result

from insight_pipeline.cli.main import main
from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.publication.database import conftest as database

Sample = database.Sample
sample = database.sample


@pytest.fixture
def home(sample: Sample) -> Settings:
    return Settings(home=sample.second.parents[1], project=ROOT)


@dataclass(frozen=True)
class Insight:
    """The command line over the sample's home."""

    settings: Settings

    def __call__(self, *arguments: str, given: str | None = None) -> Result:
        environment = {
            "INSIGHT_HOME": str(self.settings.home),
            "INSIGHT_PROJECT": str(self.settings.project),
        }
        return CliRunner(env=environment).invoke(main, arguments, input=given)


@pytest.fixture
def insight(home: Settings) -> Insight:
    return Insight(home)


@pytest.fixture
def previewed(home: Settings, sample: Sample) -> Iterator[Settings]:
    """A preview beside the releases: the first release, under another name."""
    folder = home.preview / "2026-07-14-eeeeeeeeeeee"
    shutil.copytree(sample.first, folder)
    point_latest(home.preview, folder.name, date(2026, 7, 14))
    yield home
    shutil.rmtree(home.preview)
