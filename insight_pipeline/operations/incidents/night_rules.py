"""Incidents of the night: it failed, was killed or did not start; what in it did not work.

Belongs here: what the records of nights mean. Does not belong here: writing them (nights.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from insight_pipeline.operations.channel_policy import Severity
from insight_pipeline.operations.facts import Facts
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.operations.kinds import Kind
from insight_pipeline.operations.nights import Night, Outcome, is_at_work
from insight_pipeline.operations.policy import OperationsPolicy
from insight_pipeline.operations.timetable import last_due

NIGHT = "the night"
# Somebody may have run the night by hand shortly before it was due.
EARLY = timedelta(hours=1)
DETAILS = "`insight status` lists what else is open; details: insight ui"


def night_incidents(facts: Facts, policy: OperationsPolicy, now: datetime) -> Iterator[Incident]:
    """What is wrong with the last night, and whether one is missing; nothing before the first."""
    owner = policy.incidents.owner
    at_work = is_at_work(facts.nights, facts.is_held, now)
    over = facts.nights[1:] if at_work else facts.nights
    if over:
        yield from _bad_end(over[0], owner)
    if at_work:
        yield from _long(facts.nights[0], policy, now)
    yield from _missed(facts.nights, policy, now)


def _bad_end(night: Night, owner: str) -> Iterator[Incident]:
    outcome = night.ending.outcome if night.ending else Outcome.KILLED
    began = f"the night that began at {night.started_at:%Y-%m-%d %H:%M} UTC"
    if outcome is Outcome.KILLED:
        yield Incident(
            kind=Kind.NIGHT_KILLED,
            subject=NIGHT,
            severity=Severity.ERROR,
            owner=owner,
            since=night.started_at,
            expected="a night that comes to its own end",
            found=f"{began} ended without an end",
            consequence="every store stands as its last finished step left it; the last good "
            "release stands",
            next_step="look for the reason (memory, disk, a restart of the machine) and start the "
            "night again: `insight nightly`",
        )
    elif outcome is not Outcome.SUCCEEDED:
        yield _failed(night, began, outcome, owner)


def _failed(night: Night, began: str, outcome: Outcome, owner: str) -> Incident:
    steps = ", ".join(night.ending.failed_steps) if night.ending else ""
    words = f"; failed: {steps}" if steps else ""
    return Incident(
        kind=Kind.NIGHT_FAILED,
        subject=NIGHT,
        severity=Severity.ERROR if outcome is Outcome.FAILED else Severity.WARNING,
        owner=owner,
        since=night.ended_at or night.started_at,
        expected="a night that succeeds",
        found=f"{began} {'was cancelled' if outcome is Outcome.CANCELLED else 'failed'}{words}",
        consequence="what follows from the failed steps stands as it was; the last good release "
        "stands",
        next_step=f"mend what the failed steps say and run `insight nightly`; {DETAILS}",
    )


def _long(night: Night, policy: OperationsPolicy, now: datetime) -> Iterator[Incident]:
    hours = (now - night.started_at) / timedelta(hours=1)
    if hours <= policy.incidents.night_grace_hours:
        return
    yield Incident(
        kind=Kind.NIGHT_LONG,
        subject=NIGHT,
        severity=Severity.WARNING,
        owner=policy.incidents.owner,
        since=night.started_at + timedelta(hours=policy.incidents.night_grace_hours),
        expected=f"a night that ends within {policy.incidents.night_grace_hours} hours",
        found=f"one still at work since {night.started_at:%Y-%m-%d %H:%M} UTC",
        consequence="figures and feedback come later than usual",
        next_step="see in the UI which step it is at: insight ui",
    )


def _missed(nights: Sequence[Night], policy: OperationsPolicy, now: datetime) -> Iterator[Incident]:
    grace = timedelta(hours=policy.incidents.night_grace_hours)
    due = last_due(policy.night.cron, policy.night.timezone, now - grace)
    # Before its first night a home has promised nothing.
    if not nights or due is None:
        return
    if any(night.started_at >= due - EARLY for night in nights):
        return
    good = next((night for night in nights if night.is_good), None)
    last = f"{good.started_at:%Y-%m-%d %H:%M} UTC" if good else "unknown"
    yield Incident(
        kind=Kind.NIGHT_MISSED,
        subject=NIGHT,
        severity=Severity.ERROR,
        owner=policy.incidents.owner,
        since=due,
        expected=f"a night since {due:%Y-%m-%d %H:%M} UTC ({policy.night.cron} in "
        f"{policy.night.timezone})",
        found=f"none; the last good one began at {last}",
        consequence="nothing new is received, judged or published",
        next_step="check that the Dagster daemon runs and the schedule is on, or run "
        "`insight nightly`",
    )
