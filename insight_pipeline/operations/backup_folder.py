"""The folder that backups stand in: a manifest a backup, and every content once under its hash.

Belongs here: that folder's shape, reading it, seeing that it is whole, taking older backups away.
Does not belong here: what of a home is backed up (backup.py), or putting it back (restore.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from insight_pipeline.kernel.atomic import remove_file, set_aside
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.kernel.strict import StrictModel, load_json

_FILES, _BACKUPS = "files", "backups"


def _below(path: str) -> str:
    """A folder of backups may come from another machine: nothing in it leads out of the home."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path or parts[0] == "secrets":
        raise ValueError("a path that stays in the home, and out of its secrets")
    return path


Below = Annotated[str, AfterValidator(_below)]
# Never set-uid, set-gid or sticky.
Mode = Annotated[int, Field(ge=0, le=0o777)]


class Copied(StrictModel):
    """One file of the home: `path` from the home, the hash of its content, its permissions."""

    path: Below
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size_bytes: int = Field(ge=0)
    mode: Mode


class Manifest(StrictModel):
    """One backup: every file; permissions of every folder; what every symbolic link points at.

    journal: hash of the newest entry. key: tells the pseudonym key apart without telling it; None
    where there was none.
    """

    number: int = Field(ge=1)
    package: str | None
    journal: str
    key: str | None
    files: tuple[Copied, ...]
    folders: dict[Below, Mode]
    links: dict[Below, Below]


def verify(folder: Path, manifest: Manifest) -> Iterator[Fault]:
    """Contents of a backup that are missing or damaged: everything is read.

    What is damaged is set aside, so that the next backup copies it again.
    """
    for sha256, one in sorted({one.sha256: one for one in manifest.files}.items()):
        path = content_path(folder, sha256)
        if not path.is_file():
            yield damaged(manifest, one, "no such content")
        elif file_sha256(path) != sha256:
            set_aside(path)
            yield damaged(manifest, one, "another content than was copied")


def backup_numbers(folder: Path) -> list[int]:
    """Numbers of the backups in a folder, the oldest first."""
    return sorted(int(path.stem) for path in (folder / _BACKUPS).glob("[0-9]*.json"))


def read_manifest(folder: Path, number: int | None = None) -> Manifest:
    """A backup by its number, or the newest; InsightError where there is none."""
    numbers = backup_numbers(folder)
    if not numbers or (number is not None and number not in numbers):
        raise InsightError([_none(folder, numbers, number)])
    return load_json(manifest_path(folder, number or numbers[-1]), Manifest)


def content_path(folder: Path, sha256: str) -> Path:
    return folder / _FILES / sha256[:2] / sha256


def manifest_path(folder: Path, number: int) -> Path:
    return folder / _BACKUPS / f"{number:06}.json"


def prune(folder: Path, keep: int) -> None:
    """Keep the newest backups, and the contents they name. Manifests go first: they need those."""
    numbers = backup_numbers(folder)
    for number in numbers[: max(len(numbers) - keep, 0)]:
        remove_file(manifest_path(folder, number))
    manifests = [read_manifest(folder, number) for number in backup_numbers(folder)]
    wanted = {one.sha256 for manifest in manifests for one in manifest.files}
    for path in sorted((folder / _FILES).glob("*/*")):
        if path.name not in wanted:
            remove_file(path)


def damaged(manifest: Manifest, one: Copied, found: str) -> Fault:
    return Fault(
        where=f"backup {manifest.number}: {one.path}",
        expected="the content that was backed up",
        found=found,
        consequence="the backup cannot be relied on",
        next_step="use another backup or another copy of the folder; take a new backup now",
    )


def _none(folder: Path, numbers: list[int], number: int | None) -> Fault:
    known = f"backups {', '.join(map(str, numbers))}" if numbers else "no backup"
    return Fault(
        where=str(folder),
        expected="a backup" if number is None else f"backup {number}",
        found=known,
        consequence="nothing is read or changed",
        next_step="name a folder that `insight backup` has written to, and a number it has",
    )
