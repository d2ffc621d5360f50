"""Which folder a night's figures go into, and who is sent there.

Belongs here: release or preview, made anew or standing already, and the pointers to it. Does not
belong here: whether a release is due (cadence.py), or filling the folder (building.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from insight_pipeline.publication.history import Made, free_name
from insight_pipeline.publication.releasing.cadence import Turn
from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.publication.releasing.previews import drop_previews, standing_preview
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Night:
    """The night's place in time: how far its data reach, whose turn it is, what came before."""

    as_of: date
    turn: Turn
    newest: Made | None


@dataclass(frozen=True)
class Place:
    """Where the night's figures go; `stands` when that folder holds them already."""

    path: Path
    release_no: int
    stands: bool
    is_preview: bool


def find_place(
    identity: str, description: Mapping[str, object], night: Night, settings: Settings
) -> Place:
    """The newest release where it says the same; else a folder of its own for what is made."""
    newest = night.newest
    if newest and newest.says(identity):
        return Place(newest.path, newest.release_no, stands=True, is_preview=False)
    number = newest.release_no + 1 if newest else 1
    if night.turn.is_public:
        path = settings.published / free_name(settings.published, identity)
        return Place(path, number, stands=False, is_preview=False)
    standing = standing_preview(settings.preview, identity, description)
    path = standing or settings.preview / free_name(settings.preview, identity)
    return Place(path, number, stands=standing is not None, is_preview=True)


def send_readers(place: Place, newest: Made | None, as_of: date, settings: Settings) -> None:
    """Send readers to what was made, last of all; a preview that is behind goes.

    A run killed before it came here left `latest` at the release before: it is put right as well.
    """
    if not place.is_preview:
        point_latest(settings.published, place.path.name, as_of)
        drop_previews(settings.preview)
        return
    if newest:
        point_latest(settings.published, newest.path.name, newest.as_of or as_of)
    point_latest(settings.preview, place.path.name, as_of)
    drop_previews(settings.preview, keep=place.path.name)
