"""What a channel is handed: a subject, lines of text, and the same for programs.

Belongs here: words about messages and the record that goes through every channel. Does not belong
here: how it is sent (smtp.py, webhook.py, log.py). Text is plain and at most 80 columns wide.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.operations.incidents.state import Event, Message

WIDTH = 80
LONGEST_SUBJECT = 120
WORDS = {
    Event.OPENED: "New",
    Event.WORSE: "Worse",
    Event.REMINDER: "Still open",
    Event.RECOVERED: "Recovered",
}


@dataclass(frozen=True)
class Letter:
    """One thing to send. number: the same for the same news, so that a repeat can be recognised.

    to: one address instead of the channel's recipients. records: one a message, JSON values.
    """

    at: datetime
    number: str
    subject: str
    text: str
    kind: str
    records: Sequence[Mapping[str, Any]]
    to: str | None = None


def letter_of(messages: Sequence[Message], now: datetime, to: str | None = None) -> Letter:
    """All of a channel's messages as one letter; at least one."""
    ranked = sorted(messages, key=lambda m: (list(Event).index(m.event), m.incident.key))
    return Letter(
        at=now,
        number=fingerprint([[m.event, m.incident.key, m.opened_at.isoformat()] for m in ranked]),
        subject=_subject(ranked),
        text="\n\n".join(_paragraph(message) for message in ranked) + "\n",
        kind="incidents",
        records=[record_of(message, now) for message in ranked],
        to=to,
    )


def record_of(message: Message, now: datetime) -> dict[str, Any]:
    """A message as JSON values."""
    return {
        "at": now.isoformat(),
        "event": message.event.value,
        "key": message.incident.key,
        "opened_at": message.opened_at.isoformat(),
        **message.incident.model_dump(mode="json"),
    }


def one_line(text: str) -> str:
    """Text without line breaks or anything else that cannot be shown: safe as a header."""
    words = " ".join(text.split())
    return "".join(c if c.isprintable() else "\ufffd" for c in words)[:LONGEST_SUBJECT]


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """A paragraph of at most 80 columns."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _subject(messages: Sequence[Message]) -> str:
    if len(messages) == 1:
        incident = messages[0].incident
        words = f"{WORDS[messages[0].event]}: {_kind(incident.kind)}, {incident.subject}"
    else:
        counted = [(WORDS[e], sum(m.event is e for m in messages)) for e in Event]
        words = "incidents: " + ", ".join(f"{n} {word.lower()}" for word, n in counted if n)
    return one_line(f"[insight] {words}")


def _paragraph(message: Message) -> str:
    incident = message.incident
    head = f"{WORDS[message.event].upper()} {incident.severity}: {_kind(incident.kind)}"
    lines = [
        wrapped(f"{head}, {incident.subject}"),
        _part("owner", incident.owner),
        _part("open since", f"{message.opened_at:%Y-%m-%d %H:%M} UTC"),
    ]
    if message.event is Event.RECOVERED:
        return "\n".join([*lines, _part("was", incident.found)])
    parts = {
        "expected": incident.expected,
        "found": incident.found,
        "consequence": incident.consequence,
        "next step": incident.next_step,
    }
    return "\n".join([*lines, *(_part(name, words) for name, words in parts.items())])


def _part(name: str, words: str) -> str:
    return wrapped(words, indent=" " * 17, first=f"    {name:<13}")


def _kind(kind: str) -> str:
    return kind.replace("_", " ")
