"""What releases there are, and whether their files are as they were written.

Belongs here: what release.json says of each, and comparing hashes. Does not belong here: figures,
or which release somebody means (choosing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

import polars as pl

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.strict import parse_json
from insight_pipeline.publication.history import DESCRIPTION, made_releases
from insight_pipeline.publication.releasing.checksums import CHECKSUMS, wrong_checksums
from insight_pipeline.publication.releasing.pointer import latest_name


@dataclass(frozen=True)
class Listed:
    """A release as it describes itself. size_bytes: of all its files together.

    is_scheduled: made because it was due; else `reason` says why. is_latest: readers are sent here.
    """

    release: str
    release_no: int
    as_of_date: date | None
    closed_to_date: date | None
    figures: int | None
    withheld: int | None
    predecessor: str | None
    is_scheduled: bool
    reason: str | None
    is_preview: bool
    is_latest: bool
    files: int
    size_bytes: int


_KINDS = {"str": pl.String, "int": pl.Int64, "date": pl.Date, "bool": pl.Boolean}
SCHEMA = {each.name: _KINDS[str(each.type).partition(" ")[0]] for each in fields(Listed)}


def list_releases(published: Path) -> tuple[Listed, ...]:
    """All releases of a folder, or previews of another, in the order in which they were made."""
    latest = latest_name(published)
    found = []
    for made in made_releases(published):
        path = made.path / DESCRIPTION
        said = parse_json(path.read_text(encoding="utf-8"), str(path))
        sizes = [each.stat().st_size for each in made.path.rglob("*") if each.is_file()]
        found.append(
            Listed(
                made.path.name,
                made.release_no,
                made.as_of,
                made.closed_to,
                said.get("figures"),
                said.get("withheld"),
                said.get("predecessor"),
                # Releases made before there was a release policy were all made in turn.
                said.get("is_scheduled", True),
                said.get("reason"),
                said.get("is_preview", False),
                made.path.name == latest,
                len(sizes),
                sum(sizes),
            )
        )
    return tuple(found)


def as_frame(releases: Sequence[Listed]) -> pl.DataFrame:
    """One row a release, a column a field of Listed."""
    return pl.DataFrame([asdict(each) for each in releases], schema=SCHEMA)


def check(folder: Path) -> tuple[Fault, ...]:
    """What of a release is not as it was written; nothing where every file is."""
    if not (folder / CHECKSUMS).is_file():
        return (_unchecked(folder),)
    return tuple(wrong_checksums(folder))


def _unchecked(folder: Path) -> Fault:
    return Fault(
        where=f"release {folder.name}",
        expected=f"{CHECKSUMS}, the hashes of its files",
        found="no such file",
        consequence="whether it is as it was written cannot be told",
        next_step="compare the folder with a copy of it; a release is never changed",
    )
