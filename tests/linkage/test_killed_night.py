"""A night that is killed, wherever it is: the next one ends as if nothing had happened."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from insight_pipeline.linkage.link import link
from insight_pipeline.linkage.model import files
from insight_pipeline.linkage.summary import LinkageInputs
from tests.conftest import ROOT
from tests.linkage.making import keys, query, settings_for, town, write_evidence

# Kills its process on entering the function named by its second argument.
KILLED = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
from insight_pipeline.linkage.summary import LinkageInputs
from insight_pipeline.settings import Settings

home, (module, name) = Path(sys.argv[1]), sys.argv[2].rsplit(".", 1)
setattr(import_module(module), name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
settings = Settings(home=home, project=Path(sys.argv[3]))
from insight_pipeline.linkage.link import link
link(home / "evidence.parquet", settings.identity, LinkageInputs(), settings)
"""
POINTS = (
    "insight_pipeline.linkage.link.record_night",
    "insight_pipeline.linkage.link._put_in_use",
    pytest.param("insight_pipeline.kernel.atomic.sync", marks=pytest.mark.slow),
    pytest.param("insight_pipeline.linkage.record_night.write_meta", marks=pytest.mark.slow),
)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("night", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_a_killed_night_leaves_nothing_that_the_next_one_trips_over(
    tmp_path: Path, point: str, night: int
) -> None:
    home, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    for folder in (home, undisturbed):
        settings = settings_for(folder)
        path = write_evidence(folder / "evidence.parquet", town(8, seed=3))
        if night == 2:
            link(path, settings.identity, LinkageInputs(), settings)
            write_evidence(path, town(11, seed=3))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), point, str(ROOT)], cwd=ROOT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    for folder in (home, undisturbed):
        settings = settings_for(folder)
        link(folder / "evidence.parquet", settings.identity, LinkageInputs(), settings)
    stores = [settings_for(folder).identity for folder in (home, undisturbed)]
    assert keys(stores[0]) == keys(stores[1])
    for table in ("pair", "record_mark", "citizen", "ledger_event", "membership"):
        everything = f"from {table} order by all"
        assert query(stores[0], everything) == query(stores[1], everything), table
    used = [files.active(settings_for(folder).models) for folder in (home, undisturbed)]
    assert used[0] is not None and used[1] is not None
    assert used[0].model == used[1].model
    assert not list(home.glob("*.wal")) and not list(home.glob("*.next"))


def test_a_store_whose_model_is_gone_is_not_linked_by_another(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    path = write_evidence(tmp_path / "evidence.parquet", town(8, seed=3))
    link(path, settings.identity, LinkageInputs(), settings)
    shutil.rmtree(settings.models)
    write_evidence(path, town(9, seed=3))
    with pytest.raises(Exception, match="restore the folder from backup"):
        link(path, settings.identity, LinkageInputs(), settings)
