"""Which releases there were, in which order, and what the next is called."""

from __future__ import annotations

import json
from pathlib import Path

from insight_pipeline.publication.history import free_name, newest_release, previous_releases

A, B = "2025-06-30-aaaaaaaaaaaa", "2025-03-31-bbbbbbbbbbbb"


def make(published: Path, name: str, **said: int) -> None:
    (published / name).mkdir(parents=True)
    (published / name / "release.json").write_text(json.dumps(said), encoding="utf-8")


def test_releases_come_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    make(tmp_path, A, release_no=1, night_no=1)
    make(tmp_path, B, release_no=2, night_no=4)
    make(tmp_path, f"{A}-2", release_no=3, night_no=5)
    make(tmp_path, "2024-12-31-cccccccccccc")
    (tmp_path / "latest").symlink_to(B)
    make(tmp_path, "2025-09-30-dddddddddddd.next", release_no=4)
    found = [path.name for path in previous_releases(tmp_path)]
    assert found == ["2024-12-31-cccccccccccc", A, B, f"{A}-2"]
    newest = newest_release(tmp_path)
    assert newest and (newest.path.name, newest.night_no) == (f"{A}-2", 5)


def test_before_the_first_release_there_is_none(tmp_path: Path) -> None:
    assert previous_releases(tmp_path / "published") == ()
    assert newest_release(tmp_path / "published") is None


def test_a_release_knows_its_identity_under_every_name_it_may_have(tmp_path: Path) -> None:
    make(tmp_path, f"{A}-2", release_no=3)
    newest = newest_release(tmp_path)
    assert newest and newest.says(A) and not newest.says(B)


def test_an_older_release_of_the_same_identity_keeps_its_name(tmp_path: Path) -> None:
    assert free_name(tmp_path, A) == A
    for number, name in enumerate([A, f"{A}-2"]):
        make(tmp_path, name, release_no=number)
    assert free_name(tmp_path, A) == f"{A}-3"
    assert free_name(tmp_path, B) == B
