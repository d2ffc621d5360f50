"""Whether earlier releases are as they were made, before a night goes by what they told.

Belongs here: finding one that was damaged, emptied or taken away since. Does not belong here:
reading what they say (history.py, disclosure/earlier.py). What a reader was told decides what may
be shown tonight: a release that says something else now would let withheld figures be worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.disclosure.earlier import FIGURES
from insight_pipeline.publication.history import DESCRIPTION, REVISIONS, Made
from insight_pipeline.publication.releasing.checksums import CHECKSUMS, wrong_checksums
from insight_pipeline.publication.releasing.pointer import LATEST


def check_standing(published: Path, releases: Sequence[Made]) -> None:
    """InsightError naming every release that is not as it was made.

    Of all of them, the figures that were told; of the newest, whose files readers open, every file.
    """
    raise_all(_faults(published, releases))


def _faults(published: Path, releases: Sequence[Made]) -> Iterator[Fault]:
    known = {made.path.name for made in releases}
    for folder in sorted(published.glob("*")):
        is_release = folder.is_dir() and not folder.is_symlink() and not folder.suffix
        if is_release and folder.name not in known:
            yield _fault(folder, f"a folder without {DESCRIPTION}")
    link = published / LATEST
    if link.is_symlink() and not link.exists():
        yield _fault(link, "a link to a release that is gone")
    for made in releases:
        wanted = None if made == releases[-1] else {FIGURES, REVISIONS}
        yield from _damaged(made.path, wanted)


def _damaged(folder: Path, wanted: set[str] | None) -> Iterator[Fault]:
    """Releases made before there were checksums have none to hold them against."""
    if not (folder / CHECKSUMS).is_file():
        return
    if list(wrong_checksums(folder, wanted)):
        yield _fault(folder, f"files that are not what {CHECKSUMS} says")


def _fault(place: Path, found: str) -> Fault:
    return Fault(
        where=f"{place.parent.name}/{place.name}",
        expected="every release as it was made: a release is never changed and never deleted",
        found=found,
        consequence="nothing is published tonight: what was told before decides what may be shown",
        next_step="restore the folder from backup, or make it again (insight rebuild); "
        "`insight releases --verify` names the files",
    )
