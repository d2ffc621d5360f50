"""SHA256SUMS: the hash of every file of a release, as `sha256sum --check` reads it.

Belongs here: writing and comparing it. Does not belong here: what the files hold (reading.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.fingerprint import file_sha256

CHECKSUMS = "SHA256SUMS"
HASH_LENGTH = 64
# Between the hash and the name: two spaces stand for a file read as text or as bytes alike.
_GAP = "  "


def files_of(folder: Path) -> list[Path]:
    """Every file of a release but its checksums, nested ones as well, by name."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path != folder / CHECKSUMS)


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS of the whole folder; names are relative, with forward slashes."""
    (folder / CHECKSUMS).write_text(
        "".join(f"{digest}{_GAP}{name}\n" for name, digest in _found(folder).items()),
        encoding="utf-8",
    )


def wrong_checksums(folder: Path, wanted: Collection[str] | None = None) -> Iterable[Fault]:
    """Files that are not what SHA256SUMS says, that are missing, and that it does not know.

    `wanted`: only files of these names, of those that it knows.
    """
    lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    said = {line[HASH_LENGTH + len(_GAP) :]: line[:HASH_LENGTH] for line in lines}
    if wanted is None:
        found = _found(folder)
    else:
        said = {name: mark for name, mark in said.items() if name in wanted}
        found = {n: file_sha256(folder / n) for n in said if (folder / n).is_file()}
    for name in sorted(said.keys() | found.keys()):
        if said.get(name) != found.get(name):
            yield Fault(
                where=f"publication: {CHECKSUMS}",
                expected=f"the hash of {name} as it was written",
                found=_words(said.get(name), found.get(name)),
                consequence="the release cannot be relied on",
                next_step="compare the folder with a copy of it; a release is never changed",
            )


def _found(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files_of(folder)}


def _words(said: str | None, found: str | None) -> str:
    if said is None:
        return "a file that it does not name"
    return "no such file" if found is None else "another one"
