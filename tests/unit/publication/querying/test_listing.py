"""What releases say of themselves, and whether their files still are what was written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from insight_pipeline.publication.querying.listing import as_frame, check, list_releases
from insight_pipeline.settings import Settings
from tests.unit.publication.querying.conftest import Sample


def test_releases_are_listed_in_their_order_with_what_they_hold(
    home: Settings, sample: Sample
) -> None:
    first, second = list_releases(home.published)
    assert (first.release, second.release) == (sample.first.name, sample.second.name)
    assert (first.is_latest, second.is_latest) == (False, True)
    assert (first.predecessor, second.predecessor) == (None, first.release)
    ((figures, withheld),) = sample.ask("select figures, withheld from release")
    assert (second.figures, second.withheld) == (figures, withheld)
    sizes = [path.stat().st_size for path in sample.second.iterdir()]
    assert (second.files, second.size_bytes) == (len(sizes), sum(sizes))
    assert second.is_scheduled and second.reason is None and not second.is_preview


def test_a_frame_has_a_row_a_release_and_is_typed_where_there_is_none(
    home: Settings, sample: Sample
) -> None:
    frame = as_frame(list_releases(home.published))
    assert frame["release_no"].to_list() == [1, 2]
    assert as_frame(()).schema == frame.schema


def _alter(folder: Path) -> None:
    (folder / "indicators.csv").write_text("x", encoding="utf-8")


def _add(folder: Path) -> None:
    (folder / "more.csv").touch()


def _take_away(folder: Path) -> None:
    (folder / "revisions.csv").unlink()


def _forget(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (_alter, "indicators.csv"),
        (_add, "more.csv"),
        (_take_away, "revisions.csv"),
        (_forget, "SHA256SUMS"),
    ],
)
def test_a_release_is_checked_against_its_hashes(
    sample: Sample, tmp_path: Path, damage: Callable[[Path], None], named: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(sample.second, copy)
    assert check(copy) == ()
    damage(copy)
    (fault,) = check(copy)
    assert named in str(fault)
