"""The audit log: who looked behind which figure, when and for what, whether or not they might.

Belongs here: one line an attempt, chained so that a line taken out or altered shows. Does not
belong here: who may (access.py), or anything about a citizen: lines hold counts only. Line n holds
the SHA-256 of line n-1; whoever can write the file can make a new chain, so keep its last hash
elsewhere where that matters.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from insight_pipeline.kernel.atomic import make_folder
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.faultpoint import after
from insight_pipeline.kernel.strict import StrictModel, parse_json, validate

FILE = "access.jsonl"
START = "0" * 64
LONGEST_LINE = 65_536


class Attempt(StrictModel):
    """One question to the data: `about` names the figure, `citizens` how many would be listed."""

    at: datetime
    user: str
    action: str
    purpose: str
    about: str
    outcome: str
    citizens: int


class Line(Attempt):
    """One line of the log as it stands in the file."""

    previous: str


def append(folder: Path, attempt: Attempt) -> None:
    """Add a line and see it on disk before returning; OSError when that cannot be done."""
    make_folder(folder, mode=0o700)
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        # The last line is all it takes, however long the log is.
        log.seek(max(0, log.seek(0, os.SEEK_END) - LONGEST_LINE))
        lines = log.read().splitlines()
        previous = sha256(lines[-1]).hexdigest() if lines else START
        at = attempt.at.astimezone(UTC).isoformat()
        line = {**attempt.model_dump(), "at": at, "previous": previous}
        log.write(json.dumps(line, sort_keys=True).encode() + b"\n")
        log.flush()
        os.fsync(log.fileno())
        after(f"appended to {FILE}")


def read(folder: Path) -> list[Line]:
    """Every line, the oldest first; InsightError where the chain is broken."""
    path = folder / FILE
    return list(_checked(path)) if path.exists() else []


def _checked(path: Path) -> Iterator[Line]:
    previous = START
    for number, text in enumerate(path.read_bytes().splitlines(), start=1):
        where = f"{path}: line {number}"
        line = validate(parse_json(text.decode(), where), Line, where)
        if line.previous != previous:
            raise InsightError([_broken(where)])
        previous = sha256(text).hexdigest()
        yield line


def _broken(where: str) -> Fault:
    return Fault(
        where=where,
        expected="the hash of the line before it",
        found="another: a line before this one was altered, added or taken out",
        consequence="the log proves nothing from that line back",
        next_step="compare it with a backup, and tell your information governance lead",
    )
