"""Dagster's records in PostgreSQL: deploy/dagster.postgres.yaml as it stands, a real server."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from insight_pipeline.defs.nightly import JOB
from insight_pipeline.defs.records import prune_records
from insight_pipeline.defs.workspace import open_instance
from insight_pipeline.settings import Settings
from tests.deployment.postgresql import DATABASE, PASSWORD, USER, PostgreSQL, postgresql
from tests.deployment.small import people, project_of, start_night, write_drop
from tests.deployment.units import DEPLOY

pytest.importorskip("dagster_postgres", reason="NOT TESTED: dagster-postgres is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.end_to_end]
NIGHT_SECONDS = 900


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgreSQL]:
    """A server, its address in the environment and its password in a file, as documented."""
    with postgresql() as cluster:
        words = tmp_path / "pgpass"
        words.write_text(f"127.0.0.1:{cluster.port}:{DATABASE}:{USER}:{PASSWORD}\n")
        words.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(words))
        monkeypatch.setenv("INSIGHT_DAGSTER_DATABASE", cluster.url)
        yield cluster


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose dagster.yaml is the documented one, with one delivery in the inbox."""
    made = project_of(tmp_path, {"harbourgym": None})
    write_drop(made.inbox / "harbourgym", "harbourgym", people=60)
    made.dagster_home.mkdir(parents=True)
    shutil.copy(DEPLOY / "dagster.postgres.yaml", made.dagster_home / "dagster.yaml")
    return made


def test_a_nights_records_are_in_the_database_and_nowhere_else(
    database: PostgreSQL, settings: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "night.log"
    assert start_night(settings, log).wait(NIGHT_SECONDS) == 0, log.read_text()
    with open_instance(settings) as instance:
        assert type(instance.event_log_storage).__name__ == "PostgresEventLogStorage"
        (run,) = instance.get_runs(dg.RunsFilter(job_name=JOB))
        assert run.status is dg.DagsterRunStatus.SUCCESS
        kinds = {entry.dagster_event_type for entry in instance.all_logs(run.run_id)}
        assert dg.DagsterEventType.ASSET_MATERIALIZATION in kinds
        assert dg.DagsterEventType.ASSET_CHECK_EVALUATION in kinds
        key = dg.AssetKey(["accepted", "harbourgym__people"])
        latest = instance.get_latest_materialization_event(key)
        assert latest is not None and latest.run_id == run.run_id
        _remembers_a_cursor(instance)
    assert not list(settings.dagster_home.rglob("*.db"))
    assert PASSWORD not in log.read_text()
    assert prune_records(settings, keep=1).kept == 1


def _remembers_a_cursor(instance: dg.DagsterInstance) -> None:
    """What a sensor noted is there for the next process that asks."""
    cursors = instance.daemon_cursor_storage
    cursors.set_cursor_values({"arrivals": "seen so far"})
    assert cursors.get_cursor_values({"arrivals"}) == {"arrivals": "seen so far"}
    assert instance.schedule_storage is not None
    assert instance.schedule_storage.all_instigator_state() == []


def test_a_night_whose_database_is_killed_leaves_the_stores_whole_and_runs_again(
    database: PostgreSQL, settings: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "killed.log"
    night = start_night(settings, log)
    _until(log, "accepted__harbourgym__people", night)
    database.kill()
    assert night.wait(NIGHT_SECONDS) != 0
    assert PASSWORD not in log.read_text()
    accepted = sorted(settings.accepted.rglob("*.parquet"))
    assert accepted, "what was judged before stays"
    database.start()
    again = tmp_path / "again.log"
    assert start_night(settings, again).wait(NIGHT_SECONDS) == 0, again.read_text()
    assert len(people(settings)) == 60
    with open_instance(settings) as instance:
        newest = instance.get_runs(dg.RunsFilter(job_name=JOB), limit=1)[0]
        assert newest.status is dg.DagsterRunStatus.SUCCESS


def _until(log: Path, words: str, night: object) -> None:
    deadline = time.monotonic() + NIGHT_SECONDS
    while time.monotonic() < deadline:
        if words in log.read_text():
            return
        assert night.poll() is None, log.read_text()  # type: ignore[attr-defined]
        time.sleep(0.05)
    raise AssertionError(f"no {words!r} in the log")
