"""Tells what there is to tell: looks, sends and remembers, one channel after the other.

Belongs here: the order of looking, sending and noting, and who gets what. Does not belong here:
what is wrong (findings.py), what is due (state.py), or the morning digest (digest/sending.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.operations.channel_policy import Route, is_address
from insight_pipeline.operations.facts import Facts, read_facts
from insight_pipeline.operations.incidents.channels.letter import letter_of
from insight_pipeline.operations.incidents.channels.send import send
from insight_pipeline.operations.incidents.findings import incidents_of
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.operations.incidents.state import (
    OWNER,
    Message,
    Telling,
    attempted,
    channel_of,
    heard,
    step,
)
from insight_pipeline.operations.incidents.store import IncidentBook, only_teller, write_book
from insight_pipeline.operations.kinds import Kind
from insight_pipeline.operations.policy import OperationsPolicy, load_operations
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Told:
    """What a look came to: incidents open, messages taken, and channels that took nothing."""

    open: tuple[Incident, ...]
    messages: tuple[Message, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """What was found, the book that knows of it, and the messages that are due."""

    found: tuple[Incident, ...]
    book: IncidentBook
    messages: tuple[Message, ...]


def tell_incidents(settings: Settings, catalogue: Catalogue, now: datetime) -> Told:
    """Look for incidents and tell every channel what it has not heard; once at a time a home.

    A channel that fails is tried again at the next look, and is an incident itself.
    """
    policy = load_operations(settings)
    with only_teller(settings):
        facts = read_facts(settings, catalogue)
        found = incidents_of(facts, policy, now)
        book, messages = step(with_seen(facts, now), found, now, telling_of(policy))
        if book != facts.book:
            write_book(settings, book)
        return _tell(settings, policy, Look(found, book, messages), now)


def _tell(settings: Settings, policy: OperationsPolicy, look: Look, now: datetime) -> Told:
    """Send place by place, noted before and after: a kill repeats one place's letter at most."""
    book, taken, failed = look.book, [], set()
    channels = {channel.name: channel for channel in policy.channels}
    for place in sorted({message.place for message in look.messages}):
        news = [message for message in look.messages if message.place == place]
        name, _, owner = place.partition(OWNER)
        if name in failed:
            continue  # it would wait as long again; the next look tries
        book = attempted(book, news, now)
        write_book(settings, book)
        if send(channels[name], letter_of(news, now, owner or None), settings):
            book = heard(book, news, now)
            taken += news
        else:
            failed.add(name)
        book = after_sending(book, name, now, is_sent=name not in failed)
        write_book(settings, book)
    return Told(look.found, tuple(taken), tuple(sorted(failed)))


def telling_of(policy: OperationsPolicy) -> Telling:
    return Telling(
        places_of=lambda incident: places_of(incident, policy),
        channels=frozenset(channel.name for channel in policy.channels),
        remind_after=timedelta(hours=policy.incidents.remind_after_hours),
    )


def places_of(incident: Incident, policy: OperationsPolicy) -> frozenset[str]:
    """Where an incident goes: all its routes' channels; all there are where no route is named.

    A channel's own failure goes to the other channels. An owner is told in a mail of its own: it
    learns of its own incidents only.
    """
    mails = {channel.name for channel in policy.channels if channel.type == "smtp"}
    routes = policy.routes or (Route(channels=tuple(c.name for c in policy.channels)),)
    places: set[str] = set()
    for route in routes:
        if route.takes(incident.kind, incident.severity, incident.provider):
            places.update(route.channels)
            if route.to_owner and is_address(incident.owner):
                places.update(
                    f"{name}{OWNER}{incident.owner}" for name in route.channels if name in mails
                )
    is_channel = incident.kind is Kind.CHANNEL_FAILED
    return frozenset(p for p in places if not (is_channel and channel_of(p) == incident.subject))


def after_sending(
    book: IncidentBook, channel: str, now: datetime, *, is_sent: bool
) -> IncidentBook:
    """The book with the channel marked as failing since it first failed, or as well again."""
    failing = dict(book.failing)
    if is_sent:
        failing.pop(channel, None)
    else:
        failing.setdefault(channel, now)
    return book.model_copy(update={"failing": failing})


def with_seen(facts: Facts, now: datetime) -> IncidentBook:
    """The book in which every delivery that landed has a time at which it was first noticed."""
    known = facts.book.seen
    new = {
        f"{feed.contract.stem}/{delivery_id}": now
        for feed in facts.feeds
        for delivery_id in feed.received
    }
    if new.keys() <= known.keys():
        return facts.book
    return facts.book.model_copy(update={"seen": dict(sorted({**new, **known}.items()))})
