"""Everything that is wrong now: from the stores as they stand and from how the nights went.

Belongs here: putting the rules together, and what is wrong with the machine. Does not belong here:
reading (facts.py), or who has been told (state.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import datetime

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.operations.channel_policy import Severity
from insight_pipeline.operations.facts import Facts, read_facts
from insight_pipeline.operations.incidents.check_rules import check_incidents
from insight_pipeline.operations.incidents.delivery_rules import delivery_incidents
from insight_pipeline.operations.incidents.incident import Incident, in_order
from insight_pipeline.operations.incidents.night_rules import night_incidents
from insight_pipeline.operations.kinds import Kind
from insight_pipeline.operations.policy import OperationsPolicy, load_operations
from insight_pipeline.settings import Settings

GIGABYTE = 1_000_000_000
OF_NIGHTS = frozenset(
    {
        Kind.NIGHT_FAILED,
        Kind.NIGHT_KILLED,
        Kind.NIGHT_MISSED,
        Kind.NIGHT_LONG,
        Kind.FEED_ENGINE,
        Kind.CHECK_FAILED,
        Kind.LINKAGE_CHURN,
        Kind.RELEASE_REFUSED,
        Kind.FEEDBACK_UNWRITTEN,
        Kind.SERVER_UNREACHABLE,
        Kind.DROP_UNREADABLE,
    }
)
OF_DELIVERIES = frozenset(
    {
        Kind.DELIVERY_REFUSED,
        Kind.DELIVERY_HELD,
        Kind.FEED_LATE,
        Kind.FEED_QUARANTINE,
        Kind.FEED_VOLUME,
    }
)


def findings(settings: Settings, catalogue: Catalogue, now: datetime) -> tuple[Incident, ...]:
    """Every incident that is open at `now` (aware), errors first; reads, changes nothing."""
    return incidents_of(read_facts(settings, catalogue), load_operations(settings), now)


def incidents_of(facts: Facts, policy: OperationsPolicy, now: datetime) -> tuple[Incident, ...]:
    """The same of facts already read: a pure function."""
    return in_order(
        [
            *night_incidents(facts, policy, now),
            *check_incidents(facts, policy),
            *delivery_incidents(facts, policy, now),
            *_disk(facts, policy, now),
            *_broken(facts, policy, now),
            *_channels(facts, policy),
            *_carried(facts),
        ]
    )


def _disk(facts: Facts, policy: OperationsPolicy, now: datetime) -> Iterator[Incident]:
    floor = policy.incidents.disk_floor_gb
    if facts.free_bytes is None or facts.free_bytes >= floor * GIGABYTE:
        return
    yield Incident(
        kind=Kind.DISK_SPACE,
        subject="home folder",
        severity=Severity.ERROR,
        owner=policy.incidents.owner,
        since=now,
        expected=f"at least {floor:g} GB free on the disk under the home folder",
        found=f"{facts.free_bytes / GIGABYTE:.1f} GB",
        consequence="a night that runs out of space fails; what stands is kept",
        next_step="make room, or set incidents.disk_floor_gb in data_contracts/operations.yaml",
    )


def _broken(facts: Facts, policy: OperationsPolicy, now: datetime) -> Iterator[Incident]:
    for store, found in sorted(facts.broken.items()):
        yield Incident(
            kind=Kind.STORE_BROKEN,
            subject=store,
            severity=Severity.ERROR,
            owner=policy.incidents.owner,
            since=now,
            expected="a store that can be read",
            found=found,
            consequence="what rests on it is not told here, and a night may fail on it",
            next_step="run `insight nightly`, which makes again what can be made; else restore "
            "this store from the backup (docs/operate.md)",
        )


def _channels(facts: Facts, policy: OperationsPolicy) -> Iterator[Incident]:
    owners = {channel.name: channel.owner for channel in policy.channels}
    for name, since in sorted(facts.book.failing.items()):
        if name in owners:
            yield Incident(
                kind=Kind.CHANNEL_FAILED,
                subject=name,
                severity=Severity.ERROR,
                owner=owners[name],
                since=since,
                expected="a channel that takes what it is sent",
                found="one that failed",
                consequence="what was to go there waits; it is tried again every time",
                next_step=f"check the address of '{name}' in data_contracts/operations.yaml, "
                f"secrets/channels/{name}.json and the server",
            )


def _carried(facts: Facts) -> Iterator[Incident]:
    """Open incidents about what cannot be read now: that is no recovery."""
    for entry in facts.book.entries.values():
        if entry.is_open and _is_unknown(entry.incident, facts.broken.keys()):
            yield entry.incident


def _is_unknown(incident: Incident, broken: Set[str]) -> bool:
    if incident.kind in OF_NIGHTS:
        return "operations/nights" in broken
    stem = incident.subject.partition("/")[0]
    return incident.kind in OF_DELIVERIES and f"accepted/{stem}" in broken
