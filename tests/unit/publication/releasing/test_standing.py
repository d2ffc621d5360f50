"""Nothing is published on top of a release that is not as it was made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.history import made_releases
from insight_pipeline.publication.releasing.checksums import write_checksums
from insight_pipeline.publication.releasing.standing import check_standing

OLD, NEWEST = "2026-08-31-aaa", "2026-09-30-bbb"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    for number, name in enumerate((OLD, NEWEST), start=1):
        folder = tmp_path / name
        folder.mkdir()
        said = {"release_no": number, "as_of_date": name[:10]}
        (folder / "release.json").write_text(json.dumps(said))
        for file in ("indicators.parquet", "revisions.parquet", "page.html"):
            (folder / file).write_text(f"{file} of {name}")
        write_checksums(folder)
    (tmp_path / "latest").symlink_to(NEWEST)
    (tmp_path / "unfinished.next").mkdir()
    return tmp_path


def faults_of(published: Path) -> list[str]:
    try:
        check_standing(published, made_releases(published))
    except InsightError as error:
        return [fault.where for fault in error.faults]
    return []


def test_releases_as_they_were_made_stand(published: Path) -> None:
    assert not faults_of(published)
    check_standing(published / "never made", ())


DAMAGES: tuple[tuple[Callable[[Path], object], str], ...] = (
    (lambda folder: (folder / NEWEST / "page.html").write_text("other"), NEWEST),
    (lambda folder: (folder / NEWEST / "page.html").unlink(), NEWEST),
    (lambda folder: (folder / NEWEST / "more.html").write_text("more"), NEWEST),
    (lambda folder: (folder / OLD / "indicators.parquet").write_text("other"), OLD),
    (lambda folder: (folder / OLD / "revisions.parquet").unlink(), OLD),
    (lambda folder: (folder / OLD / "release.json").unlink(), OLD),
    (lambda folder: (folder / NEWEST / "SHA256SUMS").write_text(""), NEWEST),
    (lambda folder: shutil.rmtree(folder / NEWEST), "latest"),
)


@pytest.mark.parametrize(("damage", "where"), DAMAGES)
def test_a_release_that_was_changed_or_went_is_named(
    published: Path, damage: Callable[[Path], object], where: str
) -> None:
    damage(published)
    assert [each.rpartition("/")[2] for each in faults_of(published)] == [where]


def test_a_description_that_was_cut_short_is_named(published: Path) -> None:
    (published / OLD / "release.json").write_text('{"release_no": 1')
    with pytest.raises(InsightError, match=f"{OLD}/release.json"):
        made_releases(published)


def test_pages_of_older_releases_are_for_those_who_ask(published: Path) -> None:
    # `insight releases --verify` compares every file of every release.
    (published / OLD / "page.html").write_text("other")
    assert not faults_of(published)
