"""The nightly job and its schedule.

Belongs here: what a night takes in, and when it starts. Does not belong here: the sensor that asks
for one in between (arrivals.py).
"""

from __future__ import annotations

import dagster as dg

from insight_pipeline.defs.progress import progress
from insight_pipeline.operations.policy import Timetable

JOB = "nightly"
# One asset a feed, one partition a delivery: the night tells of them, and never makes them.
DELIVERIES = "deliveries"

nightly_job = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups(DELIVERIES),
    description="From the inbox to the published release: everything that changed, once a night.",
    executor_def=dg.in_process_executor,
    config={"loggers": {"progress": {}}},
)


def nightly_schedule(night: Timetable) -> dg.ScheduleDefinition:
    """The night's start, as data_contracts/operations.yaml says."""
    return dg.ScheduleDefinition(
        name="every_night",
        job=nightly_job,
        cron_schedule=night.cron,
        execution_timezone=night.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"{night.cron} in {night.timezone}, summer and winter.",
    )


LOGGERS = {"progress": progress}
