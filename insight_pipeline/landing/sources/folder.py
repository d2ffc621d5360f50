"""Fetches complete drops from a remote folder into the inbox, the manifest last.

Belongs here: which files make a drop, and copying them whole. Does not belong here: how a server is
reached (filesystem.py). The remote folder is only read.
Layout: `<anything>/<file>` beside its manifest, or `<dataset>/<file>` if that declares itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from insight_pipeline.kernel.atomic import remove_file
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.landing.inbox import UNFINISHED, Feed
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX, Manifest, parse_manifest
from insight_pipeline.landing.sources.fetched import (
    Seen,
    inbox_target,
    put,
    read_seen,
    same,
    write_seen,
)
from insight_pipeline.landing.sources.filesystem import Entry, listing, opened
from insight_pipeline.landing.sources.server import RemoteFolder
from insight_pipeline.settings import Settings

MAX_BYTES = 8 << 30
MAX_MANIFEST_BYTES = 64 << 10
CHUNK_BYTES = 1 << 20
CHANGED = "a file that changed while it was fetched"


@dataclass(frozen=True)
class _Folder:
    """One visit to a remote folder."""

    remote: RemoteFolder
    system: Any
    entries: Mapping[str, Entry]
    seen: Seen
    settings: Settings
    work: Path
    manifests: dict[str, bytes] = field(default_factory=dict)

    def where(self, path: str) -> str:
        """Tells a file of the folder without its name, which may hold a person's."""
        return f"{self.remote.where} (drop {fingerprint(path)[:8]})"

    def place(self, path: str, dataset: str = "") -> Path:
        """Where a file goes in the inbox; bare ones into their dataset's own folder."""
        inside = path.removeprefix(f"{dataset}/") if dataset else path
        names = (self.remote.provider, *([dataset] if dataset else []))
        parts = (*names, f"remote-{self.remote.name}", *inside.split("/"))
        return inbox_target(self.settings.inbox, self.where(path), *parts)

    def is_here(self, *paths: str, dataset: str = "") -> bool:
        """Whether these files are in the inbox as the server had and still has them."""
        marks = ((self.seen.marks.get(path), self.entries.get(path)) for path in paths)
        unchanged = all(entry is not None and entry.mark == known for known, entry in marks)
        return unchanged and all(self.place(path, dataset).is_file() for path in paths)


def fetch_folder(
    remote: RemoteFolder, bare: Sequence[Feed], settings: Settings
) -> tuple[Fault, ...]:
    """Bring what is new into the inbox; faults of single drops, while the others are fetched."""
    settings.temporary.mkdir(parents=True, exist_ok=True)
    faults: list[Fault] = []
    seen = read_seen(settings, remote.provider, remote.name)
    marks: dict[str, str] = {}
    with (
        opened(remote, settings.secrets) as system,
        tempfile.TemporaryDirectory(dir=settings.temporary) as work,
    ):
        entries = listing(system, remote.root)
        folder = _Folder(remote, system, entries, seen, settings, Path(work))
        for paths, dataset in _drops(folder, bare, faults):
            try:
                _fetch_drop(folder, paths, dataset)
                marks.update({path: entries[path].mark for path in paths})
            except InsightError as error:
                faults += error.faults
    write_seen(settings, remote.provider, remote.name, Seen(marks=dict(sorted(marks.items()))))
    return tuple(faults)


def _drops(
    folder: _Folder, bare: Sequence[Feed], faults: list[Fault]
) -> Iterator[tuple[list[str], str]]:
    """Paths of each drop: data, then its manifest, or a bare file and the dataset it is of."""
    claimed: set[str] = set()
    for path in folder.entries:
        if path.endswith(MANIFEST_SUFFIX):
            claimed |= {path, path.removesuffix(MANIFEST_SUFFIX)}
            try:
                data = _data_path(folder, path)
            except InsightError as error:
                faults += error.faults
                continue
            claimed.add(data)
            yield [data, path], ""
    datasets = {feed.dataset for feed in bare}
    for path in sorted(folder.entries.keys() - claimed):
        dataset, _, rest = path.partition("/")
        name = PurePosixPath(path).name
        finished = not name.startswith(".") and not name.lower().endswith(UNFINISHED)
        if dataset in datasets and rest and finished:
            yield [path], dataset


def _data_path(folder: _Folder, path: str) -> str:
    """The data file that a manifest on the server names, beside it."""
    data = _named(folder, path, _known_manifest(folder, path))
    if data is None or not folder.is_here(data, path):
        # Asked anew whenever either changed: some servers tell times in seconds only.
        data = _named(folder, path, _remote_manifest(folder, path))
    if data is None or data not in folder.entries:
        found = "no such plain file beside the manifest"
        raise InsightError([_not_fetched(folder.where(path), found)])
    return data


def _known_manifest(folder: _Folder, path: str) -> bytes | None:
    """As it was fetched before, so that a night asks the server only for news."""
    return folder.place(path).read_bytes() if folder.is_here(path) else None


def _remote_manifest(folder: _Folder, path: str) -> bytes:
    with folder.system.open(folder.entries[path].path, "rb") as stream:
        raw: bytes = stream.read(MAX_MANIFEST_BYTES + 1)
    folder.manifests[path] = raw
    return raw


def _named(folder: _Folder, path: str, manifest: bytes | None) -> str | None:
    """The path of the file that a manifest names; one that cannot be there is an empty one."""
    if manifest is None:
        return None
    name = _manifest(folder, path, manifest).file
    return str(PurePosixPath(path).with_name(name)) if _plain(name) else ""


def _plain(name: str) -> bool:
    return bool(name) and PurePosixPath(name).name == name and "\0" not in name


def _manifest(folder: _Folder, path: str, raw: bytes) -> Manifest:
    where = folder.where(path)
    if len(raw) > MAX_MANIFEST_BYTES:
        raise InsightError([_not_fetched(where, "a manifest too large to be one")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InsightError([_not_fetched(where, "a manifest that is not UTF-8")]) from None
    return parse_manifest(text, where)


def _fetch_drop(folder: _Folder, paths: Sequence[str], dataset: str) -> None:
    """Copy a drop's files; the manifest vouches for its data, so it goes first and comes last."""
    if folder.is_here(*paths, dataset=dataset):
        return
    places = [folder.place(path, dataset) for path in paths]
    copies = [_download(folder, path, str(n)) for n, path in enumerate(paths)]
    if len(paths) > 1 and copies[-1].read_bytes() != folder.manifests[paths[-1]]:
        # Between two looks at the manifest the sender may have replaced both files.
        raise InsightError([_not_fetched(folder.where(paths[-1]), CHANGED)])
    if all(same(copy, place) for copy, place in zip(copies, places, strict=True)):
        return
    if len(places) > 1:
        remove_file(places[-1])
    for copy, place in zip(copies, places, strict=True):
        if not same(copy, place):
            put(copy, place)


def _download(folder: _Folder, path: str, name: str) -> Path:
    entry = folder.entries[path]
    work = folder.work / name
    if entry.size > MAX_BYTES:
        raise InsightError([_not_fetched(folder.where(path), "a file that is too large")])
    size = 0
    with folder.system.open(entry.path, "rb") as stream, work.open("wb") as copy:
        while size <= entry.size and (chunk := stream.read(CHUNK_BYTES)):
            size += len(chunk)
            copy.write(chunk)
    if size != entry.size:
        raise InsightError([_not_fetched(folder.where(path), CHANGED)])
    return work


def _not_fetched(where: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected="a file that stays as it is, and a manifest beside it that names it",
        found=found,
        consequence="this drop is not fetched tonight; the others are",
        next_step="ask the provider to correct it, the manifest written last",
    )
