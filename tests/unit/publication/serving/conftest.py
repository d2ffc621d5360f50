"""A shelf of two small releases, and what lies about beside them that nobody may have."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from insight_pipeline.publication.releasing.pointer import point_latest
from insight_pipeline.publication.serving.addresses import Shelf

OLD, NEW = "2025-06-30-aaaaaaaaaaaa", "2025-07-31-bbbbbbbbbbbb"
HIDDEN = "marmalade"


def make_release(folder: Path) -> None:
    files = {
        "release.json": "{}",
        "indicators.csv": "a,b\n1,2\n",
        "SHA256SUMS": "",
        "site/index.html": f"<title>{folder.name}</title>",
        "site/indicators/kept.html": "<title>Kept</title>",
        "site/style.css": "body {}",
        "site/explore/index.html": "<title>Explore</title>",
        "site/explore/engine.wasm": "wasm",
        "site/empty/note.txt": "x",
        "site/.hidden": HIDDEN,
        "a b&c.txt": "spaced",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "indicators.duckdb").write_bytes(bytes(range(256)) * 1000)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    published = tmp_path / "home" / "published"
    for name in (OLD, NEW, f"{NEW}.next"):
        make_release(published / name)
    point_latest(published, NEW, date(2025, 7, 31))
    (tmp_path / "home" / "identity.duckdb").write_text(HIDDEN, encoding="utf-8")
    (published / "unfinished").mkdir()
    (published / "unfinished" / "indicators.csv").write_text(HIDDEN, encoding="utf-8")
    (published / "loose.txt").write_text(HIDDEN, encoding="utf-8")
    release = published / NEW
    (release / "out.txt").symlink_to(tmp_path / "home" / "identity.duckdb")
    (release / "outside").symlink_to(tmp_path / "home", target_is_directory=True)
    (published / "linked").symlink_to(tmp_path / "home", target_is_directory=True)
    os.mkfifo(release / "pipe")
    return Shelf(published)
