"""Replace, never destroy: write beside, flush to disk, swap in one rename.

Belongs here: every durable side effect but a few that are listed with their reasons
(tests/conventions/test_writers.py): the swap, removal, making folders. Does not belong here: what
is written, or checks of it before the swap. A kill at any moment leaves either the old content or
the new one, never a mixture; after every effect lies a fault point (faultpoint.py).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from insight_pipeline.kernel.faultpoint import after

WORK_SUFFIX = ".next"
DAMAGED_SUFFIX = ".damaged"


def sync(path: Path) -> None:
    """Flush one file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder and its parents; each new one is on disk in the folder it stands in."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(mode, parents=True, exist_ok=True)
    for folder in reversed(missing):
        after(f"made folder {folder.name}")
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
        after(f"wrote {work.name}")
        sync(work)
        after(f"flushed {work.name}")
        os.replace(work, path)
        after(f"replaced {path.name}")
        sync(path.parent)
        after(f"flushed the folder of {path.name}")
    finally:
        _remove(work)


def _remove(work: Path) -> None:
    """A work file, and the write-ahead log a killed run left beside it: DuckDB would replay it."""
    for remains in (work, work.with_name(work.name + ".wal")):
        if os.path.lexists(remains):
            remains.unlink()
            after(f"removed {remains.name}")


@contextmanager
def new_directory(path: Path) -> Iterator[Path]:
    """Yield a work folder beside `path`; a clean exit makes it `path`, which must not exist."""
    work = _work_path(path)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    after(f"made folder {work.name}")
    try:
        yield work
        after(f"filled {work.name}")
        for entry in sorted(work.rglob("*")):
            sync(entry)
        sync(work)
        after(f"flushed {work.name}")
        os.rename(work, path)
        after(f"named folder {path.name}")
        sync(path.parent)
        after(f"flushed the folder of {path.name}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def remove_file(path: Path) -> None:
    """Remove a file, link or nothing; it is gone from disk before anything that comes after."""
    if os.path.lexists(path):
        path.unlink()
        after(f"removed {path.name}")
        sync(path.parent)
        after(f"flushed the folder of {path.name}")


def set_aside(path: Path) -> None:
    """Give a damaged file another name, so that nobody takes it for what it was."""
    os.replace(path, path.with_name(path.name + DAMAGED_SUFFIX))
    after(f"set {path.name} aside")
    sync(path.parent)


def remove_folder(path: Path) -> None:
    """Remove a folder or nothing: it loses its name first, so that nobody finds half of it."""
    if not path.is_dir():
        return
    work = path.with_name(path.name + WORK_SUFFIX)
    shutil.rmtree(work, ignore_errors=True)
    os.rename(path, work)
    after(f"took its name from {path.name}")
    sync(path.parent)
    shutil.rmtree(work)
    after(f"removed {work.name}")


def remove_remains(folder: Path) -> None:
    """Remove what killed writers left unfinished in a folder; nobody else may be writing there."""
    for work in sorted(folder.glob(f"*{WORK_SUFFIX}")):
        if work.is_dir() and not work.is_symlink():
            shutil.rmtree(work)
            after(f"removed {work.name}")
        else:
            _remove(work)


def replace_link(link: Path, target_name: str) -> None:
    """Point `link` at its sibling `target_name` in one step."""
    work = _work_path(link)
    _remove(work)
    os.symlink(target_name, work)
    after(f"made link {work.name}")
    os.replace(work, link)
    after(f"replaced link {link.name}")
    sync(link.parent)
    after(f"flushed the folder of {link.name}")
