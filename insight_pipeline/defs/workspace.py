"""The Dagster instance of a home folder: telemetry off, one run at a time, everything local.

Belongs here: DAGSTER_HOME's one file. Does not belong here: jobs or assets.
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from insight_pipeline.settings import Settings

INSTANCE_CONFIG = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 60
"""


def prepare_dagster_home(settings: Settings) -> Path:
    """Write dagster.yaml if there is none yet, and create Dagster's own tables.

    An operator's own file is left alone. Dagster creates its SQLite tables without a lock: the
    webserver and the daemon, started together on a fresh home, race, and the loser dies.
    """
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    config = settings.dagster_home / "dagster.yaml"
    if not config.exists():
        config.write_text(INSTANCE_CONFIG, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(settings.dagster_home)):
        return settings.dagster_home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(prepare_dagster_home(settings)))
