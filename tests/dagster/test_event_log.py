"""Dagster's event log with its database kept open: the same records, seen by everybody else."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from insight_pipeline.defs.event_log import KEPT_OPEN, KeptOpenEventLog
from insight_pipeline.defs.workspace import (
    BASIC_CONFIG,
    instance_config,
    open_instance,
    prepare_dagster_home,
)
from insight_pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[2]
# A process that writes events and is killed before it closes anything.
KILLED = """
import os, signal, sys
from pathlib import Path
import dagster as dg
from insight_pipeline.defs.event_log import KeptOpenEventLog
from tests.dagster.test_event_log import an_event
log = KeptOpenEventLog(sys.argv[1])
for number in range(50):
    log.store_event(an_event("run", f"step {number}"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def an_event(run: str, message: str) -> dg.EventLogEntry:
    return dg.EventLogEntry(
        error_info=None, level=20, user_message=message, run_id=run, timestamp=0.0, job_name="j"
    )


@dg.asset
def counted() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset_check(asset=counted)
def is_counted() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


def a_run(settings: Settings) -> str:
    definitions = dg.Definitions(
        [counted], asset_checks=[is_counted], jobs=[dg.define_asset_job("all_of_it", "*")]
    )
    with open_instance(settings) as instance:
        assert isinstance(instance.event_log_storage, KeptOpenEventLog)
        job = definitions.resolve_job_def("all_of_it")
        return job.execute_in_process(instance=instance).run_id


def test_dagsters_own_class_reads_the_same_records_from_the_same_files(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    run = a_run(settings)
    (settings.dagster_home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        found = [e.dagster_event_type for e in instance.all_logs(run) if e.is_dagster_event]
        latest = instance.get_latest_materialization_event(dg.AssetKey("counted"))
        checks = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(dg.AssetKey("counted"), "is_counted"), limit=5
        )
    assert found.count(dg.DagsterEventType.ASSET_MATERIALIZATION) == 1
    assert found[-1] is dg.DagsterEventType.RUN_SUCCESS
    assert latest is not None and latest.run_id == run
    assert [check.status.value for check in checks] == ["SUCCEEDED"]


def test_events_of_a_process_killed_outright_are_kept(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=REPOSITORY)
    assert done.returncode == -9
    found = SqliteEventLogStorage(str(tmp_path)).get_logs_for_run("run")
    assert [entry.user_message for entry in found] == [f"step {number}" for number in range(50)]


def test_a_page_that_follows_a_run_hears_of_an_event_at_once(tmp_path: Path) -> None:
    writer, reader = KeptOpenEventLog(str(tmp_path)), KeptOpenEventLog(str(tmp_path))
    writer.store_event(an_event("run", "first"))
    heard, seen = threading.Event(), []
    reader.watch("run", None, lambda entry, cursor: (seen.append(entry.user_message), heard.set()))
    try:
        writer.store_event(an_event("run", "second"))
        assert heard.wait(20)
    finally:
        reader.dispose()
        writer.dispose()
    assert seen[:2] == ["first", "second"]


def test_no_more_databases_stay_open_than_a_night_needs(tmp_path: Path) -> None:
    log = KeptOpenEventLog(str(tmp_path))
    for run in ("a", "b", "c", "d"):
        log.store_event(an_event(run, "here"))
    opened = {path.resolve().name for path in Path("/proc/self/fd").iterdir() if path.exists()}
    assert len({name for name in opened if name in {"a.db", "b.db", "c.db", "d.db"}}) <= KEPT_OPEN
    log.dispose()
    assert [len(log.get_logs_for_run(run)) for run in ("a", "b", "c", "d")] == [1, 1, 1, 1]
    log.dispose()


def test_the_file_of_an_earlier_version_and_of_a_moved_home_is_written_anew(tmp_path: Path) -> None:
    before = Settings(home=tmp_path / "before", project=REPOSITORY)
    before.dagster_home.mkdir(parents=True)
    (before.dagster_home / "dagster.yaml").write_text(BASIC_CONFIG)
    prepare_dagster_home(before)
    assert (before.dagster_home / "dagster.yaml").read_text() == instance_config(before)
    before.home.rename(tmp_path / "after")
    after = Settings(home=tmp_path / "after", project=REPOSITORY)
    prepare_dagster_home(after)
    assert (after.dagster_home / "dagster.yaml").read_text() == instance_config(after)
    assert not before.home.exists()
