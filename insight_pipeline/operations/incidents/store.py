"""What is known of incidents from one look to the next: operations/incidents.json.

Belongs here: the record and its file. Does not belong here: how it changes (state.py). One process
at a time may change it; reading needs no lock.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import Field

from insight_pipeline.kernel.atomic import make_folder, replacing_file
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.operations.channel_policy import Severity
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.settings import Settings

FILE = "incidents.json"


class Told(StrictModel):
    """What a place (state.py) last heard of an open incident, and when.

    is_sure: false while it is being told something, and where telling it did not come to an end:
    it may have heard or not.
    """

    at: datetime
    severity: Severity
    is_sure: bool = True


class Entry(StrictModel):
    """An incident as last seen. told: place → what it heard and has not heard to be over.

    recovered_at: since when it is over; None while it is open.
    """

    incident: Incident
    opened_at: datetime
    recovered_at: datetime | None = None
    told: Mapping[str, Told] = Field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.recovered_at is None


class IncidentBook(StrictModel):
    """All entries by key. failing: channel → since when it cannot be reached.

    digests: channel → when it was last sent the morning digest. seen: dataset/delivery → when it
    was first noticed.
    """

    entries: Mapping[str, Entry] = Field(default_factory=dict)
    failing: Mapping[str, datetime] = Field(default_factory=dict)
    digests: Mapping[str, datetime] = Field(default_factory=dict)
    seen: Mapping[str, datetime] = Field(default_factory=dict)


def book_path(settings: Settings) -> Path:
    return settings.home / "operations" / FILE


def read_book(settings: Settings) -> IncidentBook:
    path = book_path(settings)
    return load_json(path, IncidentBook) if path.is_file() else IncidentBook()


def readable_book(settings: Settings) -> IncidentBook:
    """The book, or an empty one where it cannot be read: the next look says so and mends it."""
    try:
        return read_book(settings)
    except (InsightError, OSError, ValueError):
        return IncidentBook()


def write_book(settings: Settings, book: IncidentBook) -> None:
    with replacing_file(book_path(settings)) as work:
        work.write_text(book.model_dump_json(indent=1), encoding="utf-8")


@contextmanager
def only_teller(settings: Settings) -> Iterator[None]:
    """Wait until nobody else tells incidents of this home, then be the only one.

    The operating system lets go when the process ends, however it ends.
    """
    folder = book_path(settings).parent
    make_folder(folder, mode=0o700)
    descriptor = os.open(folder / ".telling", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
