"""One run at a time in one home folder, and a killed run never blocks the next."""

from __future__ import annotations

import fcntl
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


def test_who_holds_a_home_is_seen_while_it_is_held_and_not_after(tmp_path: Path) -> None:
    assert lock.is_held(tmp_path) is False, "no home yet"
    with start(tmp_path) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        assert lock.is_held(tmp_path) is True
        holder.kill()
        holder.wait()
    assert lock.is_held(tmp_path) is False, "the holder was killed"


def test_a_holder_in_another_container_is_seen(tmp_path: Path) -> None:
    look = (
        "import sys, pathlib; from insight_pipeline.kernel.lock import is_held; "
        "print(is_held(pathlib.Path(sys.argv[1])))"
    )
    elsewhere = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]
    if subprocess.run([*elsewhere, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody make a namespace of processes")
    lock.hold(tmp_path)
    seen = subprocess.run(
        [*elsewhere, sys.executable, "-c", look, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert seen.stdout == "True\n"


def test_a_look_at_the_moment_a_run_starts_does_not_stop_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".lock").touch()
    look = os.open(tmp_path / ".lock", os.O_RDONLY)
    fcntl.flock(look, fcntl.LOCK_SH)
    monkeypatch.setattr(lock.time, "sleep", lambda _: os.close(look))
    lock.hold(tmp_path)
    assert lock.is_held(tmp_path) is True


def test_of_a_lock_that_may_not_be_read_nothing_is_claimed(tmp_path: Path) -> None:
    (tmp_path / ".lock").symlink_to(".lock")
    assert lock.is_held(tmp_path) is None
