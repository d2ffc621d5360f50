"""SHA256SUMS names every file of a release, nested ones as well, and notices any change."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from insight_pipeline.publication.releasing.checksums import (
    CHECKSUMS,
    write_checksums,
    wrong_checksums,
)

NAMES = ["a.csv", "site/index.html", "site/pages/one.html"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    write_checksums(tmp_path)
    return tmp_path


def test_every_file_is_named_by_its_path_in_order(folder: Path) -> None:
    lines = (folder / CHECKSUMS).read_text().splitlines()
    assert [line[66:] for line in lines] == NAMES
    assert list(wrong_checksums(folder)) == []


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_the_usual_tool_reads_it(folder: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", CHECKSUMS], cwd=folder, check=False)
    assert done.returncode == 0


def _change(folder: Path) -> None:
    (folder / NAMES[2]).write_text("other")


def _remove(folder: Path) -> None:
    (folder / NAMES[2]).unlink()


def _rename(folder: Path) -> None:
    (folder / NAMES[2]).rename(folder / "site" / "one.html")


def _smuggle(folder: Path) -> None:
    (folder / "site" / CHECKSUMS).write_text("a file of the same name further down")


@pytest.mark.parametrize(
    ("change", "faults"), [(_change, 1), (_remove, 1), (_rename, 2), (_smuggle, 1)]
)
def test_whatever_is_changed_is_named(
    folder: Path, change: Callable[[Path], None], faults: int
) -> None:
    change(folder)
    assert len(list(wrong_checksums(folder))) == faults
