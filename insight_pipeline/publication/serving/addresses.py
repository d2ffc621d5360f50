"""From an address to a file of a release, or to another address.

Belongs here: which addresses there are and what stands behind them. Does not belong here: HTTP
(handler.py). An address names its release, so that all pages of a visit come from one release even
when `latest` moves on meanwhile. Nothing but plain files inside a release is ever found.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote_to_bytes

from insight_pipeline.publication.history import DESCRIPTION
from insight_pipeline.publication.releasing.pointer import LATEST, latest_name

START = "site"
INDEX = "index.html"


@dataclass(frozen=True)
class Shelf:
    """The releases that are served: a folder of them, and which one `/` leads to.

    start: name of a release, or None for the one that `latest` points at when it is asked for.
    """

    folder: Path
    start: str | None = None

    def first(self) -> str | None:
        return self.start or latest_name(self.folder)


@dataclass(frozen=True)
class Page:
    """A file there is. inside: its path within its release."""

    file: Path
    inside: PurePosixPath


@dataclass(frozen=True)
class Elsewhere:
    """Another address to ask for: absolute within this server, and quoted."""

    address: str


def find(shelf: Shelf, target: str) -> Page | Elsewhere | None:
    """What an HTTP request target stands for; None for whatever is not to be had here.

    `/` and `/latest/…` lead to the release that is the newest now, a folder to its index page.
    """
    parts = _parts(target)
    if parts is None:
        return None
    try:
        return _found(shelf, parts)
    except OSError:  # a name longer than any file's
        return None


def _found(shelf: Shelf, parts: list[str]) -> Page | Elsewhere | None:
    name, rest = parts[0], parts[1:]
    if name in ("", LATEST):
        first = shelf.first()
        known = first is not None and _release(shelf, first) is not None
        return _address(first or "", rest or [START, ""]) if known and (name or not rest) else None
    release = _release(shelf, name)
    if release is None:
        return None
    if rest in ([], [""]):
        return _address(name, [START, ""])
    return _inside(release, name, rest)


def _inside(release: Path, name: str, rest: list[str]) -> Page | Elsewhere | None:
    inside = PurePosixPath(*rest[:-1], rest[-1] or INDEX)
    path = release.joinpath(inside)
    if _has_link(release, inside):
        return None
    if path.is_dir():
        return _address(name, [*rest, ""]) if path.joinpath(INDEX).is_file() else None
    return Page(path, inside) if path.is_file() else None


def _parts(target: str) -> list[str] | None:
    """Names between the slashes, decoded; the last is empty where a folder is meant.

    None where one of them is no name of ours: empty, hidden, with a slash or a control character.
    """
    path = target.partition("#")[0].partition("?")[0]
    if not path.startswith("/"):
        return None
    try:
        parts = [unquote_to_bytes(part).decode("utf-8") for part in path[1:].split("/")]
    except UnicodeDecodeError:
        return None
    return parts if all(map(_is_name, parts[:-1])) and _is_name(parts[-1] or INDEX) else None


def _is_name(part: str) -> bool:
    return (
        bool(part) and part.isprintable() and part[0] != "." and not {"/", "\\"}.intersection(part)
    )


def _release(shelf: Shelf, name: str) -> Path | None:
    """A finished release; not what is being built, which stands beside under a name with a dot."""
    folder = shelf.folder / name
    is_there = "." not in name and not folder.is_symlink() and (folder / DESCRIPTION).is_file()
    return folder if is_there else None


def _has_link(release: Path, inside: PurePosixPath) -> bool:
    """Whether any step of the way is a symbolic link: it could lead out of the release."""
    steps = [inside, *inside.parents][:-1]
    return any(release.joinpath(step).is_symlink() for step in steps)


def _address(name: str, rest: list[str]) -> Elsewhere:
    return Elsewhere("/" + "/".join(quote(part, safe="") for part in [name, *rest]))
