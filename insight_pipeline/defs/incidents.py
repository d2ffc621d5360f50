"""The sensor that tells incidents, and the schedule of the morning digest.

Belongs here: when they look, and the clock. Does not belong here: what they tell (operations/).
They hold no home: both go out while a night is at work, and neither ever stops a night.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import dagster as dg

from insight_pipeline.defs.describe import TEAM
from insight_pipeline.defs.guard import safe_description
from insight_pipeline.defs.night_record import witness_nights
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.operations.digest.sending import send_digest
from insight_pipeline.operations.incidents.telling import Told, tell_incidents
from insight_pipeline.operations.nights import nights_folder
from insight_pipeline.operations.policy import Digest, load_operations
from insight_pipeline.operations.timetable import last_due
from insight_pipeline.settings import Settings

DIGEST_JOB = "send_digest"
# What comes with time alone (a late feed, a night that did not start) may wait so long.
BETWEEN_LOOKS = timedelta(minutes=15)
# A digest that the schedule could not send is sent by the sensor, within the morning.
DIGEST_AFTER, DIGEST_UNTIL = timedelta(minutes=30), timedelta(hours=6)


def incident_sensor(catalogue: Catalogue, settings: Settings) -> dg.SensorDefinition:
    policy = load_operations(settings).digest

    @dg.sensor(
        name="incidents",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="After every night, killed ones too, and every 15 minutes: tells each channel "
        "what is newly wrong, worse, still open or over (data_contracts/operations.yaml). "
        "`insight status` shows what is open. Starts no run.",
    )
    def incidents(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        if not (settings.landing.is_dir() or nights_folder(settings).is_dir()):
            return dg.SkipReason("nothing was received yet, and there was no night")
        with without_values():
            now = datetime.now(UTC)
            is_news = witness_nights(context.instance, settings, now)
            if not is_news and _is_recent(context.cursor, now):
                return dg.SkipReason(f"nothing new since {context.cursor}")
            told = tell_incidents(settings, catalogue, now)
            if _is_digest_missing(policy, now):
                send_digest(settings, catalogue, now)
            context.update_cursor(now.isoformat())
            return dg.SkipReason(words_of(told))

    return incidents


def _is_recent(cursor: str | None, now: datetime) -> bool:
    return cursor is not None and now - datetime.fromisoformat(cursor) < BETWEEN_LOOKS


def _is_digest_missing(policy: Digest, now: datetime) -> bool:
    """Whether a channel may still lack this morning's: a run waits while another is at work."""
    due = last_due(policy.cron, policy.timezone, now)
    return due is not None and DIGEST_AFTER < now - due < DIGEST_UNTIL


def digest_schedule(catalogue: Catalogue, settings: Settings) -> dg.ScheduleDefinition:
    """When operations.yaml says; its one op sends the digest to channels that lack it."""

    @dg.op(description="Sends the digest to every channel that has not had this morning's.")
    def morning_digest_to_channels(context: dg.OpExecutionContext) -> None:
        with without_values():
            sent = send_digest(settings, catalogue, datetime.now(UTC))
        context.log.info(f"sent to {', '.join(sent.channels) or 'nobody: all have it already'}")
        for name in sent.failed:
            context.log.warning(f"channel {name} took nothing; it is tried again")

    @dg.job(
        name=DIGEST_JOB,
        executor_def=dg.in_process_executor,
        description="The morning digest: what arrived, what is late, what broke, what recovered, "
        "what changed in the figures. `insight status` shows the same.",
        tags={"owner": TEAM},
    )
    def digest_job() -> None:
        morning_digest_to_channels()

    policy = load_operations(settings).digest
    return dg.ScheduleDefinition(
        name="morning_digest",
        job=digest_job,
        cron_schedule=policy.cron,
        execution_timezone=policy.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Sends the morning digest to the channels named in "
        "data_contracts/operations.yaml.",
    )


def words_of(told: Told) -> str:
    failed = f"; channels that failed: {', '.join(told.failed)}" if told.failed else ""
    return f"{len(told.open)} incidents open, {len(told.messages)} messages sent{failed}"


@contextmanager
def without_values() -> Iterator[None]:
    """Failures come out in our own words: Dagster stores what it is given (guard.py)."""
    try:
        yield
    except InsightError as error:
        raise dg.Failure(description=str(error)) from None
    except Exception as error:
        raise dg.Failure(description=safe_description(error)) from None
