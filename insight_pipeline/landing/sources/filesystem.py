"""Opens a remote folder through fsspec and lists it.

Belongs here: connections, time limits, what counts as a file. Does not belong here: drops.
Links are not followed; names that would lead elsewhere are not taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec

from insight_pipeline.landing.sources.secret import (
    AzureSecret,
    S3Secret,
    SftpSecret,
    load_secret,
    secret_path,
)
from insight_pipeline.landing.sources.server import RemoteFolder

SECONDS = 30
MAX_FILES = 10_000
MAX_DEPTH = 8
# What servers call the mark that changes with a file's content, surest first.
MARKS = ("ETag", "etag", "content_md5", "mtime", "last_modified", "LastModified")


class TooManyError(Exception):
    """A folder with more files, or deeper ones, than anybody sends on purpose."""


@dataclass(frozen=True)
class Entry:
    """A plain file below a remote folder; `mark` changes with its content."""

    path: str
    size: int
    mark: str


@contextmanager
def opened(folder: RemoteFolder, secrets: Path) -> Iterator[Any]:
    """The folder's file system; never a cached one, so that no connection outlives its night."""
    made = _open(folder, secrets)
    try:
        yield made
    finally:
        client = getattr(made, "client", None)
        if folder.protocol == "sftp" and client is not None:
            client.close()


def _open(folder: RemoteFolder, secrets: Path) -> Any:
    plain = {"skip_instance_cache": True, "use_listings_cache": False}
    if folder.protocol == "local":
        return fsspec.filesystem("file", **plain)
    if folder.protocol == "s3":
        return fsspec.filesystem("s3", **plain, **_s3(folder, secrets))
    if folder.protocol == "sftp":
        made = fsspec.filesystem("sftp", skip_instance_cache=True, **_sftp(folder, secrets))
        made.ftp.get_channel().settimeout(SECONDS)
        return made
    key = load_secret(secrets, folder.name, AzureSecret)
    return fsspec.filesystem(
        "az",
        **plain,
        account_name=folder.host,
        **key.model_dump(exclude_none=True),
        connection_timeout=SECONDS,
        read_timeout=SECONDS,
    )


def _s3(folder: RemoteFolder, secrets: Path) -> dict[str, Any]:
    key = load_secret(secrets, folder.name, S3Secret)
    client = {"region_name": key.region, "endpoint_url": folder.endpoint}
    return {
        "key": key.key,
        "secret": key.secret,
        "token": key.token,
        "client_kwargs": {name: value for name, value in client.items() if value},
        "config_kwargs": {"connect_timeout": SECONDS, "read_timeout": SECONDS},
    }


def _sftp(folder: RemoteFolder, secrets: Path) -> dict[str, Any]:
    import paramiko

    key = load_secret(secrets, folder.name, SftpSecret)
    known = {tuple(line.split()[:2]) for line in key.host_keys}

    class KnownServer(paramiko.MissingHostKeyPolicy):  # type: ignore[misc,unused-ignore]
        """Anybody can answer at an address: only a server with a recorded key is spoken to."""

        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            if (key.get_name(), key.get_base64()) not in known:
                raise paramiko.SSHException("unknown host key")

    file = key.private_key_file
    path = secret_path(secrets, folder.name).parent / file if file else None
    return {
        "host": folder.host,
        "port": folder.port or 22,
        "username": key.username,
        "password": key.password,
        "pkey": paramiko.PKey.from_path(path, (key.passphrase or "").encode() or None)
        if path
        else None,
        "host_key_policy": KnownServer(),
        "look_for_keys": False,
        "allow_agent": False,
        "timeout": SECONDS,
        "banner_timeout": SECONDS,
        "auth_timeout": SECONDS,
    }


def listing(system: Any, root: str) -> dict[str, Entry]:
    """Every plain file below `root`, by its path relative to it."""
    found: dict[str, Entry] = {}
    folders = [root]
    while folders:
        folder = folders.pop()
        for item in system.ls(folder, detail=True):
            relative = _relative(str(item["name"]), root)
            # A link is neither followed nor listed; some servers list a folder within itself.
            if relative is None or item.get("islink") or item["name"].rstrip("/") == folder:
                continue
            if relative.count("/") >= MAX_DEPTH or len(found) >= MAX_FILES:
                raise TooManyError
            if item["type"] == "directory":
                folders.append(str(item["name"]).rstrip("/"))
            elif item["type"] == "file":
                found[relative] = Entry(str(item["name"]), int(item["size"] or 0), _mark(item))
    return dict(sorted(found.items()))


def _relative(name: str, root: str) -> str | None:
    """A name below `root`; None where it could lead outside of a folder of ours."""
    base = f"{root.strip('/')}/".lstrip("/")
    inner = name.strip("/")
    relative = inner.removeprefix(base) if inner.startswith(base) else ""
    parts = relative.split("/")
    safe = all(part not in ("", ".", "..") and len(part.encode()) <= 200 for part in parts)
    return relative if safe and "\0" not in relative and "\\" not in relative else None


def _mark(item: Mapping[str, Any]) -> str:
    marks = (item.get(name) for name in MARKS)
    return f"{item['size']} {next((str(mark) for mark in marks if mark), '')}"
