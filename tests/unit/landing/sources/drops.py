"""A remote folder with drops, an installation that fetches from it, and its secrets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from insight_pipeline.landing.inbox import Feed
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX
from insight_pipeline.landing.reception import Reception, receive
from insight_pipeline.settings import Settings

PROVIDER = "activelife"
FEED = Feed(PROVIDER, "visits")
DATA = b"Ref;Name\n1;Zo\xeb\n"


def home(root: Path) -> Settings:
    return Settings(home=root / "home", project=root, threads=1, memory_limit="1GB")


def manifest(name: str, **changed: Any) -> bytes:
    declared = {
        "provider": PROVIDER,
        "dataset": "visits",
        "contract_version": "1.0.0",
        "period_from": "2025-01-01",
        "period_to": "2025-03-31",
        "submitted_at": "2025-04-07T09:00:00Z",
        "file": name,
        **changed,
    }
    return json.dumps(declared).encode()


def drop(name: str, data: bytes = DATA, **changed: Any) -> dict[str, bytes]:
    """A file and its manifest, by path."""
    return {name: data, f"{name}{MANIFEST_SUFFIX}": manifest(name.rpartition("/")[2], **changed)}


def fill(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def secret(settings: Settings, name: str, **values: Any) -> None:
    path = settings.secrets / "servers" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))
    path.chmod(0o600)


def arrived(settings: Settings) -> dict[str, bytes]:
    """Every file in the inbox."""
    return {
        path.relative_to(settings.inbox).as_posix(): path.read_bytes()
        for path in sorted(settings.inbox.rglob("*"))
        if path.is_file()
    }


def received(settings: Settings) -> Reception:
    return receive(settings.inbox, settings.landing)
