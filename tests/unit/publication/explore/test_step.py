"""The query page stands in a release whole, or not at all."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.explore.pins import (
    cache_folder,
    is_available,
    load_pins,
    pinned_files,
)
from insight_pipeline.publication.explore.step import write_explore
from insight_pipeline.publication.identifiers.step import scan_release
from insight_pipeline.publication.releasing.checksums import write_checksums
from insight_pipeline.publication.releasing.reading import read_release
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.publication.explore.conftest import Explored
from tests.unit.publication.site.conftest import Release


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): file_sha256(path)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def copied(explored: Explored, tmp_path: Path) -> Path:
    """The release with its page, to be spoilt."""
    folder = tmp_path / "spoilt"
    shutil.copytree(explored.folder, folder)
    write_checksums(folder)
    return folder


def test_without_the_parts_nothing_is_written_and_nothing_is_wrong(
    release: Release, tmp_path: Path
) -> None:
    before = files_of(release.folder)
    assert write_explore(release.folder, Settings(home=tmp_path, project=ROOT)) is False
    assert files_of(release.folder) == before


def test_a_damaged_part_is_no_part(settings: Settings, tmp_path: Path) -> None:
    home = Settings(home=tmp_path, project=ROOT)
    folder = cache_folder(home, load_pins())
    shutil.copytree(cache_folder(settings, load_pins()), folder)
    assert is_available(home)
    (folder / "arrow-notice.txt").write_text("Apache Arrow?")
    assert not is_available(home)
    assert write_explore(tmp_path, home) is False


def test_the_parts_are_copies_with_the_pinned_hashes(explored: Explored) -> None:
    for name, digest in pinned_files().items():
        path = explored.folder / name
        assert (file_sha256(path), path.stat().st_nlink) == (digest, 1)


def test_one_release_gives_the_same_page_twice(explored: Explored, release: Release) -> None:
    again = explored.folder.with_name("again")
    shutil.copytree(release.folder, again)
    write_explore(again, explored.settings)
    assert files_of(again / "site/explore") == files_of(explored.folder / "site/explore")


def test_the_page_has_every_question_and_every_table_with_its_comment(explored: Explored) -> None:
    page = (explored.folder / "site/explore/index.html").read_text(encoding="utf-8")
    asked = re.findall(r'data-question="(\w+)"', page)
    assert asked == [question.question_id for question in load_questions()]
    assert {"figure", "latest_figures", "series"} <= set(re.findall(r'data-relation="(\w+)"', page))
    assert "trend(" in page
    assert "http://" not in page and "https://" not in page


def test_every_file_the_page_names_is_there(explored: Explored) -> None:
    folder = explored.folder / "site/explore"
    page = (folder / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="(?!data:)([^"#]+)"', page)
    for script in folder.glob("*.js"):
        named += re.findall(r'from "\./([^"]+)"', script.read_text(encoding="utf-8"))
    assert "lend.js" in named
    assert [name for name in named if not (folder / name).is_file()] == []


def test_a_release_with_the_page_passes_the_second_reading_and_the_gate(
    copied: Path, settings: Settings
) -> None:
    assert read_release(copied, settings) == []
    scan_release(copied, settings)


@pytest.mark.parametrize("name", ["duckdb-eh.wasm", "duckdb-browser.js", "arrow-notice.txt"])
def test_the_gate_refuses_a_part_that_is_not_the_pinned_one(
    copied: Path, settings: Settings, name: str
) -> None:
    with (copied / "site/explore/vendor" / name).open("ab") as file:
        file.write(b" ")
    write_checksums(copied)
    with pytest.raises(InsightError) as raised:
        scan_release(copied, settings)
    assert [fault.where for fault in raised.value.faults] == [
        f"publication: site/explore/vendor/{name}"
    ]
