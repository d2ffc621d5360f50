"""Where drops are fetched from: a remote folder or a database table, as contracts name them.

Belongs here: reading an ODCS `servers` entry. Does not belong here: credentials (secret.py) or
connections. A folder inside our own inbox is no source: providers write there themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.landing.inbox import Feed

Protocol = Literal["s3", "sftp", "azure", "local"]
# Becomes the name of a folder and of a secret's file.
SERVER_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
TABLES = ("postgres", "postgresql")


@dataclass(frozen=True)
class RemoteFolder:
    """A folder with drops. `root` is its path as the protocol writes it; no credentials."""

    provider: str
    name: str
    protocol: Protocol
    root: str
    host: str | None = None
    port: int | None = None
    endpoint: str | None = None

    @property
    def where(self) -> str:
        return f"server {self.name} of {self.provider}"


@dataclass(frozen=True)
class RemoteTable:
    """A table or view in PostgreSQL, the rows of which are one delivery of `feed`."""

    feed: Feed
    name: str
    host: str
    port: int
    database: str
    schema: str
    table: str
    delimiter: str

    @property
    def where(self) -> str:
        return f"server {self.name} of {self.feed.provider}"


def remote_folder(
    raw: Mapping[str, Any], provider: str, home: Path, inbox: Path
) -> RemoteFolder | None:
    """The folder an entry names; None where it is a table, our inbox or of another kind."""
    kind = raw["type"]
    name = checked_name(raw, provider)
    if kind == "local":
        place = (home / _folder(str(raw["path"]))).resolve()
        inside = place.is_relative_to(inbox.resolve()) or inbox.resolve().is_relative_to(place)
        return None if inside else RemoteFolder(provider, name, "local", str(place))
    if kind not in ("s3", "sftp", "azure"):
        return None
    url = urlsplit(_folder(str(raw["location"])))
    if url.password or (url.username and kind != "azure"):
        raise InsightError([_misnamed(name, provider, "a location without user or password")])
    path = url.path.rstrip("/")
    if kind == "s3":
        endpoint = raw.get("endpointUrl")
        if endpoint and not _private(urlsplit(endpoint)):
            raise InsightError([_misnamed(name, provider, "an endpointUrl with https")])
        return RemoteFolder(provider, name, "s3", f"{url.netloc}{path}", endpoint=endpoint)
    if kind == "sftp":
        return RemoteFolder(provider, name, "sftp", path or "/", url.hostname, url.port)
    return _azure(provider, name, url.username, url.hostname or "", path)


def _private(endpoint: SplitResult) -> bool:
    """Whether nobody between can listen: HTTPS, or this very machine."""
    return endpoint.scheme == "https" or endpoint.hostname in ("localhost", "127.0.0.1", "::1")


def _azure(provider: str, name: str, container: str | None, host: str, path: str) -> RemoteFolder:
    """az://account.blob…/container/path, or abfss://container@account.dfs…/path."""
    root = "/".join([*([container] if container else []), path.strip("/")]).rstrip("/")
    return RemoteFolder(provider, name, "azure", root, host=host.partition(".")[0])


def _folder(location: str) -> str:
    """The part of a location before its first pattern: drops are found by their manifests."""
    parts = location.split("/")
    plain = next((n for n, part in enumerate(parts) if re.search(r"[*?\[{]", part)), len(parts))
    return "/".join(parts[:plain])


def remote_table(raw: Mapping[str, Any], feed: Feed, delimiter: str) -> RemoteTable | None:
    """The table an entry names; None where it is none. Custom property `table`, else the dataset's
    name."""
    if raw["type"] not in TABLES:
        return None
    properties = {item["property"]: item["value"] for item in raw.get("customProperties") or ()}
    return RemoteTable(
        feed=feed,
        name=checked_name(raw, feed.provider),
        host=str(raw["host"]),
        port=int(raw["port"]),
        database=str(raw["database"]),
        schema=str(raw["schema"]),
        table=str(properties.get("table", feed.dataset)),
        delimiter=delimiter,
    )


def checked_name(raw: Mapping[str, Any], provider: str) -> str:
    name = str(raw["server"])
    if not SERVER_NAME.fullmatch(name):
        raise InsightError([_misnamed(name, provider, "a name of a-z, 0-9, _ and -")])
    return name


def _misnamed(name: str, provider: str, expected: str) -> Fault:
    return Fault(
        where=f"server {name} of {provider}",
        expected=expected,
        found="another one",
        consequence="nothing is fetched from it",
        next_step="correct the contract's servers; credentials belong into secrets/servers/",
    )
