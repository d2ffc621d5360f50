"""The audit log of looks behind figures."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from insight_pipeline.governance.audit import FILE, Attempt, append, read
from insight_pipeline.kernel.errors import InsightError


def attempt(about: str = "asc_care_home_65 2024-04-01 total=all") -> Attempt:
    at = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    return Attempt(
        at=at,
        user="ama",
        action="explain",
        purpose="commissioning",
        about=about,
        outcome="shown",
        citizens=12,
    )


def test_lines_come_back_in_order_and_in_utc(tmp_path: Path) -> None:
    append(tmp_path, attempt("one"))
    append(tmp_path, attempt("two"))
    lines = read(tmp_path)
    assert [line.about for line in lines] == ["one", "two"]
    assert lines[0].at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert lines[0].citizens == 12


def test_a_log_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path) == []


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    append(folder, attempt())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("change", ["alter", "remove", "insert", "swap"])
def test_a_line_altered_taken_out_added_or_moved_breaks_the_chain(
    tmp_path: Path, change: str
) -> None:
    for number in range(4):
        append(tmp_path, attempt(f"figure {number}"))
    path = tmp_path / FILE
    lines = path.read_bytes().splitlines(keepends=True)
    changed = {
        "alter": [lines[0], lines[1].replace(b"12", b"1"), *lines[2:]],
        "remove": [lines[0], *lines[2:]],
        "insert": [lines[0], lines[1], lines[1], *lines[2:]],
        "swap": [lines[0], lines[2], lines[1], lines[3]],
    }[change]
    path.write_bytes(b"".join(changed))
    with pytest.raises(InsightError, match="another: a line before this one"):
        read(tmp_path)


def test_lines_written_at_once_are_all_there_and_chained(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append(tmp_path, attempt(f"figure {n}")), range(40)))
    assert sorted(line.about for line in read(tmp_path)) == sorted(f"figure {n}" for n in range(40))


def test_a_long_log_is_still_chained(tmp_path: Path) -> None:
    for number in range(300):
        append(tmp_path, attempt(f"figure {number} {'x' * 300}"))
    assert len(read(tmp_path)) == 300


def test_a_log_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="audit"):
        append(tmp_path / "audit", attempt())
