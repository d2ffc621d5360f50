"""What the UI shows of a release: kind, next date, files, rows; counts and names only."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.defs.publication import _metadata, _words
from insight_pipeline.indicators.revision import RevisionCounts
from insight_pipeline.publication.release import ReleaseSummary

JULY = date(2025, 7, 31)


def summary(folder: Path, *, is_preview: bool, next_due: date | None = JULY) -> ReleaseSummary:
    return ReleaseSummary(
        release=folder.name,
        path=folder,
        unchanged=False,
        figures=1_234,
        suppressed=56,
        revisions=RevisionCounts(new=2, unchanged=3, revised={"method": 4}),
        is_preview=is_preview,
        closed_to=date(2025, 6, 30),
        next_due=next_due,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "2025-06-30-aaaaaaaaaaaa"
    (path / "site" / "indicators").mkdir(parents=True)
    (path / "site" / "index.html").write_text("x" * 1_000, encoding="utf-8")
    (path / "site" / "indicators" / "kept.html").write_text("x" * 500, encoding="utf-8")
    (path / "indicators.csv").write_text("x" * 20, encoding="utf-8")
    said = {"rows": {"figure": 1234}, "predecessor": None}
    (path / "release.json").write_text(json.dumps(said), encoding="utf-8")
    return path


def shown(found: dict[str, Any], name: str) -> str:
    return str(getattr(found[name], "value", found[name]))


def test_a_release_is_shown_with_its_page_files_rows_and_the_next_date(folder: Path) -> None:
    found = _metadata(summary(folder, is_preview=False))
    assert shown(found, "kind") == "public release"
    assert shown(found, "site") == (folder / "site" / "index.html").as_uri()
    assert "| site/ | 1,500 |" in shown(found, "files")
    assert "| indicators.csv | 20 |" in shown(found, "files")
    assert "| figure | 1,234 |" in shown(found, "rows")
    assert "2025-07-31" in shown(found, "next_release")
    assert shown(found, "predecessor") == "none"
    assert found["figures_revised_method"] == 4


def test_a_preview_is_called_one_and_has_no_page_where_none_was_built(folder: Path) -> None:
    (folder / "site" / "index.html").unlink()
    found = _metadata(summary(folder, is_preview=True))
    assert shown(found, "kind") == "preview"
    assert "site" not in found
    assert "preview (no release is due)" in _words(summary(folder, is_preview=True))


def test_a_home_that_may_release_every_night_waits_for_no_day(folder: Path) -> None:
    found = _metadata(summary(folder, is_preview=False, next_due=None))
    assert shown(found, "next_release") == "every night may release"
