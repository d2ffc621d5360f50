"""What came to be said otherwise, and why: one frozen record per row.

Belongs here: the shapes of revisions, corrections and changes since the last release. Does not
belong here: figures as they are now (records.py), or how records are read (reading.py).
A field has the name, the type and the meaning of the column; see database/dictionary.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Revision:
    """A figure as it stood in one release; revision_no 1 is its first."""

    series_id: str
    indicator_id: str
    period_from: date
    period: str
    label: str
    revision_no: int
    release_no: int
    release: str
    as_of_date: date
    status: str
    reason_code: str
    value: Decimal | None
    shorthand: str
    previous_value: Decimal | None
    difference: Decimal | None
    explanation: str


@dataclass(frozen=True)
class Correction:
    indicator_id: str
    period_from: date
    period_to: date
    declared_date: date
    reason_code: str
    explanation: str
    release: str | None


@dataclass(frozen=True)
class Change:
    """A row of what_changed()."""

    change: str
    series_id: str
    indicator_id: str
    title: str
    period: str
    period_from: date
    previous_value: Decimal | None
    value: Decimal | None
    difference: Decimal | None
    shorthand: str
    status: str
    reason_code: str
    explanation: str
