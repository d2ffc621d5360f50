"""One entry of the journal: what nights had in hand from then on, and what came of it.

Belongs here: the shape of an entry. Does not belong here: finding out what is in hand (hand.py),
how far the stores have come (reached.py), or the files entries stand in (chain.py). No time is
written down: an entry's place in the chain is its time.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from insight_pipeline.contracts.standing.approval import Approval
from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.landing.receipt import Receipt
from insight_pipeline.linkage.model.files import Adoption

LAYOUT = 1


class Room(StrEnum):
    """Rooms whose stores depend on the nights they saw, and not on what is in hand alone."""

    LINKAGE = "linkage"
    WAREHOUSE = "warehouse"
    PUBLICATION = "publication"


class Step(StrictModel):
    """A room finished its work: its store says `mark` of itself since.

    Of the publication: name and number of what was made, the reason given for a release out of
    turn, and the hash of each of its files (`files`, of public releases only).
    """

    room: Room
    mark: str
    release: str | None = None
    release_no: int = 0
    is_preview: bool = False
    reason: str | None = None
    files: dict[str, str] = Field(default_factory=dict)


class Code(StrictModel):
    """The code of a night: version of the package (None: not installed), fingerprint of source."""

    package: str | None
    source: str

    def __str__(self) -> str:
        return f"{self.package or 'not installed'} ({self.source[:12]})"


class Entry(StrictModel):
    """What changed in hand since the entry before, and the steps that nights took with all of it.

    previous: SHA-256 of the file of the entry before. is_baseline: the journal begins here, in a
    home that had nights before; `steps` then tell how far these had come. hand: fingerprint of all
    that was in hand. receipts, approvals: new ones and ones that changed, whole; *_gone: names of
    those that are no more. project: fingerprint of contracts and SQL, kept beside the journal.
    adoption: the linkage model people put in use, None while it is the nights' own; `model` is the
    fingerprint of its copy. lost: rooms whose store had been taken away.
    """

    layout: int = LAYOUT
    number: int = Field(ge=1)
    previous: str
    is_baseline: bool = False
    hand: str
    receipts: tuple[Receipt, ...] = ()
    receipts_gone: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    approvals_gone: tuple[str, ...] = ()
    project: str
    frequency: str | None
    adoption: Adoption | None
    model: str | None = None
    code: Code
    lost: tuple[Room, ...] = ()
    steps: tuple[Step, ...] = ()
