"""Dagster's own records kept short: runs that ended long ago, with their events and logs.

Belongs here: what is forgotten. Does not belong here: ticks of schedules and sensors, which Dagster
prunes by itself (`retention` in dagster.yaml); anything of the night's own stores. What was told of
deliveries stays: those events belong to no run (deliveries.py).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from insight_pipeline.defs.nightly import JOB
from insight_pipeline.defs.workspace import open_instance
from insight_pipeline.settings import Settings

ENDED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]
INDEX = "index.db"


@dataclass(frozen=True)
class Pruned:
    """Runs forgotten and kept, and what Dagster's folder holds now, in bytes."""

    forgotten: int
    kept: int
    size_bytes: int


def prune_records(settings: Settings, keep: int) -> Pruned:
    """Forget every run before the `keep` newest nights; runs under way are never touched."""
    with open_instance(settings) as instance:
        runs = instance.get_runs(dg.RunsFilter(statuses=ENDED))  # the newest first
        old = runs[_kept(runs, keep) :]
        for run in old:
            instance.delete_run(run.run_id)
            shutil.rmtree(settings.dagster_home / "storage" / run.run_id, ignore_errors=True)
        is_sqlite = isinstance(instance.event_log_storage, SqliteEventLogStorage)
    if is_sqlite:
        _shrink(settings.dagster_home / "history", (run.run_id for run in old))
    size = sum(p.lstat().st_size for p in settings.dagster_home.rglob("*") if p.is_file())
    return Pruned(len(old), len(runs) - len(old), size)


def _kept(runs: Sequence[dg.DagsterRun], nights: int) -> int:
    """How many of the newest runs there are down to the last of so many nights."""
    numbers = [number for number, run in enumerate(runs, 1) if run.job_name == JOB]
    return numbers[nights - 1] if len(numbers) >= nights else len(runs)


def _shrink(history: Path, forgotten: Iterable[str]) -> None:
    """SQLite gives nothing back by itself: a run's own file goes, the shared ones are rewritten."""
    for run in forgotten:
        for file in (history / "runs").glob(f"{run}.db*"):
            file.unlink(missing_ok=True)
    for database in (history / "runs" / INDEX, history / "runs.db"):
        if database.is_file():
            with sqlite3.connect(database, timeout=60) as connection:
                connection.execute("vacuum")
            connection.close()
