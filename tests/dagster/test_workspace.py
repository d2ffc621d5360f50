"""The Dagster instance of a home folder."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from insight_pipeline.defs.workspace import open_instance, prepare_dagster_home
from insight_pipeline.settings import Settings

REPOSITORY = Path(__file__).parents[2]


def test_telemetry_is_off_and_one_run_goes_at_a_time(tmp_path: Path) -> None:
    with open_instance(Settings(home=tmp_path, project=REPOSITORY)) as instance:
        assert not instance.telemetry_enabled
        assert not instance.nux_enabled
        assert instance.get_concurrency_config().run_queue_config is not None
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None and queue.max_concurrent_runs == 1


def test_an_operators_own_configuration_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, project=REPOSITORY)
    own = prepare_dagster_home(settings) / "dagster.yaml"
    own.write_text("telemetry: {enabled: false}\n")
    prepare_dagster_home(settings)
    assert own.read_text() == "telemetry: {enabled: false}\n"


def test_a_prepared_home_has_dagsters_tables_so_no_two_processes_race_to_create_them(
    tmp_path: Path,
) -> None:
    home = prepare_dagster_home(Settings(home=tmp_path, project=REPOSITORY))
    for store in ("history/runs.db", "history/runs/index.db", "schedules/schedules.db"):
        with sqlite3.connect(home / store) as database:
            (tables,) = database.execute("select count(*) from sqlite_master").fetchone()
        assert tables > 0, store
