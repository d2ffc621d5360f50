"""A reviewer's notebook: verdicts are on disk before anything is told to have been saved.

Belongs here: the append-only file of one reviewer and what it says now. Does not belong here: the
delivery that carries verdicts on (delivery). Nothing is lost when a browser or terminal closes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import Field, ValidationError

from insight_pipeline.kernel.atomic import make_folder
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.faultpoint import after
from insight_pipeline.kernel.strict import StrictModel

REVIEWER = r"^[0-9A-Za-z_.@-]{1,64}$"


class Judgement(StrictModel):
    """One verdict with the columns of its contract, and the item it answers."""

    decision_id: str
    item_id: str
    record_id_l: str
    record_id_r: str
    verdict_code: str
    scope_code: str
    records_l: tuple[str, ...]
    records_r: tuple[str, ...]
    sampling_code: str
    reason_code: str
    reason: str
    reviewer_id: str = Field(pattern=REVIEWER)
    is_blind: bool
    decided_at: str
    evidence_mark: str


class _Entry(StrictModel):
    """One line: a verdict, or the ids of those that a file took along."""

    judged: Judgement | None = None
    written: tuple[str, ...] = ()


class Notebook:
    """The file `<folder>/<reviewer>.jsonl`, readable by its owner only."""

    def __init__(self, folder: Path, reviewer: str) -> None:
        if not re.fullmatch(REVIEWER, reviewer):
            raise InsightError([_unusable(len(reviewer))])
        self._path = folder / f"{reviewer}.jsonl"

    def add(self, judgement: Judgement) -> None:
        """Keep a verdict; it is on disk when this returns."""
        self._append(_Entry(judged=judgement))

    def mark_written(self, ids: Iterable[str]) -> None:
        """Remember which verdicts a file took along."""
        self._append(_Entry(written=tuple(ids)))

    def judged(self) -> list[Judgement]:
        """Every verdict ever given, oldest first."""
        return [entry.judged for entry in self._entries() if entry.judged is not None]

    def waiting(self) -> list[Judgement]:
        """Verdicts that no file took along yet."""
        entries = self._entries()
        written = {decision for entry in entries for decision in entry.written}
        return [
            entry.judged
            for entry in entries
            if entry.judged is not None and entry.judged.decision_id not in written
        ]

    def _entries(self) -> list[_Entry]:
        if not self._path.exists():
            return []
        # A line that was not finished when the machine stopped was never told to be saved.
        whole = self._path.read_bytes().split(b"\n")[:-1]
        numbered = enumerate(whole, start=1)
        return [self._entry(number, line) for number, line in numbered if _is_whole(line)]

    def _entry(self, number: int, line: bytes) -> _Entry:
        try:
            return _Entry.model_validate_json(line)
        except ValidationError:
            # Its message quotes the line, and with it the reviewer's own words.
            raise InsightError([_unreadable(self._path.name, number)]) from None

    def _append(self, entry: _Entry) -> None:
        make_folder(self._path.parent, mode=0o700)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        descriptor = os.open(self._path, flags, 0o600)
        try:
            line = entry.model_dump_json(exclude_defaults=True).encode()
            start = b"" if self._ends_whole() else b"\n"
            os.write(descriptor, start + line + b"\n")
            os.fsync(descriptor)
            after(f"appended to {self._path.name}")
        finally:
            os.close(descriptor)

    def _ends_whole(self) -> bool:
        content = self._path.read_bytes()
        return not content or content.endswith(b"\n")


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _unreadable(name: str, number: int) -> Fault:
    return Fault(
        where=f"the notebook {name}, line {number}",
        expected="a verdict as this version keeps them",
        found="a line of another version, or one changed by hand",
        consequence="no verdict can be kept or written; those in the notebook stay there",
        next_step="use the version that wrote it to write its verdicts, then move the file away",
    )


def _unusable(length: int) -> Fault:
    return Fault(
        where="reviewer",
        expected="a name of letters, digits and . _ @ -, at most 64",
        found=f"{length} characters that are not such a name",
        consequence="no verdict can be kept",
        next_step="give --reviewer the name you use at work, such as r.okafor",
    )
