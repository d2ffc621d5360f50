"""A copy of what of a home cannot be made again, or not in good time.

Belongs here: what belongs to a backup, and taking one. Does not belong here: the folder it goes
into (backup_folder.py), putting one back (restore.py), or replaying nights (rebuild/). What did not
change is not copied again. The manifest is written last: a backup that was killed is none. Secrets
are no part of it: whoever holds both can undo every pseudonym.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.governance.pseudonym import key_fingerprint
from insight_pipeline.kernel.atomic import WORK_SUFFIX, make_folder, replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.operations.backup_folder import (
    Copied,
    Manifest,
    backup_numbers,
    content_path,
    manifest_path,
    prune,
    read_manifest,
)
from insight_pipeline.operations.journal.chain import START, journal_folder, last_hash
from insight_pipeline.publication.releasing.provenance import package_version
from insight_pipeline.settings import Settings

# Of the rest, accepted/ to preview/ are made again from these; dagster/ holds records of runs only.
# What of inbox/ was received is in landing/; the rest changes while it is looked at.
PARTS = (
    "landing", "journal", "models", "review", "audit", "operations", "published",
    "identity.duckdb", "warehouse.duckdb", "version.json",
)  # fmt: skip
KEY = "pseudonym.key"
_BLOBS = "landing/blobs/"


@dataclass(frozen=True)
class BackedUp:
    """What a backup came to; copied: files whose content was new, of copied_bytes together."""

    manifest: Manifest
    copied: int
    copied_bytes: int


def back_up(settings: Settings, folder: Path, *, keep: int | None = None) -> BackedUp:
    """Add a backup of the home to `folder`; the caller holds the home.

    Every content that is copied is read back. `keep`: so many of the newest backups stay. An
    InsightError where a file is not what it should be; the folder then has no new backup.
    """
    if folder.is_relative_to(settings.home):
        raise InsightError([_inside(folder)])
    _refuse_other_home(settings, folder)
    make_folder(folder, mode=0o700)
    copied: list[Copied] = []
    new: list[int] = []
    for path in _paths(settings.home):
        one = _described(path, settings.home)
        copied.append(one)
        if not content_path(folder, one.sha256).exists():
            _copy(path, one, folder)
            new.append(one.size_bytes)
    numbers = backup_numbers(folder)
    manifest = Manifest(
        number=numbers[-1] + 1 if numbers else 1,
        package=package_version(),
        journal=last_hash(journal_folder(settings)),
        key=key_of(settings),
        files=tuple(copied),
        folders=dict(_folders(settings.home)),
        links=dict(_links(settings.home)),
    )
    with replacing_file(manifest_path(folder, manifest.number)) as work:
        work.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
        work.chmod(0o600)
    if keep is not None:
        prune(folder, keep)
    return BackedUp(manifest, len(new), sum(new))


def _refuse_other_home(settings: Settings, folder: Path) -> None:
    """A home without nights, where the last backup had some, is a disk that was not mounted."""
    known = backup_numbers(folder)
    here = last_hash(journal_folder(settings))
    if known and here == START and read_manifest(folder).journal != START:
        raise InsightError([_other_home(folder)])


def key_of(settings: Settings) -> str | None:
    """What tells a home's pseudonym key apart; None where it has none."""
    path = settings.secrets / KEY
    return key_fingerprint(path.read_bytes()) if path.is_file() else None


def _paths(home: Path) -> Iterator[Path]:
    """Files of a backup; symbolic links are none."""
    return (path for path in _everything(home) if path.is_file() and not path.is_symlink())


def _folders(home: Path) -> Iterator[tuple[str, int]]:
    """Permissions of every folder, those that hold others first."""
    for path in _everything(home):
        if path.is_dir() and not path.is_symlink():
            yield path.relative_to(home).as_posix(), path.stat().st_mode & 0o777


def _everything(home: Path) -> Iterator[Path]:
    """In order of path; what killed writers left unfinished is nothing."""
    for place in (home / part for part in PARTS):
        for path in [place, *sorted(place.rglob("*"))] if place.exists() else []:
            if not any(part.endswith(WORK_SUFFIX) for part in path.relative_to(home).parts):
                yield path


def _links(home: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(path for part in PARTS for path in (home / part).glob("*")):
        if path.is_symlink():
            yield path.relative_to(home).as_posix(), str(path.readlink())


def _described(path: Path, home: Path) -> Copied:
    """A delivery's bytes bear their hash as their name, which copying them proves."""
    name = path.relative_to(home).as_posix()
    sha256 = path.name if name.startswith(_BLOBS) else file_sha256(path)
    about = path.stat()
    return Copied(path=name, sha256=sha256, size_bytes=about.st_size, mode=about.st_mode & 0o777)


def _copy(path: Path, one: Copied, folder: Path) -> None:
    with replacing_file(content_path(folder, one.sha256)) as work:
        work.touch(mode=0o600)  # before there is anything to read in it
        shutil.copyfile(path, work)
        if file_sha256(work) != one.sha256:
            raise InsightError([_changed(one)])
        work.chmod(0o400)


def _changed(one: Copied) -> Fault:
    return Fault(
        where=one.path,
        expected="the same bytes at the second look",
        found="other bytes: the file changed while it was copied, or is damaged on disk",
        consequence="no backup was taken",
        next_step="take the backup again; if it stays so, put this file back from an older backup",
    )


def _other_home(folder: Path) -> Fault:
    return Fault(
        where=str(folder),
        expected="backups of this home",
        found="backups of a home that had nights, while this one has none",
        consequence="no backup was taken, and none was taken away",
        next_step="see that the home's disk is mounted; back another home up into its own folder",
    )


def _inside(folder: Path) -> Fault:
    return Fault(
        where=str(folder),
        expected="a folder outside the home, best on another machine's disk",
        found="one inside it",
        consequence="no backup was taken",
        next_step="name another folder",
    )
