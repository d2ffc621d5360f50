"""The journal's entries on disk: one file each, numbered, each with the hash of the one before.

Belongs here: reading, adding and completing entries, and seeing that none is missing or altered.
Does not belong here: what they say. The newest entry is completed as the night goes on; it is
closed when the next one bears its hash. Whoever can write the folder can make a new chain: keep the
last hash elsewhere (a backup holds it) where that matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from insight_pipeline.kernel.atomic import make_folder, replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.strict import load_json
from insight_pipeline.operations.journal.entry import Entry
from insight_pipeline.settings import Settings

START = "0" * 64
ENTRIES = "entries"


def journal_folder(settings: Settings) -> Path:
    """Where a home keeps its journal; backed up together with landing/."""
    return settings.home / "journal"


def read_entries(journal: Path) -> tuple[Entry, ...]:
    """Every entry, the oldest first; InsightError where the chain is broken."""
    return tuple(_checked(journal))


def newest_first(journal: Path) -> Iterator[Entry]:
    """Entries from the newest back, each read when it is asked for; the chain is not checked."""
    for path in reversed(_paths(journal)):
        yield _read(path)


def last_hash(journal: Path) -> str:
    """SHA-256 of the newest entry; zeros before the first."""
    paths = _paths(journal)
    return _hash(paths[-1]) if paths else START


def next_number(journal: Path) -> int:
    paths = _paths(journal)
    return _number(paths[-1]) + 1 if paths else 1


def write_entry(journal: Path, entry: Entry) -> None:
    """Put an entry in its place: a new one at the end, or the newest one completed."""
    if entry.number < next_number(journal) - 1:
        raise ValueError("only the newest entry is still open")
    make_folder(journal, mode=0o700)
    with replacing_file(_path(journal, entry.number)) as work:
        work.write_text(entry.model_dump_json(indent=1) + "\n", encoding="utf-8")
        work.chmod(0o600)


def _checked(journal: Path) -> Iterator[Entry]:
    previous = START
    for expected, path in enumerate(_paths(journal), start=1):
        if _number(path) != expected:
            raise InsightError([_missing(journal, expected)])
        entry = _read(path)
        if entry.previous != previous or entry.number != expected:
            raise InsightError([_broken(path)])
        previous = _hash(path)
        yield entry


def _paths(journal: Path) -> list[Path]:
    return sorted((journal / ENTRIES).glob("[0-9]*.json"))


def _path(journal: Path, number: int) -> Path:
    return journal / ENTRIES / f"{number:08}.json"


def _number(path: Path) -> int:
    return int(path.stem)


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> Entry:
    return load_json(path, Entry)


def _missing(journal: Path, number: int) -> Fault:
    return Fault(
        where=f"{journal}: entry {number}",
        expected="every night's entry, numbered without a gap",
        found="no such entry, though there are later ones",
        consequence="what the nights since then went by is not known for certain",
        next_step="put the folder back from a backup",
    )


def _broken(path: Path) -> Fault:
    return Fault(
        where=str(path),
        expected="the hash of the entry before it",
        found="another: an entry before this one was altered, added or taken out",
        consequence="what the nights before went by is not known for certain",
        next_step="put the folder back from a backup",
    )
