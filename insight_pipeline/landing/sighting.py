"""What one look at a drop shows, and what the inbox was like when it was last received.

Belongs here: telling drops apart by content, without reading what rows say. Does not belong here:
when looks are taken (watching.py) or receiving (reception.py). A file's time and size are a hint to
look again, never an identity. No file name is kept: names may hold a person's name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint
from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.landing.inbox import Drop, manifest_of, why_not_receivable
from insight_pipeline.landing.receipt import make_receipt

SEEN = "inbox.seen.json"


class Sight(StrictModel):
    """A drop at one look.

    glance: hash of its files' kind, size and time. content: what it delivers, "" where nobody has
    read it yet; of a drop that can be received its delivery's id, or of a bare file its SHA-256.
    looks: how many looks in a row had this glance.
    """

    glance: str
    content: str = ""
    looks: int = 0


class Seen(StrictModel):
    """Every drop of the inbox when it was last received, by its mark."""

    drops: dict[str, Sight] = Field(default_factory=dict)


def glance_at(drop: Drop) -> str:
    """Changes whenever another look could find another content; no data is read."""
    paths = [drop.path] if drop.feed else [drop.path, _data_path(drop)]
    return fingerprint([_state(path) for path in paths])[:16]


def _data_path(drop: Drop) -> Path | None:
    try:
        return drop.path.parent / manifest_of(drop).file
    except InsightError:
        return None


def _state(path: Path | None) -> list[int]:
    try:
        found = os.lstat(path) if path else None
    except (OSError, ValueError):
        # Also a name no file can have: too long, or with a NUL.
        return []
    return [found.st_mode, found.st_size, found.st_mtime_ns] if found else []


def look_at(drop: Drop) -> Sight:
    """One drop, its bytes hashed a piece at a time."""
    return Sight(glance=glance_at(drop), content=_content(drop))


def _content(drop: Drop) -> str:
    if drop.feed:
        return _sha256(drop.path)
    try:
        manifest = manifest_of(drop)
    except InsightError:
        return fingerprint("unreadable manifest", _sha256(drop.path))[:16]
    data = drop.path.parent / manifest.file
    wrong = why_not_receivable(drop, manifest, data)
    if wrong:
        return fingerprint(wrong, manifest.model_dump_json(), _sha256(data))[:16]
    return make_receipt(manifest, _sha256(data), 0, "").delivery_id


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except (OSError, ValueError):
        return ""


def known_inbox(landing: Path) -> Seen:
    """The inbox when it was last received; empty before that, or where other code wrote it."""
    try:
        return Seen.model_validate_json((landing / SEEN).read_bytes())
    except (FileNotFoundError, ValidationError):
        return Seen()


def remember_inbox(landing: Path, drops: Mapping[str, Sight]) -> None:
    """Replace what is known of the inbox; nothing is written where that is the same."""
    seen = Seen(drops=dict(sorted(drops.items())))
    if (landing / SEEN).exists() and seen == known_inbox(landing):
        return
    with replacing_file(landing / SEEN) as work:
        work.write_text(seen.model_dump_json(), encoding="utf-8")
