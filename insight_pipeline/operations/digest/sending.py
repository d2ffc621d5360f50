"""Sends the morning digest, once a morning to each of its channels.

Belongs here: who has had it. Does not belong here: what it says (digest.py), or when the morning is
(operations.yaml; defs/incidents.py starts it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.operations.digest.digest import Digest, digest
from insight_pipeline.operations.digest.rendering import as_json, as_text, headline
from insight_pipeline.operations.incidents.channels.letter import Letter, one_line
from insight_pipeline.operations.incidents.channels.send import send
from insight_pipeline.operations.incidents.store import only_teller, readable_book, write_book
from insight_pipeline.operations.incidents.telling import after_sending
from insight_pipeline.operations.policy import load_operations
from insight_pipeline.operations.timetable import last_due
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Sent:
    """Channels that took this morning's digest now, and channels that did not."""

    channels: tuple[str, ...]
    failed: tuple[str, ...]


def send_digest(settings: Settings, catalogue: Catalogue, now: datetime) -> Sent:
    """Send the digest to every channel that has not had this morning's yet.

    Each is told what happened since its own last one. A channel that fails gets it when this is
    called again.
    """
    policy = load_operations(settings)
    taken: list[str] = []
    failed: list[str] = []
    due = last_due(policy.digest.cron, policy.digest.timezone, now)
    channels = {channel.name: channel for channel in policy.channels}
    with only_teller(settings):
        for name in policy.digest.channels:
            book = readable_book(settings)
            last = book.digests.get(name)
            if last and due and last >= due:
                continue
            told = digest(settings, catalogue, now, last)
            is_sent = send(channels[name], letter_of_digest(told), settings)
            book = after_sending(book, name, now, is_sent=is_sent)
            if is_sent:
                book = book.model_copy(update={"digests": {**book.digests, name: now}})
            write_book(settings, book)
            (taken if is_sent else failed).append(name)
    return Sent(tuple(taken), tuple(failed))


def letter_of_digest(told: Digest) -> Letter:
    return Letter(
        at=told.at,
        number=fingerprint("digest", told.at.date().isoformat()),
        subject=one_line(f"[insight] morning digest {told.at:%Y-%m-%d}: {headline(told)}"),
        text=as_text(told),
        kind="digest",
        records=[{"event": "digest", **as_json(told)}],
    )
