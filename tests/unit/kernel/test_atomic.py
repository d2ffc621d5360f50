"""Replace, never destroy: whatever happens, either the old content stands or the new one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from insight_pipeline.kernel import atomic
from insight_pipeline.kernel.atomic import (
    WORK_SUFFIX,
    make_folder,
    new_directory,
    remove_remains,
    replace_link,
    replacing_file,
)


class Interrupted(Exception):
    """What stops a writer half-way."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_clean_exit_puts_the_new_content_in_place(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "figures.csv"
    with replacing_file(path) as work:
        work.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert names(path.parent) == ["figures.csv"]


def test_an_exception_leaves_the_old_content_and_no_work_file(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("old")
    with pytest.raises(Interrupted), replacing_file(path) as work:
        work.write_text("half of the ne")
        raise Interrupted
    assert path.read_text() == "old"
    assert names(tmp_path) == ["figures.csv"]


def test_an_exception_on_the_first_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Interrupted), replacing_file(tmp_path / "figures.csv") as work:
        work.write_text("half")
        raise Interrupted
    assert names(tmp_path) == []


def test_a_writer_that_writes_nothing_is_an_error_and_the_old_content_stands(
    tmp_path: Path,
) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("old")
    with pytest.raises(FileNotFoundError), replacing_file(path):
        pass
    assert path.read_text() == "old"


def test_what_a_killed_writer_left_behind_does_not_leak_into_the_next_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "figures.csv"
    path.with_name(path.name + WORK_SUFFIX).write_text("remains of a killed run\n")
    with replacing_file(path) as work, work.open("a") as stream:
        stream.write("new")
    assert path.read_text() == "new"


def test_a_reader_that_has_the_old_file_open_goes_on_reading_the_old_content(
    tmp_path: Path,
) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("old")
    with path.open() as reader:
        with replacing_file(path) as work:
            work.write_text("new")
        assert reader.read() == "old"


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "releases" / "2026-10"
    with new_directory(path) as work:
        (work / "inner").mkdir()
        (work / "inner" / "a.csv").write_text("a")
        assert not path.exists()
    assert (path / "inner" / "a.csv").read_text() == "a"
    assert names(path.parent) == ["2026-10"]


def test_an_exception_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Interrupted), new_directory(tmp_path / "release") as work:
        (work / "a.csv").write_text("a")
        raise Interrupted
    assert names(tmp_path) == []


def test_what_a_killed_run_left_in_a_work_folder_is_not_in_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "release"
    work = path.with_name(path.name + WORK_SUFFIX)
    work.mkdir()
    (work / "left.csv").write_text("remains")
    with new_directory(path) as work:
        (work / "a.csv").write_text("a")
    assert names(path) == ["a.csv"]


def test_a_folder_that_exists_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "release"
    path.mkdir()
    (path / "published.csv").write_text("published")
    with pytest.raises(OSError), new_directory(path) as work:
        (work / "other.csv").write_text("other")
    assert names(path) == ["published.csv"]
    assert names(tmp_path) == ["release"]


def test_a_link_moves_to_another_sibling_in_one_step(tmp_path: Path) -> None:
    for name in ("r1", "r2"):
        (tmp_path / name).mkdir()
    link = tmp_path / "latest"
    replace_link(link, "r1")
    (tmp_path / ("latest" + WORK_SUFFIX)).symlink_to("remains of a killed run")
    replace_link(link, "r2")
    assert os.readlink(link) == "r2"
    assert names(tmp_path) == ["latest", "r1", "r2"]


def test_a_new_folder_and_its_new_parents_are_flushed_where_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(atomic, "sync", flushed.append)
    make_folder(tmp_path / "home" / "published")
    assert flushed == [tmp_path, tmp_path / "home"]
    make_folder(tmp_path / "home" / "published")
    assert len(flushed) == 2


def test_everything_in_a_new_folder_is_flushed_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[tuple[str, bool]] = []
    path = tmp_path / "release"
    monkeypatch.setattr(atomic, "sync", lambda each: flushed.append((each.name, path.exists())))
    with new_directory(path) as work:
        (work / "site").mkdir()
        (work / "site" / "index.html").write_text("home")
        (work / "a.csv").write_text("a")
    before = [name for name, is_named in flushed if not is_named]
    assert before == ["a.csv", "site", "index.html", "release" + WORK_SUFFIX]
    assert [name for name, is_named in flushed if is_named] == [tmp_path.name]


def test_remains_of_killed_writers_go_and_nothing_else(tmp_path: Path) -> None:
    for name in ("release", "other" + WORK_SUFFIX):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text("a")
    (tmp_path / ("latest" + WORK_SUFFIX)).symlink_to("release")
    (tmp_path / ("latest.json" + WORK_SUFFIX)).write_text("{")
    (tmp_path / "latest").symlink_to("release")
    remove_remains(tmp_path)
    assert names(tmp_path) == ["latest", "release"]
    assert names(tmp_path / "release") == ["a.csv"]
    remove_remains(tmp_path / "never made")
