"""Replace, never destroy: write beside, flush to disk, swap in one rename.

Belongs here: the swap. Does not belong here: what is written, or checks of it before the swap.
A kill at any moment leaves either the old content or the new one, never a mixture.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORK_SUFFIX = ".next"


def sync(path: Path) -> None:
    """Flush one file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder and its parents; each new one is on disk in the folder it stands in."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in reversed(missing):
        sync(folder.parent)


def _work_path(path: Path) -> Path:
    make_folder(path.parent)
    return path.with_name(path.name + WORK_SUFFIX)


@contextmanager
def replacing_file(path: Path) -> Iterator[Path]:
    """Yield a work path beside `path`; on a clean exit it becomes `path`, else it is removed."""
    work = _work_path(path)
    _remove(work)
    try:
        yield work
        sync(work)
        os.replace(work, path)
        sync(path.parent)
    finally:
        _remove(work)


def _remove(work: Path) -> None:
    """A work file, and the write-ahead log a killed run left beside it: DuckDB would replay it."""
    work.unlink(missing_ok=True)
    work.with_name(work.name + ".wal").unlink(missing_ok=True)


@contextmanager
def new_directory(path: Path) -> Iterator[Path]:
    """Yield a work folder beside `path`; a clean exit makes it `path`, which must not exist."""
    work = _work_path(path)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
        for entry in sorted(work.rglob("*")):
            sync(entry)
        sync(work)
        os.rename(work, path)
        sync(path.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def remove_remains(folder: Path) -> None:
    """Remove what killed writers left unfinished in a folder; nobody else may be writing there."""
    for work in sorted(folder.glob(f"*{WORK_SUFFIX}")):
        if work.is_dir() and not work.is_symlink():
            shutil.rmtree(work)
        else:
            _remove(work)


def replace_link(link: Path, target_name: str) -> None:
    """Point `link` at its sibling `target_name` in one step."""
    work = _work_path(link)
    work.unlink(missing_ok=True)
    os.symlink(target_name, work)
    os.replace(work, link)
    sync(link.parent)
