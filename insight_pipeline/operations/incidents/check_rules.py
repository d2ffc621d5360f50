"""Incidents from what nights found: failed steps and checks of ERROR severity, faults of drops.

Belongs here: which incident a failed check is. Does not belong here: the checks (defs/), or nights
as a whole (night_rules.py). The names below are those of defs/; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from insight_pipeline.operations.channel_policy import Severity
from insight_pipeline.operations.facts import Facts
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.operations.kinds import Kind
from insight_pipeline.operations.nights import FailedCheck, Night, NightFault
from insight_pipeline.operations.policy import OperationsPolicy

PUBLICATION_STEP = "publication"
ENGINE_CHECK = "every_rule_could_run"
# Where an engine fails, these cannot pass either.
WITH_THE_ENGINE = frozenset({"promise_is_kept", "received_equals_its_parts"})
FEEDBACK_CHECK = "every_delivery_is_answered"
CHURN_CHECK = "ids_stay_with_their_people"
SERVER = "server "


def check_incidents(facts: Facts, policy: OperationsPolicy) -> Iterator[Incident]:
    """What the nights since the last good one found, that one included."""
    nights = _since_good(facts.nights)
    owner = policy.incidents.owner
    failed: dict[FailedCheck, datetime] = {}
    for night in nights:
        ending = night.ending
        for check in ending.failed_checks if ending else ():
            failed[check] = night.started_at
    engines = {check.asset for check in failed if check.check == ENGINE_CHECK}
    for check, since in failed.items():
        if not (check.asset in engines and check.check in WITH_THE_ENGINE):
            yield _of_check(check, since, owner)
    newest = next((night for night in nights if night.ending), None)
    if newest and newest.ending:
        yield from (_of_fault(fault, newest.started_at, owner) for fault in newest.ending.faults)
    if any(n.ending and PUBLICATION_STEP in n.ending.failed_steps for n in nights):
        yield _release(nights[0].started_at, owner)


def _since_good(nights: Sequence[Night]) -> list[Night]:
    """A night that failed may not have come to a check that failed the night before."""
    until = next((n for n, night in enumerate(nights) if night.is_good), len(nights) - 1)
    return list(nights[: until + 1])


def _of_check(check: FailedCheck, since: datetime, owner: str) -> Incident:
    stem = check.asset.partition(".")[2]
    provider = stem.partition("__")[0] if "__" in stem else None
    kind, subject = Kind.CHECK_FAILED, f"{check.asset}: {check.check}"
    expected, found = "a check that passes", "one of ERROR severity that failed"
    consequence = "what rests on it stands as it was, or may be wrong"
    next_step = "see the check's page in the UI: insight ui"
    if check.check == ENGINE_CHECK:
        kind, subject = Kind.FEED_ENGINE, stem
        expected, found = "an engine that judges every delivery", "an error of our own engine"
        consequence = "the feed stays as it stood; nothing is said about the provider's data"
        next_step = "see the step's log in the UI; the delivery is judged again the next night"
    elif check.check == FEEDBACK_CHECK:
        kind, subject = Kind.FEEDBACK_UNWRITTEN, stem
        expected, found = "feedback to every delivery", "feedback that could not be written"
        consequence = "the provider keeps the feedback it has"
        next_step = "see the step's log in the UI; it is tried again the next night"
    elif check.check == CHURN_CHECK:
        kind, subject, provider = Kind.LINKAGE_CHURN, "linkage", None
        expected = "no more people with a new id than data_contracts/linkage.yaml allows"
        found = "more, without a change of model or method that people chose"
        consequence = "figures of journeys may have moved for no reason in the data"
        next_step = "look at what changed: insight people churn, insight people changes"
    return Incident(
        kind=kind,
        subject=subject,
        severity=Severity.ERROR,
        owner=owner,
        since=since,
        provider=provider,
        expected=expected,
        found=found,
        consequence=consequence,
        next_step=next_step,
    )


def _of_fault(fault: NightFault, since: datetime, owner: str) -> Incident:
    is_server = fault.where.startswith(SERVER) and " (drop " not in fault.where
    return Incident(
        kind=Kind.SERVER_UNREACHABLE if is_server else Kind.DROP_UNREADABLE,
        subject=fault.where,
        severity=Severity.WARNING,
        owner=owner,
        since=since,
        provider=_provider(fault.where),
        expected=fault.expected,
        found=fault.found,
        consequence=fault.consequence,
        next_step=fault.next_step,
    )


def _provider(where: str) -> str | None:
    """Of `server NAME of PROVIDER` and `inbox/PROVIDER (drop …)`."""
    if where.startswith(SERVER):
        return where.partition(" of ")[2].partition(" ")[0] or None
    if where.startswith("inbox/"):
        return where.removeprefix("inbox/").partition(" ")[0] or None
    return None


def _release(since: datetime, owner: str) -> Incident:
    return Incident(
        kind=Kind.RELEASE_REFUSED,
        subject="publication",
        severity=Severity.ERROR,
        owner=owner,
        since=since,
        expected="a release or preview that passes every gate",
        found="publication that failed or was refused",
        consequence="nothing new is published; the last good release stands",
        next_step="see the step `publication` in the UI: it names the gate; do not bypass it",
    )
