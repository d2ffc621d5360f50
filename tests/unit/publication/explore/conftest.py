"""The parts of others, fetched once for all runs of the tests, and a release that has them."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.explore.fetch import fetch
from insight_pipeline.publication.explore.pins import cache_folder, load_pins
from insight_pipeline.publication.explore.step import write_explore
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.publication.site.conftest import Release, release

__all__ = ["release"]  # the site's release, as a fixture here as well


@dataclass(frozen=True)
class Explored:
    """A release with its site and query page, alone on a shelf."""

    folder: Path
    settings: Settings


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time: the workers of a test run share the folder."""
    with (folder / "fetching").open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def settings(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the fetched parts: from .pytest_cache, or from the registry; a skip without."""
    kept = Settings(home=pytestconfig.cache.mkdir("explore"), project=ROOT)  # type: ignore[union-attr]
    try:
        with _alone(kept.home):
            folder = fetch(kept, load_pins())
    except InsightError as error:
        pytest.skip(f"the query page is NOT TESTED: its parts cannot be had ({error.faults[0]})")
    home = Settings(home=tmp_path_factory.mktemp("explore"), project=ROOT)
    shutil.copytree(folder, cache_folder(home, load_pins()))
    return home


@pytest.fixture(scope="session")
def explored(
    release: Release, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Explored:
    folder = tmp_path_factory.mktemp("shelf") / "released"
    shutil.copytree(release.folder, folder)
    assert write_explore(folder, settings)
    return Explored(folder, settings)
