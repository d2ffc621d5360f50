"""Copies the journal keeps of what nights went by: contracts and SQL, and models people adopted.

Belongs here: keeping a set of files once under the fingerprint of its content, and giving it out.
Does not belong here: which files are in hand (hand.py). One zip per distinct state: any program
opens it, and the fingerprint in its name says whether it is whole.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath

from insight_pipeline.kernel.atomic import make_folder, replacing_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint

KEPT = "kept"
# Nothing of a copy depends on when it was made.
_ALWAYS = (1980, 1, 1, 0, 0, 0)

Files = Mapping[str, bytes]


def files_below(root: Path, places: Iterable[str]) -> dict[str, bytes]:
    """Content of every file below these folders of `root`, by relative name; hidden ones not."""
    found = (path for place in places for path in (root / place).rglob("*") if path.is_file())
    named = ((path.relative_to(root).as_posix(), path) for path in found)
    return {
        name: path.read_bytes()
        for name, path in sorted(named)
        if not any(part.startswith((".", "__")) for part in PurePosixPath(name).parts)
    }


def content_mark(files: Files) -> str:
    """Fingerprint of the names and contents of a set of files."""
    return fingerprint([[name, sha256(files[name]).hexdigest()] for name in sorted(files)])


def keep(journal: Path, kind: str, files: Files) -> str:
    """Keep these files, unless the same were kept before; returns their mark."""
    mark = content_mark(files)
    path = _path(journal, kind, mark)
    if not path.exists():
        for folder in (journal, path.parent):
            make_folder(folder, mode=0o700)
        with replacing_file(path) as work:
            work.touch(mode=0o600)
            _write(work, files)
    return mark


def give_out(journal: Path, kind: str, mark: str, folder: Path) -> None:
    """Write kept files below `folder`; InsightError where the copy is missing or damaged."""
    for name, content in _whole(journal, kind, mark).items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def check_kept(journal: Path, kind: str, mark: str) -> tuple[Fault, ...]:
    """What is wrong with a copy; nothing where it is whole."""
    try:
        _whole(journal, kind, mark)
    except InsightError as error:
        return error.faults
    return ()


def _whole(journal: Path, kind: str, mark: str) -> dict[str, bytes]:
    path = _path(journal, kind, mark)
    files = _read(path)
    if content_mark(files) != mark:
        raise InsightError([_damaged(path, "files of another content")])
    return files


def _path(journal: Path, kind: str, mark: str) -> Path:
    return journal / KEPT / f"{kind}-{mark[:32]}.zip"


def _write(path: Path, files: Files) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, _ALWAYS)
            about.external_attr = 0o600 << 16
            archive.writestr(about, files[name], zipfile.ZIP_DEFLATED)


def _read(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except FileNotFoundError:
        raise InsightError([_damaged(path, "no such file")]) from None
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError):
        raise InsightError([_damaged(path, "a file that cannot be read")]) from None


def _damaged(path: Path, found: str) -> Fault:
    return Fault(
        where=str(path),
        expected="the copy of contracts, SQL or model that a night went by",
        found=found,
        consequence="the nights that went by it cannot be replayed",
        next_step="put the file back from a backup, or its content from version control",
    )
