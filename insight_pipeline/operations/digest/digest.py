"""The morning digest: what arrived, what is late, what broke, what changed in the figures.

Belongs here: gathering it from facts. Does not belong here: its words (rendering.py), or sending it
(sending.py). `insight status` shows the same. Counts, codes and names of feeds and indicators only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.operations.digest.figures import FigureChange, changed_figures
from insight_pipeline.operations.facts import Facts, FeedFacts, read_facts
from insight_pipeline.operations.incidents.delivery_rules import newest_good, owed_months
from insight_pipeline.operations.incidents.findings import incidents_of
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.operations.nights import Night, is_at_work
from insight_pipeline.operations.policy import OperationsPolicy, load_operations
from insight_pipeline.operations.timetable import last_due
from insight_pipeline.publication.releasing.cadence import load_release_policy, next_due
from insight_pipeline.settings import Settings

# A digest never looks back further; recovered incidents are kept as long.
FURTHEST_BACK = timedelta(days=8)
# Before the first digest was sent, the last one that was due at least so long ago is taken for it.
A_MORNING = timedelta(hours=12)


@dataclass(frozen=True)
class Arrived:
    """A provider's deliveries that came: how many, and how many fare how (outcome → count)."""

    provider: str
    deliveries: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True)
class Late:
    """A feed beyond its agreed day. good_to: last day its last good delivery covers.

    good_age_days: days from that delivery's submission to now; None where there is none.
    """

    feed: str
    provider: str
    late_days: int
    months: tuple[date, ...]
    good_to: date | None
    good_age_days: int | None


@dataclass(frozen=True)
class Noticed:
    """An incident with the time it was first noticed, and since when it is over."""

    incident: Incident
    opened_at: datetime
    recovered_at: datetime | None = None


@dataclass(frozen=True)
class Stores:
    """What there is: deliveries received and judged, the newest release, room on the disk."""

    received: int
    judged: int
    ledger_no: int | None
    release: str | None
    release_is_new: bool
    closed_to: date | None
    next_due: date | None
    free_bytes: int | None
    broken: Mapping[str, str]


@dataclass(frozen=True)
class Digest:
    """Everything there is to tell at `at` about what happened after `since`.

    night: the newest; is_at_work: it has not ended yet. before: the newest that has ended.
    """

    at: datetime
    since: datetime
    night: Night | None
    is_at_work: bool
    before: Night | None
    arrived: tuple[Arrived, ...]
    late: tuple[Late, ...]
    open: tuple[Noticed, ...]
    recovered: tuple[Noticed, ...]
    figures: tuple[FigureChange, ...]
    stores: Stores


def digest(
    settings: Settings, catalogue: Catalogue, now: datetime, since: datetime | None = None
) -> Digest:
    """The digest at `now` (aware); reads, changes nothing. `since`: else the previous digest."""
    policy, facts = load_operations(settings), read_facts(settings, catalogue)
    begin = max(since or since_of(facts, policy, now), now - FURTHEST_BACK)
    at_work = is_at_work(facts.nights, facts.is_held, now)
    over = facts.nights[1:] if at_work else facts.nights
    lately = [n for n in facts.nights if n.ended_at is None or n.ended_at > begin]
    return Digest(
        at=now,
        since=begin,
        night=facts.nights[0] if facts.nights else None,
        is_at_work=at_work,
        before=next(iter(over), None),
        arrived=_arrived(facts, begin),
        late=_late(facts, now),
        open=_open(facts, policy, now),
        recovered=_recovered(facts, begin),
        figures=_figures(facts, settings, lately),
        stores=_stores(facts, settings, lately),
    )


def since_of(facts: Facts, policy: OperationsPolicy, now: datetime) -> datetime:
    """When the last digest was sent to anybody; before the first, when one was due."""
    sent = [at for at in facts.book.digests.values() if at < now]
    if sent:
        return max(sent)
    due = last_due(policy.digest.cron, policy.digest.timezone, now - A_MORNING)
    return due or now - FURTHEST_BACK


def _arrived(facts: Facts, since: datetime) -> tuple[Arrived, ...]:
    """A delivery has come when it was first noticed; one not noticed yet came just now."""
    outcomes: dict[str, Counter[str]] = {}
    for feed in facts.feeds:
        stem, known = feed.contract.stem, {a.delivery_id: a.outcome for a in feed.accounts}
        for delivery_id in sorted(feed.received):
            seen = facts.book.seen.get(f"{stem}/{delivery_id}")
            if seen is None or seen > since:
                counted = outcomes.setdefault(feed.provider, Counter())
                counted[known.get(delivery_id, "not judged yet")] += 1
    return tuple(
        Arrived(provider, counted.total(), dict(sorted(counted.items())))
        for provider, counted in sorted(outcomes.items())
    )


def _late(facts: Facts, now: datetime) -> tuple[Late, ...]:
    found = [
        _late_feed(feed, now, facts.last_days.get(feed.provider, date.max)) for feed in facts.feeds
    ]
    late = [one for one in found if one]
    return tuple(sorted(late, key=lambda one: (-one.late_days, one.feed)))


def _late_feed(feed: FeedFacts, now: datetime, last_day: date) -> Late | None:
    owed = owed_months(feed, now, last_day)
    if not owed:
        return None
    good = newest_good(feed)
    return Late(
        feed.contract.stem,
        feed.provider,
        max(month.late_days or 0 for month in owed),
        tuple(month.month for month in owed),
        good.period_to if good else None,
        (now.astimezone(UTC) - good.submitted_at).days if good else None,
    )


def _open(facts: Facts, policy: OperationsPolicy, now: datetime) -> tuple[Noticed, ...]:
    """What is wrong now, first noticed when the book says so."""
    entries = facts.book.entries
    return tuple(
        Noticed(
            incident,
            entries[incident.key].opened_at
            if incident.key in entries and entries[incident.key].is_open
            else now,
        )
        for incident in incidents_of(facts, policy, now)
    )


def _recovered(facts: Facts, since: datetime) -> tuple[Noticed, ...]:
    return tuple(
        Noticed(entry.incident, entry.opened_at, entry.recovered_at)
        for _, entry in sorted(facts.book.entries.items())
        if entry.recovered_at is not None and entry.recovered_at > since
    )


def _figures(facts: Facts, settings: Settings, lately: list[Night]) -> tuple[FigureChange, ...]:
    """What the nights since did to the figures; nothing where there was none."""
    if not lately or facts.ledger_no is None or "warehouse.duckdb" in facts.broken:
        return ()
    return changed_figures(settings, lately[-1].before.ledger_no or 0)


def _stores(facts: Facts, settings: Settings, lately: list[Night]) -> Stores:
    newest = facts.releases[-1] if facts.releases else None
    name = newest.path.name if newest else None
    return Stores(
        received=sum(len(feed.received) for feed in facts.feeds),
        judged=sum(len(feed.accounts) for feed in facts.feeds),
        ledger_no=facts.ledger_no,
        release=name,
        release_is_new=bool(lately) and name is not None and name != lately[-1].before.release,
        closed_to=newest.closed_to if newest else None,
        next_due=next_due(load_release_policy(settings), facts.releases),
        free_bytes=facts.free_bytes,
        broken=facts.broken,
    )
