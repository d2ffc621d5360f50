"""The sensor that sees completed drops and asks for a night.

Belongs here: when a run is asked for. Does not belong here: what counts as new (landing/watching).
"""

from __future__ import annotations

from collections.abc import Collection

import dagster as dg
from pydantic import ValidationError

from insight_pipeline.defs.incidents import without_values
from insight_pipeline.defs.nightly import nightly_job
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.landing.inbox import Feed
from insight_pipeline.landing.watching import Look, Memory, look
from insight_pipeline.settings import Settings

SENSOR = "arrivals"
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
DESCRIBED = """Asks for a night when a drop is complete, has stopped changing, and delivers what was
never received. Decided by content: a file that is touched, or copied again with the same bytes,
asks for nothing. The same drops are asked for once: where that night fails, the schedule or a new
drop brings the next. It does not look at remote servers. Switch it on for same-day figures."""


def arrival_sensor(
    settings: Settings, settle_looks: int, bare: Collection[Feed] = ()
) -> dg.SensorDefinition:
    """`settle_looks`: so many looks must find a drop the same. `bare`: feeds without manifests."""

    @dg.sensor(
        name=SENSOR,
        job=nightly_job,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description=DESCRIBED,
    )
    def arrivals(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        # Also a replay or a backfill: they write the same stores.
        if context.instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY), limit=1):
            return dg.SkipReason("a run is under way")
        memory = _memory(context.cursor)
        with without_values():
            found = look(settings.inbox, settings.landing, bare, memory, settle_looks)
        cursor = found.memory.model_dump_json(exclude_defaults=True)
        if not found.is_time:
            return dg.SensorResult(skip_reason=_why_not(found), cursor=cursor)
        # The same drops after a failed night are the same key: Dagster does not run it twice.
        request = dg.RunRequest(run_key=fingerprint(found.settled)[:32])
        return dg.SensorResult([request], cursor=cursor)

    return arrivals


def _memory(cursor: str | None) -> Memory:
    try:
        return Memory.model_validate_json(cursor or "{}")
    except ValidationError:
        return Memory()


def _why_not(found: Look) -> str:
    if found.changing:
        return f"{found.changing} drops may still be changing"
    return "every completed drop has been received"
