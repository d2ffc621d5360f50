"""Releases made before: their order, the newest of them, and what the next may be called.

Belongs here: reading the folder of releases. Does not belong here: what is in a release, or making
one (release.py). The folders themselves are the record: `latest` only points into it, and can be
put back from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from pathlib import Path

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import parse_json

DESCRIPTION = "release.json"
REVISIONS = "revisions.parquet"


@dataclass(frozen=True)
class Made:
    """A release that was made: where it is and which it was, counted from 1.

    night_no: the last night of the unsuppressed ledger that it took its reasons from. as_of: the
    last day its data reach. closed_to: the last day of the periods it covers.
    """

    path: Path
    release_no: int
    night_no: int
    as_of: date | None = None
    closed_to: date | None = None

    @property
    def revisions(self) -> Path:
        """The public ledger as this release left it."""
        return self.path / REVISIONS

    def says(self, identity: str) -> bool:
        """Whether it says what a release of this identity would say."""
        return self.path.name == identity or self.path.name.startswith(f"{identity}-")


def previous_releases(published: Path) -> tuple[Path, ...]:
    """Folders of all releases, in the order in which they were made."""
    return tuple(made.path for made in made_releases(published))


def newest_release(published: Path) -> Made | None:
    """The release made last, whether or not `latest` points at it; None before the first."""
    return next(reversed(made_releases(published)), None)


def free_name(published: Path, identity: str) -> str:
    """A folder's name for a release: its identity, numbered where an older release has it.

    Figures can come back to what an older release says. That release does not know what happened
    since, and is never changed: the new one is `<identity>-2`, then `-3`, and so on.
    """
    names = chain([identity], (f"{identity}-{number}" for number in count(2)))
    return next(name for name in names if not (published / name).exists())


def made_releases(published: Path) -> tuple[Made, ...]:
    """All releases, in the order in which they were made."""
    found = [
        _read(description)
        for description in published.glob(f"*/{DESCRIPTION}")
        if not description.parent.is_symlink() and not description.parent.suffix
    ]
    return tuple(sorted(found, key=lambda made: (made.release_no, made.path.name)))


def _read(description: Path) -> Made:
    try:
        said = parse_json(description.read_text(encoding="utf-8"), str(description))
    except (InsightError, UnicodeDecodeError):
        raise InsightError([_damaged(description)]) from None
    as_of = _day(said.get("as_of_date"))
    return Made(
        description.parent,
        # Releases made before revisions were kept have no numbers: they come first.
        said.get("release_no", 0),
        said.get("night_no", 0),
        as_of,
        # Releases made before there was a release policy told all there was to tell.
        _day(said.get("closed_to_date")) or as_of,
    )


def _damaged(description: Path) -> Fault:
    return Fault(
        where=f"published/{description.parent.name}/{description.name}",
        expected="the description of the release as it was made",
        found="a file that was cut short or damaged since",
        consequence="nothing is published: what was told before decides what may be shown",
        next_step="restore the folder from backup, or make it again (insight rebuild)",
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
