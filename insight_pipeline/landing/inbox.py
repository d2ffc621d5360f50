"""The inbox as it is: complete drops, and files that wait.

Belongs here: finding drops without reading their data. Does not belong here: receiving them
(reception.py). A drop is a file and its manifest; a file without one has not finished arriving,
unless its dataset's contract names columns that declare it (self_declared.py). Nothing says when
such a file is whole: one that grows is another delivery each time it is seen, which replaces the
one before, as its contract may not append (contract_faults.py).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX, Manifest, read_manifest

# What programs call a file that they are still writing.
UNFINISHED = (".part", ".filepart", ".partial", ".tmp", ".next", ".crdownload")


@dataclass(frozen=True)
class Feed:
    """A dataset whose files declare themselves: its files may lie bare in its own folder."""

    provider: str
    dataset: str

    @property
    def stem(self) -> str:
        return f"{self.provider}__{self.dataset}"


@dataclass(frozen=True)
class Drop:
    """A file in the inbox with its manifest, or a bare file; `where` tells it without its name.

    path: the manifest, or the bare file of `feed`. mark: hash of its place in the inbox.
    """

    provider: str
    path: Path
    where: str
    mark: str
    feed: Feed | None = None


def drops(inbox: Path, bare: Collection[Feed] = ()) -> Iterator[Drop]:
    """Every drop in the inbox, in order of path; `bare`: feeds whose files need no manifest."""
    by_path: dict[Path, Feed | None] = dict.fromkeys(inbox.glob(f"*/**/*{MANIFEST_SUFFIX}"))
    for each in bare:
        by_path.update(dict.fromkeys(_bare_files(inbox, each), each))
    for path, feed in sorted(by_path.items(), key=lambda item: item[0]):
        provider = path.relative_to(inbox).parts[0]
        # A file name may hold a person's name: it is told apart by a hash instead.
        mark = fingerprint(path.relative_to(inbox).as_posix())[:16]
        yield Drop(provider, path, f"inbox/{provider} (drop {mark[:8]})", mark, feed)


def _bare_files(inbox: Path, feed: Feed) -> Iterator[Path]:
    folder = inbox / feed.provider / feed.dataset
    found = [path for path in folder.glob("**/*") if path.is_symlink() or not path.is_dir()]
    manifests = [path for path in found if path.name.endswith(MANIFEST_SUFFIX)]
    claimed = {name for manifest in manifests for name in _claims(manifest)}
    for path in found:
        ready = not path.name.startswith(".") and not path.name.lower().endswith(UNFINISHED)
        if ready and path not in claimed and not path.name.endswith(MANIFEST_SUFFIX):
            yield path


def _claims(manifest: Path) -> Iterator[Path]:
    """Files that a manifest speaks of: the one it is named after, and the one it names."""
    yield manifest.with_name(manifest.name.removesuffix(MANIFEST_SUFFIX))
    try:
        if stat.S_ISREG(os.lstat(manifest).st_mode):
            yield manifest.parent / read_manifest(manifest, "manifest").file
    except (InsightError, OSError):
        return


def manifest_of(drop: Drop) -> Manifest:
    """What the drop's manifest declares; an InsightError when it cannot be followed."""
    try:
        if stat.S_ISREG(os.lstat(drop.path).st_mode):
            return read_manifest(drop.path, f"{drop.where} manifest")
        found = "a manifest that is not a plain file"
    except OSError:
        found = "a manifest that cannot be opened"
    raise InsightError([not_receivable(drop, found)])


def not_receivable(drop: Drop, found: str) -> Fault:
    return Fault(
        where=drop.where,
        expected="a plain file beside its manifest, in its own provider's folder",
        found=found,
        consequence="nothing of this drop is received; it stays in the inbox",
        next_step="ask the provider to correct the manifest or send the file again",
    )


def count_waiting(inbox: Path, found: Collection[Drop]) -> int:
    """Files of which no manifest speaks, by name, and which do not declare themselves."""
    claimed = {drop.path for drop in found}
    named = {path.with_name(path.name.removesuffix(MANIFEST_SUFFIX)) for path in claimed}
    data_files = {path for path in inbox.glob("*/**/*") if path.is_file()}
    return len(data_files - claimed - named)


def why_not_receivable(drop: Drop, manifest: Manifest, data: Path) -> str | None:
    """What is wrong with a drop before its data is opened; None when nothing is."""
    if manifest.provider != drop.provider:
        return "a manifest that declares another provider (wrong_provider)"
    if Path(manifest.file).name != manifest.file:
        return "a manifest whose file name is a path"
    try:
        status = os.lstat(data)
    except (OSError, ValueError):
        # Also a name no file can have: too long, or with a NUL.
        return "no such file beside the manifest"
    return None if stat.S_ISREG(status.st_mode) else "something that is not a plain file"
