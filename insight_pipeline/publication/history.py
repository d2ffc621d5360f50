"""Releases made before: their order, the newest of them, and what the next may be called.

Belongs here: reading the folder of releases. Does not belong here: what is in a release, or making
one (release.py). The folders themselves are the record: `latest` only points into it, and can be
put back from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from insight_pipeline.kernel.strict import parse_json

DESCRIPTION = "release.json"
REVISIONS = "revisions.parquet"


@dataclass(frozen=True)
class Made:
    """A release that was made: where it is and which it was, counted from 1.

    night_no: the last night of the unsuppressed ledger that it took its reasons from.
    """

    path: Path
    release_no: int
    night_no: int

    @property
    def revisions(self) -> Path:
        """The public ledger as this release left it."""
        return self.path / REVISIONS

    def says(self, identity: str) -> bool:
        """Whether it says what a release of this identity would say."""
        return self.path.name == identity or self.path.name.startswith(f"{identity}-")


def previous_releases(published: Path) -> tuple[Path, ...]:
    """Folders of all releases, in the order in which they were made."""
    return tuple(made.path for made in _made(published))


def newest_release(published: Path) -> Made | None:
    """The release made last, whether or not `latest` points at it; None before the first."""
    return next(reversed(_made(published)), None)


def free_name(published: Path, identity: str) -> str:
    """A folder's name for a release: its identity, numbered where an older release has it.

    Figures can come back to what an older release says. That release does not know what happened
    since, and is never changed: the new one is `<identity>-2`, then `-3`, and so on.
    """
    names = chain([identity], (f"{identity}-{number}" for number in count(2)))
    return next(name for name in names if not (published / name).exists())


def _made(published: Path) -> list[Made]:
    found = [
        _read(description)
        for description in published.glob(f"*/{DESCRIPTION}")
        if not description.parent.is_symlink() and not description.parent.suffix
    ]
    return sorted(found, key=lambda made: (made.release_no, made.path.name))


def _read(description: Path) -> Made:
    said = parse_json(description.read_text(encoding="utf-8"), str(description))
    # Releases made before revisions were kept have no numbers: they come first.
    return Made(description.parent, said.get("release_no", 0), said.get("night_no", 0))
