"""Fault points: nothing until somebody asks, then a name after every effect, or the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from insight_pipeline.kernel import faultpoint
from insight_pipeline.kernel.atomic import (
    WORK_SUFFIX,
    new_directory,
    remove_file,
    remove_folder,
    remove_remains,
    replace_link,
    replacing_file,
)

OLD, NEW = "old", "new"


@pytest.fixture(autouse=True)
def taken_out() -> Iterator[None]:
    yield
    faultpoint.install(None)


def put_file(folder: Path) -> None:
    with replacing_file(folder / "store") as work:
        work.write_text(NEW)


def put_folder(folder: Path) -> None:
    with new_directory(folder / "release") as work:
        (work / "inner").mkdir()
        for name in ("a.csv", "inner/b.csv"):
            (work / name).write_text(NEW)


def put_link(folder: Path) -> None:
    replace_link(folder / "latest", NEW)


def take_file(folder: Path) -> None:
    remove_file(folder / "store")


def take_folder(folder: Path) -> None:
    remove_folder(folder / "whole")


WORKS = (put_file, put_folder, put_link, take_file, take_folder)


def old_world(folder: Path) -> Path:
    folder.mkdir()
    (folder / "store").write_text(OLD)
    (folder / "latest").symlink_to(OLD)
    for name in ("a.csv", "inner/b.csv"):
        (folder / "whole" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "whole" / name).write_text(OLD)
    return folder


def seen(folder: Path) -> dict[str, str]:
    """What stands under its own name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if WORK_SUFFIX in str(path.relative_to(folder)):
            continue
        if path.is_symlink():
            found[path.name] = str(path.readlink())
        elif path.is_file():
            found[str(path.relative_to(folder))] = path.read_text()
    return found


def killed(work: Callable[[Path], None], folder: Path, number: int) -> bool:
    """Do the work in a child that is killed at the point; False where it passes fewer points."""
    child = os.fork()
    if child == 0:
        faultpoint.install(faultpoint.kill_at(number))
        work(folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_a_kill_at_any_point_leaves_the_old_or_the_new_and_the_next_run_the_new(
    tmp_path: Path, work: Callable[[Path], None]
) -> None:
    undisturbed = old_world(tmp_path / "undisturbed")
    before = seen(undisturbed)
    work(undisturbed)
    after = seen(undisturbed)
    number = 1
    while killed(work, folder := old_world(tmp_path / str(number)), number):
        assert seen(folder) in (before, after)
        if work is put_folder and (folder / "release").exists():
            remove_remains(folder)  # a folder that has its name is never made again
        else:
            work(folder)
            remove_remains(folder)
        assert seen(folder) == after
        assert not list(folder.rglob(f"*{WORK_SUFFIX}"))
        number += 1
    assert number > 2
    assert before != after


def test_nothing_is_told_and_nobody_ends_unless_a_hook_is_installed(tmp_path: Path) -> None:
    told: list[str] = []
    put_file(tmp_path)
    faultpoint.install(told.append)
    put_file(tmp_path)
    faultpoint.install(None)
    put_file(tmp_path)
    assert told == [
        "wrote store.next",
        "flushed store.next",
        "replaced store",
        "flushed the folder of store",
    ]


def test_what_is_not_there_is_removed_without_a_word(tmp_path: Path) -> None:
    told: list[str] = []
    faultpoint.install(told.append)
    remove_file(tmp_path / "nothing")
    remove_folder(tmp_path / "nothing")
    assert told == []
