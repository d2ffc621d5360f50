"""`latest` and latest.json: which of several folders is the newest, for readers.

Belongs here: moving and taking away these pointers. Does not belong here: the folders they point
at. Each moves in one step: a reader finds the one before or this one, both of them complete.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from insight_pipeline.kernel.atomic import remove_file, replace_link, replacing_file

LATEST = "latest"


def latest_name(parent: Path) -> str | None:
    """Name of the folder that `latest` in `parent` points at; None before the first."""
    link = parent / LATEST
    return link.readlink().name if link.is_symlink() else None


def point_latest(parent: Path, name: str, as_of: date) -> None:
    """Point at the folder `name`; nothing is written where that is so already."""
    pointer = _file(parent)
    content = as_json({"release": name, "as_of_date": as_of.isoformat(), "path": name})
    if latest_name(parent) != name:
        replace_link(parent / LATEST, name)
    if not pointer.is_file() or pointer.read_text(encoding="utf-8") != content:
        with replacing_file(pointer) as work:
            work.write_text(content, encoding="utf-8")


def forget_latest(parent: Path) -> None:
    """Point at nothing any more, on disk as well, before what was pointed at goes."""
    for pointer in (_file(parent), parent / LATEST):
        remove_file(pointer)


def as_json(values: Mapping[str, object]) -> str:
    """The JSON of every file of a release that is written for programs."""
    return json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _file(parent: Path) -> Path:
    return parent / f"{LATEST}.json"
