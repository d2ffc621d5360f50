"""The Dagster instance of a home folder: telemetry off, one run at a time, everything local.

Belongs here: DAGSTER_HOME's one file. Does not belong here: jobs or assets.
"""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg

from insight_pipeline.kernel.atomic import make_folder, replacing_file
from insight_pipeline.settings import Settings

BASIC_CONFIG = """\
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
# With an absolute path: a home that was moved has it written anew.
INSTANCE_CONFIG = """\
# Written by insight before every start. To keep a file of your own, leave this line out of it.
{basic}retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 7
      failure: 30
      success: 90
event_log_storage:
  module: insight_pipeline.defs.event_log
  class: KeptOpenEventLog
  config:
    base_dir: {folder}
"""


def prepare_dagster_home(settings: Settings) -> Path:
    """Write dagster.yaml unless it is an operator's own, and create Dagster's own tables.

    Dagster creates its SQLite tables without a lock: the webserver and the daemon, started together
    on a fresh home, race, and the loser dies.
    """
    make_folder(settings.dagster_home)
    config = settings.dagster_home / "dagster.yaml"
    found = config.read_text(encoding="utf-8") if config.exists() else BASIC_CONFIG
    wanted = instance_config(settings)
    is_ours = found == BASIC_CONFIG or found.startswith(wanted.partition("\n")[0])
    if is_ours and found != wanted:
        with replacing_file(config) as work:
            work.write_text(wanted, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(settings.dagster_home)):
        return settings.dagster_home


def instance_config(settings: Settings) -> str:
    """The text of dagster.yaml for this home."""
    folder = json.dumps(str(settings.dagster_home / "history" / "runs"))  # a path is any text
    return INSTANCE_CONFIG.format(basic=BASIC_CONFIG, folder=folder)


def open_instance(settings: Settings) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(prepare_dagster_home(settings)))
