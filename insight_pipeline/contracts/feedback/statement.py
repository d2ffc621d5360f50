"""What a provider is told about one delivery: `feedback.json`, and all that its pages show.

Belongs here: the shape of the statement. Does not belong here: how it is found out (account.py) or
how it looks (page.py). It holds counts, codes, column names and line numbers, never a value.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from insight_pipeline.kernel.strict import StrictModel

Standing = Literal["accepted", "refused", "held", "error"]


class BrokenRule(StrictModel):
    """A rule this delivery broke; `rows` counts rows (or things), `lines` are the first of them.

    counts: rows; lines that could not be read as rows; or what was found of the file as a whole.
    """

    code: str
    severity: Literal["warn", "record", "delivery"]
    rows: int
    counts: Literal["rows", "lines", "file"]
    columns: tuple[str, ...]
    sentence: str
    hint: str
    lines: tuple[int, ...]


class Repair(StrictModel):
    """A repair that the contract names, and how many cells of a column it changed."""

    column: str
    name: str
    words: str
    cells: int


class Remark(StrictModel):
    """Something about the delivery as a whole: that it came late, that its sheet hides rows."""

    code: str
    sentence: str
    hint: str


class SinceLastTime(StrictModel):
    """This delivery beside the one before it, in points: one row, column and rule.

    not_sent_again: points of rows that this delivery does not hold.
    released: rows held last time that this delivery brings in order.
    """

    previous_delivery_id: str
    previous_submitted_at: datetime
    fixed: int
    still_open: int
    new: int
    not_sent_again: int
    released: int


class ListFile(StrictModel):
    """A file beside the page: what it lists, how many rows of it, and of how many."""

    name: str
    words: str
    rows: int
    of: int


class Statement(StrictModel):
    """received = accepted + quarantined + superseded + rejected, as the dataset stands now.

    fingerprint: of all that this depends on; lists_fingerprint: of what the lists depend on.
    notices: about the delivery among others; notes: what was noted of its file while reading it.
    """

    schema_version: Literal[1] = 1
    fingerprint: str
    lists_fingerprint: str
    delivery_id: str
    contract: str
    contract_version: str
    judged_by: str
    provider: str
    provider_name: str
    dataset: str
    title: str
    contact: str
    period_from: date
    period_to: date
    submitted_at: datetime
    outcome: Standing
    headline: str
    explanation: str
    unreadable: str | None
    received: int
    accepted: int
    quarantined: int
    superseded: int
    rejected: int
    rules_kept: int
    rules_broken: tuple[BrokenRule, ...]
    repairs: tuple[Repair, ...]
    notices: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    since_last_time: SinceLastTime | None
    released_since: int
    next_steps: tuple[str, ...]
    files: tuple[ListFile, ...]

    def tells_the_same_as(self, other: Statement | None) -> bool:
        """Whether a provider would see no difference."""
        return other is not None and other.model_copy(update={"fingerprint": ""}) == (
            self.model_copy(update={"fingerprint": ""})
        )
