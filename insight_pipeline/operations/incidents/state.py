"""Who is told what about which incident: open, told once, told again rarely, recovered told once.

Belongs here: the pure step from what was known to what is found. Does not belong here: finding
(findings.py), sending (channels/) or keeping the book (store.py).

Messages follow from the book alone: step() says what is due to every channel, attempted() notes
that it is about to be sent, and heard() that it was taken. An end between the two leaves a note
that is not sure: what was being told is told once more, and is never lost, even where the incident
has opened again or is over by then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from insight_pipeline.operations.incidents.incident import Incident, is_worse
from insight_pipeline.operations.incidents.store import Entry, IncidentBook, Told

# Longer than any digest looks back.
KEPT_AFTER_RECOVERY = timedelta(days=8)
# Between a channel's name and an owner's address.
OWNER = ">"


class Event(StrEnum):
    """Why a channel is told: it is new there, worse, still open after so long, or over."""

    OPENED = "opened"
    WORSE = "worse"
    REMINDER = "reminder"
    RECOVERED = "recovered"


@dataclass(frozen=True)
class Message:
    """One incident's news for one place. opened_at: when it was first noticed.

    place: a channel's name, or `<channel>>address` for an owner that is told besides.
    """

    place: str
    event: Event
    incident: Incident
    opened_at: datetime


@dataclass(frozen=True)
class Telling:
    """Which places an incident goes to, which channels there are, when it is told again."""

    places_of: Callable[[Incident], Collection[str]]
    channels: frozenset[str]
    remind_after: timedelta


def channel_of(place: str) -> str:
    return place.partition(OWNER)[0]


def step(
    book: IncidentBook, found: Iterable[Incident], now: datetime, telling: Telling
) -> tuple[IncidentBook, tuple[Message, ...]]:
    """The book with what is open and over at `now`, and every message that is due."""
    incidents = {incident.key: incident for incident in found}
    entries = {
        key: _moved(book.entries.get(key), incidents.get(key), now, telling.channels)
        for key in sorted(book.entries.keys() | incidents.keys())
    }
    kept = {key: entry for key, entry in entries.items() if not _is_done(entry, now)}
    messages = [message for entry in kept.values() for message in _due(entry, now, telling)]
    return book.model_copy(update={"entries": kept}), tuple(messages)


def attempted(book: IncidentBook, messages: Iterable[Message], now: datetime) -> IncidentBook:
    """The book to save before these messages are sent: their places may have heard them."""
    entries = dict(book.entries)
    for message in messages:
        entry = entries[message.incident.key]
        unsure = Told(at=now, severity=message.incident.severity, is_sure=False)
        told = {**entry.told, message.place: unsure}
        entries[message.incident.key] = entry.model_copy(update={"told": told})
    return book.model_copy(update={"entries": entries})


def heard(book: IncidentBook, messages: Iterable[Message], now: datetime) -> IncidentBook:
    """The book once the channels of these messages have taken them."""
    entries = dict(book.entries)
    for message in messages:
        entry = entries[message.incident.key]
        told = dict(entry.told)
        if message.event is Event.RECOVERED:
            told.pop(message.place, None)
        else:
            told[message.place] = Told(at=now, severity=message.incident.severity)
        entries[message.incident.key] = entry.model_copy(update={"told": told})
    return book.model_copy(update={"entries": entries})


def _moved(
    entry: Entry | None, incident: Incident | None, now: datetime, channels: frozenset[str]
) -> Entry:
    """An entry after a look that found its incident, or did not."""
    if entry is None:
        assert incident is not None  # noqa: S101 (narrows: a key is from one of the two)
        return Entry(incident=incident, opened_at=now)
    changes: dict[str, object] = {"told": _known(entry.told, channels)}
    if incident is not None:
        changes["incident"] = incident
        if not entry.is_open:
            changes |= {"opened_at": now, "recovered_at": None}
    elif entry.is_open:
        changes["recovered_at"] = now
    return entry.model_copy(update=changes)


def _known(told: Mapping[str, Told], channels: frozenset[str]) -> dict[str, Told]:
    """A channel that is no more in the policy waits for nothing."""
    return {place: one for place, one in told.items() if channel_of(place) in channels}


def _is_done(entry: Entry, now: datetime) -> bool:
    over = entry.recovered_at
    return over is not None and not entry.told and now - over > KEPT_AFTER_RECOVERY


def _due(entry: Entry, now: datetime, telling: Telling) -> Iterator[Message]:
    if not entry.is_open:
        for place in sorted(entry.told):
            yield Message(place, Event.RECOVERED, entry.incident, entry.opened_at)
        return
    for place in sorted(telling.places_of(entry.incident)):
        event = _event(entry, entry.told.get(place), now, telling.remind_after)
        if event:
            yield Message(place, event, entry.incident, entry.opened_at)


def _event(entry: Entry, told: Told | None, now: datetime, after: timedelta) -> Event | None:
    if told is None or not told.is_sure:
        return Event.OPENED
    if is_worse(entry.incident.severity, told.severity):
        return Event.WORSE
    return Event.REMINDER if now - told.at >= after else None
