"""The nightly job, its schedule, and the sensor that sees completed drops."""

from __future__ import annotations

from collections.abc import Collection

import dagster as dg

from insight_pipeline.defs.progress import progress
from insight_pipeline.landing.inbox import Feed, inbox_fingerprint
from insight_pipeline.landing.reception import known_inbox
from insight_pipeline.settings import Settings

JOB = "nightly"
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]

nightly_job = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all(),
    description="From the inbox to the published release: everything that changed, once a night.",
    executor_def=dg.in_process_executor,
    config={"loggers": {"progress": {}}},
)

nightly_schedule = dg.ScheduleDefinition(
    name="every_night",
    job=nightly_job,
    cron_schedule="0 2 * * *",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="02:00 in London, summer and winter.",
)


def arrival_sensor(settings: Settings, bare: Collection[Feed] = ()) -> dg.SensorDefinition:
    """`bare`: feeds whose files need no manifest."""

    @dg.sensor(
        name="arrivals",
        job=nightly_job,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Asks for a run when a drop was completed since the inbox was last received; "
        "a file's time is a hint to look again, never an identity. It does not look at remote "
        "servers. Switch it on for same-day figures.",
    )
    def arrivals(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if inbox_fingerprint(settings.inbox, bare) == known_inbox(settings.landing):
            return dg.SkipReason("every completed drop has been received")
        under_way = dg.RunsFilter(job_name=JOB, statuses=UNDER_WAY)
        if context.instance.get_runs(under_way, limit=1):
            return dg.SkipReason("a night is under way")
        return dg.RunRequest()

    return arrivals


LOGGERS = {"progress": progress}
