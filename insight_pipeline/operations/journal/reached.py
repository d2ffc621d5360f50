"""How far the stores that depend on their nights have come, as they say themselves.

Belongs here: a mark of each store, and the steps between two looks. Does not belong here: writing
them down (record.py). A store that cannot be read has no step: its own room says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.strict import parse_json
from insight_pipeline.linkage.store import read_previous
from insight_pipeline.operations.journal.entry import Entry, Room, Step
from insight_pipeline.publication.history import DESCRIPTION, Made, made_releases
from insight_pipeline.publication.releasing.pointer import latest_name
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect


@dataclass(frozen=True)
class Known:
    """What the journal says of the stores: marks by room, the newest release, the last preview."""

    marks: dict[Room, str]
    release_no: int
    preview: str | None


def known_of(entries: Iterable[Entry]) -> Known:
    """`entries`: the newest first; older ones are looked at only as far as is needed."""
    marks: dict[Room, str] = {}
    lost: set[Room] = set()
    release_no, preview = -1, None
    for entry in entries:
        for step in reversed(entry.steps):
            if step.room not in lost:
                marks.setdefault(step.room, step.mark)
            if step.is_preview:
                preview = preview or step.release
            elif step.release is not None:
                release_no = max(release_no, step.release_no)
        lost.update(entry.lost)
        if entry.is_baseline or (release_no >= 0 and {*marks, *lost} == set(Room)):
            break
    return Known(marks, release_no, preview)


def steps_since(known: Known, settings: Settings) -> list[Step]:
    """What the stores did since the journal last told of them, in the order of the rooms."""
    found = []
    for room, mark in ((Room.LINKAGE, _linked(settings)), (Room.WAREHOUSE, _reckoned(settings))):
        if mark is not None and known.marks.get(room) != mark:
            found.append(Step(room=room, mark=mark))
    return [*found, *_published(known, settings)]


def lost_stores(known: Known, settings: Settings) -> tuple[Room, ...]:
    """Rooms whose store the journal knows and that is no longer there."""
    files = {Room.LINKAGE: settings.identity, Room.WAREHOUSE: settings.warehouse}
    return tuple(room for room, path in files.items() if room in known.marks and not path.exists())


def _linked(settings: Settings) -> str | None:
    try:
        previous = read_previous(settings.identity)
    except InsightError:
        return None
    return f"night {previous.night}" if previous else None


def _reckoned(settings: Settings) -> str | None:
    if not settings.warehouse.is_file():
        return None
    query = "select relation, fingerprint from meta.model order by all"
    try:
        with connect(settings, settings.warehouse, read_only=True) as connection:
            return fingerprint(connection.execute(query).fetchall())[:16]
    except duckdb.Error:
        return None


def _published(known: Known, settings: Settings) -> Iterator[Step]:
    for made in made_releases(settings.published):
        if made.release_no > known.release_no:
            yield _release(made)
    preview = latest_name(settings.preview)
    if preview is not None and preview != known.preview:
        yield Step(room=Room.PUBLICATION, mark=preview, release=preview, is_preview=True)


def _release(made: Made) -> Step:
    path = made.path / DESCRIPTION
    said = parse_json(path.read_text(encoding="utf-8"), str(path))
    return Step(
        room=Room.PUBLICATION,
        mark=made.path.name,
        release=made.path.name,
        release_no=made.release_no,
        reason=said.get("reason"),
        files=said.get("sha256", {}),
    )
