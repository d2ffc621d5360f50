"""How a run of the nightly job ended, read from Dagster's event log.

Belongs here: from events to the record of a night. Does not belong here: what follows from it
(operations/), or telling anybody (incidents.py). Names of assets, checks and steps, and our own
words about drops; nothing else of an event is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.events import JobFailureData, RunFailureReason

from insight_pipeline.defs.landing import INBOX_CHECK
from insight_pipeline.defs.nightly import JOB
from insight_pipeline.kernel.lock import is_held
from insight_pipeline.operations.facts import before_night
from insight_pipeline.operations.nights import (
    UNTIL_IT_HOLDS,
    Ending,
    FailedCheck,
    NightFault,
    Outcome,
    begin_night,
    end_night,
    is_ended,
)
from insight_pipeline.settings import Settings

LOOK_BACK = timedelta(days=2)
GONE = "the process of this run is gone: it was killed"
# Runs of the digest and of automation hold no home; none takes so long.
LONGEST_UNHELD = timedelta(hours=1)
MOST_RUNS = 20
STATES = {
    dg.DagsterRunStatus.SUCCESS: Outcome.SUCCEEDED,
    dg.DagsterRunStatus.FAILURE: Outcome.FAILED,
    dg.DagsterRunStatus.CANCELED: Outcome.CANCELLED,
}
# A run that ended so did not come to an end of its own.
RAN = frozenset(
    {
        RunFailureReason.STEP_FAILURE,
        RunFailureReason.RUN_EXCEPTION,
        RunFailureReason.JOB_INITIALIZATION_FAILURE,
    }
)
EVENTS = {
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
    dg.DagsterEventType.STEP_FAILURE,
    dg.DagsterEventType.RUN_FAILURE,
}
FAULT = re.compile(
    r"(?P<where>[^\n]+)\n +expected +(?P<expected>[^\n]+)\n +found +(?P<found>[^\n]+)\n"
    r" +consequence +(?P<consequence>[^\n]+)\n +next step +(?P<next_step>[^\n]+)"
)


def ending_of(instance: dg.DagsterInstance, run_id: str, outcome: Outcome) -> Ending:
    """What a run that is over came to; `outcome` as its status says."""
    events = [
        entry.dagster_event
        for entry in instance.all_logs(run_id, of_type=EVENTS)
        if entry.dagster_event
    ]
    steps = sorted({e.step_key for e in events if e.is_step_failure and e.step_key})
    if outcome is Outcome.FAILED and not steps and not any(map(_has_run, events)):
        outcome = Outcome.KILLED
    checks = [
        e.asset_check_evaluation_data
        for e in events
        if e.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    return Ending(
        outcome=outcome,
        failed_steps=tuple(steps),
        failed_checks=tuple(
            FailedCheck(asset=".".join(check.asset_key.path), check=check.check_name)
            for check in checks
            if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
        ),
        faults=tuple(fault for check in checks for fault in _faults(check)),
    )


def _has_run(event: dg.DagsterEvent) -> bool:
    """Whether a run that failed did so by its own word."""
    data = event.event_specific_data
    return isinstance(data, JobFailureData) and data.failure_reason in RAN


def _faults(check: dg.AssetCheckEvaluation) -> Iterator[NightFault]:
    """Our own words about drops and servers that could not be read (kernel/errors.py)."""
    details = check.metadata.get("details")
    if check.check_name == INBOX_CHECK and isinstance(details, dg.TextMetadataValue):
        for found in FAULT.finditer(details.text or ""):
            yield NightFault(**found.groupdict())


def witness_nights(instance: dg.DagsterInstance, settings: Settings, now: datetime) -> bool:
    """Record what Dagster knows of nights of the last two days; whether that was any news.

    A run that Dagster takes for running though nobody holds the home was killed: it is marked as
    failed as well, so that it does not keep its slot for ever.
    """
    _free_lost_runs(instance, settings, now)
    filters = dg.RunsFilter(job_name=JOB, updated_after=now - LOOK_BACK)
    records = instance.get_run_records(filters, limit=MOST_RUNS)
    return any([_witness(instance, settings, record, now) for record in records])


def _free_lost_runs(instance: dg.DagsterInstance, settings: Settings, now: datetime) -> None:
    """Give back the slots of runs that died, but for young nights, whose end is recorded below.

    The default launcher does not look whether a run's process lives.
    """
    for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        started = datetime.fromtimestamp(record.start_time or now.timestamp(), UTC)
        is_night = record.dagster_run.job_name == JOB and now - started < LOOK_BACK
        if not is_night and now - started > LONGEST_UNHELD and is_held(settings.home) is False:
            instance.report_run_failed(record.dagster_run, GONE)


def _witness(
    instance: dg.DagsterInstance, settings: Settings, record: dg.RunRecord, now: datetime
) -> bool:
    run = record.dagster_run
    if not record.start_time or is_ended(settings, run.run_id):
        return False
    started = datetime.fromtimestamp(record.start_time, UTC)
    is_new = begin_night(settings, run.run_id, "daemon", started, before_night(settings))
    if run.status in STATES:
        ended = datetime.fromtimestamp(record.end_time, UTC) if record.end_time else now
        ending = ending_of(instance, run.run_id, STATES[run.status])
        end_night(settings, run.run_id, ended, ending)
        return True
    if run.status is dg.DagsterRunStatus.STARTED and _is_lost(settings, started, now):
        instance.report_run_failed(run, GONE)
        end_night(settings, run.run_id, now, ending_of(instance, run.run_id, Outcome.KILLED))
        return True
    return is_new


def _is_lost(settings: Settings, started: datetime, now: datetime) -> bool:
    return now - started > UNTIL_IT_HOLDS and is_held(settings.home) is False
