"""One run at a time in one home folder, and a killed run never blocks the next."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from insight_pipeline.kernel import lock
from insight_pipeline.kernel.errors import InsightError
from tests.conftest import ROOT

HOLD = (
    "import sys, pathlib; from insight_pipeline.kernel.lock import hold; "
    "hold(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
)


def start(home: Path) -> subprocess.Popen[str]:
    """Another process that holds the home until its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    """What a test held in this process is let go after it."""
    before = dict(lock._held)
    yield
    for home in lock._held.keys() - before.keys():
        os.close(lock._held.pop(home))


def test_the_same_process_may_hold_twice(tmp_path: Path) -> None:
    lock.hold(tmp_path / "home")
    lock.hold(tmp_path / "home")


def test_two_homes_do_not_hinder_each_other(tmp_path: Path) -> None:
    lock.hold(tmp_path / "one")
    lock.hold(tmp_path / "two")


def test_a_second_process_is_told_that_the_home_is_busy(tmp_path: Path) -> None:
    lock.hold(tmp_path)
    other = start(tmp_path)
    _, words = other.communicate(timeout=20)
    assert other.returncode != 0
    assert "InsightError" in words
    assert "another run that holds it" in words


def test_a_killed_process_lets_go(tmp_path: Path) -> None:
    other = start(tmp_path)
    assert other.stdout
    assert other.stdout.readline() == "held\n"
    with pytest.raises(InsightError, match="another run"):
        lock.hold(tmp_path)
    other.kill()
    other.communicate(timeout=20)
    lock.hold(tmp_path)


def test_what_a_killed_run_left_behind_is_gone_once_the_home_is_held_again(tmp_path: Path) -> None:
    left = tmp_path / "home/tmp/rows.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"identifiers")
    (tmp_path / "home/.lock").touch()
    lock.hold(tmp_path / "home", tmp_path / "home/tmp")
    assert not left.exists()


def test_a_folder_that_was_never_held_keeps_its_own_temporary_files(tmp_path: Path) -> None:
    theirs = tmp_path / "tmp/thesis.txt"
    theirs.parent.mkdir()
    theirs.write_text("years of work")
    lock.hold(tmp_path, tmp_path / "tmp")
    assert theirs.read_text() == "years of work"


def test_a_new_home_is_its_owners_alone(tmp_path: Path) -> None:
    lock.hold(tmp_path / "home")
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
