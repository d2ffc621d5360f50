"""What was fetched before, so that an unchanged file is not fetched again.

Belongs here: remembering, and putting a fetched file into the inbox. Does not belong here: remote
connections. Marks of the server are a hint to look again; content is told apart by its hash.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pydantic import Field

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.settings import Settings


class Seen(StrictModel):
    """Relative path on the server → its mark when it was last fetched whole."""

    marks: dict[str, str] = Field(default_factory=dict)


def _path(settings: Settings, provider: str, name: str) -> Path:
    return settings.landing / "sources" / f"{provider}__{name}.json"


def read_seen(settings: Settings, provider: str, name: str) -> Seen:
    path = _path(settings, provider, name)
    return load_json(path, Seen) if path.exists() else Seen()


def write_seen(settings: Settings, provider: str, name: str, seen: Seen) -> None:
    if seen != read_seen(settings, provider, name):
        with replacing_file(_path(settings, provider, name)) as work:
            work.write_text(seen.model_dump_json(indent=2), encoding="utf-8")


def inbox_target(inbox: Path, where: str, *parts: str) -> Path:
    """A path in the inbox to write to; an InsightError where a link would lead it elsewhere."""
    target = inbox.joinpath(*parts)
    place = inbox
    for part in target.relative_to(inbox).parts:
        place = place / part
        if place.is_symlink():
            raise InsightError([_linked(where)])
    return target


def _linked(where: str) -> Fault:
    return Fault(
        where=where,
        expected="folders in the inbox that are no links",
        found="a link in the place of a fetched file or its folder",
        consequence="this drop is not fetched: it would be written elsewhere",
        next_step="remove the link from the inbox",
    )


def same(work: Path, target: Path) -> bool:
    """Whether `target` is there and holds the very bytes of `work`."""
    return (
        target.is_file()
        and target.stat().st_size == work.stat().st_size
        and file_sha256(target) == file_sha256(work)
    )


def put(work: Path, target: Path) -> None:
    """Move a fetched file into the inbox in one step."""
    with replacing_file(target) as beside:
        shutil.move(work, beside)
