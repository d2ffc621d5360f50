"""The log channel: one line of JSON a message, in operations/incidents.log of the home folder.

Belongs here: writing those lines. Does not belong here: what they say (letter.py). A line that a
killed writer left unfinished stays as it is; the next begins on a line of its own.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from insight_pipeline.kernel.atomic import make_folder
from insight_pipeline.kernel.faultpoint import after
from insight_pipeline.operations.incidents.channels.letter import Letter
from insight_pipeline.settings import Settings

FILE = "incidents.log"


def log_path(settings: Settings) -> Path:
    return settings.home / "operations" / FILE


def write_lines(settings: Settings, letter: Letter) -> None:
    """Append the letter's records and see them on disk; OSError when that cannot be done."""
    path = log_path(settings)
    make_folder(path.parent, mode=0o700)
    lines = "".join(json.dumps(record, sort_keys=True) + "\n" for record in letter.records)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as log:
        size = log.seek(0, os.SEEK_END)
        if size:
            log.seek(size - 1)
            lines = lines if log.read(1) == b"\n" else f"\n{lines}"
        log.write(lines.encode())
        log.flush()
        os.fsync(log.fileno())
    after(f"appended to {FILE}")
