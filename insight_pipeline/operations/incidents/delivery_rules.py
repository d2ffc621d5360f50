"""Incidents of deliveries: refused, held, late, quarantined more than usual, of unusual volume.

Belongs here: what a feed's accounts mean today. Does not belong here: judging (contracts), or the
calendar of what was promised (contracts/service_levels/due.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from insight_pipeline.contracts.service_levels.corrections import correction_days
from insight_pipeline.contracts.service_levels.due import Due, due_months
from insight_pipeline.contracts.service_levels.volume import volumes
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.operations.channel_policy import Severity, is_address
from insight_pipeline.operations.facts import Facts, FeedFacts
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.operations.kinds import Kind
from insight_pipeline.operations.policy import Incidents, OperationsPolicy


def delivery_incidents(facts: Facts, policy: OperationsPolicy, now: datetime) -> Iterator[Incident]:
    """What is wrong with any feed: its provider's trouble, an error only where it is very late."""
    for feed in facts.feeds:
        owner = owner_of(feed, policy.incidents)
        last_day = facts.last_days.get(feed.provider, date.max)
        yield from _unmended(feed, owner)
        yield from _late(feed, owed_months(feed, now, last_day), now, owner, policy.incidents)
        yield from _quarantined(feed, owner, policy.incidents)
        yield from _unusual(feed, owner)


def owner_of(feed: FeedFacts, rules: Incidents) -> str:
    """The contract's own address where the policy asks for it and it is one."""
    address = feed.contract.owner
    is_theirs = rules.owner_of_provider_trouble == "contract" and is_address(address)
    return address if is_theirs else rules.owner


def owed_months(feed: FeedFacts, now: datetime, last_day: date) -> tuple[Due, ...]:
    """Months that fell due and have no usable delivery, oldest first."""
    today = now.astimezone(UTC).date()
    months = due_months(feed.contract, feed.accounts, today, last_day)
    return tuple(month for month in months if month.late_days and not month.is_usable)


def newest_good(feed: FeedFacts) -> Account | None:
    """The accepted delivery that was submitted last."""
    accepted = [account for account in feed.accounts if account.outcome == "accepted"]
    return max(accepted, key=lambda a: (a.submitted_at, a.delivery_id), default=None)


def _incident(
    feed: FeedFacts, kind: Kind, subject: str, owner: str, since: datetime, words: tuple[str, ...]
) -> Incident:
    expected, found, consequence, next_step = words
    return Incident(
        kind=kind,
        subject=subject,
        severity=Severity.WARNING,
        owner=owner,
        since=since,
        provider=feed.provider,
        expected=expected,
        found=found,
        consequence=consequence,
        next_step=next_step,
    )


def _unmended(feed: FeedFacts, owner: str) -> Iterator[Incident]:
    """Refused or held deliveries that no later one has put right."""
    mended = correction_days(feed.contract, feed.accounts, {})
    for account in feed.accounts:
        if mended.get(account.delivery_id, 0) is None:
            yield _refused_or_held(feed, account, owner)


def _refused_or_held(feed: FeedFacts, account: Account, owner: str) -> Incident:
    period = f"{account.period_from} to {account.period_to}"
    number = account.delivery_id[:8]
    if account.outcome == "held":
        kind, what = Kind.DELIVERY_HELD, "one that is held until somebody approves it"
        consequence = "what it would replace still stands"
        next_step = f"insight deliveries show {number}; then approve it or ask for the whole period"
    else:
        kind, what = Kind.DELIVERY_REFUSED, f"one refused by {', '.join(account.reasons)}"
        consequence = "none of its rows is used; the period lacks them"
        next_step = f"ask the provider to send the period again; insight deliveries show {number}"
    words = (f"a delivery for {period} that can be used", what, consequence, next_step)
    subject = f"{account.stem}/{number}"
    return _incident(feed, kind, subject, owner, account.submitted_at, words)


def _late(
    feed: FeedFacts, owed: tuple[Due, ...], now: datetime, owner: str, rules: Incidents
) -> Iterator[Incident]:
    if not owed:
        return
    days = max(month.late_days or 0 for month in owed)
    today = now.astimezone(UTC).date()
    good = newest_good(feed)
    months = ", ".join(f"{month.month:%Y-%m}" for month in owed)
    last = f"the last good one covers up to {good.period_to}" if good else "there is no good one"
    words = (
        f"a delivery within {feed.contract.service_levels.latency_days} days of its period",
        f"none for {months}, {days} days beyond the agreed day; {last}",
        "figures use the last good delivery, and say so",
        "ask the provider when it comes, or end its service in data_contracts/services.yaml",
    )
    since = datetime.combine(today - timedelta(days=days - 1), time(), UTC)
    found = _incident(feed, Kind.FEED_LATE, feed.contract.stem, owner, since, words)
    is_severe = days > rules.severe_late_days
    yield found.model_copy(update={"severity": Severity.ERROR}) if is_severe else found


def _quarantined(feed: FeedFacts, owner: str, rules: Incidents) -> Iterator[Incident]:
    account = newest_good(feed)
    if account is None or not account.received:
        return
    share = account.quarantined / account.received
    if share > rules.quarantine_share:
        words = (
            f"at most {rules.quarantine_share:.0%} of a delivery's rows in quarantine",
            f"{share:.0%} of the newest: {account.quarantined:,} of {account.received:,} rows",
            "these rows are not used until they are corrected",
            f"send the provider its feedback; insight deliveries show {account.delivery_id[:8]}",
        )
        stem, since = feed.contract.stem, account.submitted_at
        yield _incident(feed, Kind.FEED_QUARANTINE, stem, owner, since, words)


def _unusual(feed: FeedFacts, owner: str) -> Iterator[Incident]:
    told = volumes(feed.accounts)
    if not told or told[-1].is_usual:
        return
    newest = told[-1]
    since = next(a.submitted_at for a in feed.accounts if a.delivery_id == newest.delivery_id)
    words = (
        f"about {newest.expected:,.0f} rows, as before "
        f"({newest.lowest:,.0f} to {newest.highest:,.0f})",
        f"{newest.rows:,} rows in the newest delivery",
        "figures follow the delivery as it is",
        f"ask the provider whether it is whole; insight deliveries show {newest.delivery_id[:8]}",
    )
    yield _incident(feed, Kind.FEED_VOLUME, feed.contract.stem, owner, since, words)
