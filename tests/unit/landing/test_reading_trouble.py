"""What the machine does to the process that reads is never held against a delivery."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.kernel.trouble import MachineError
from insight_pipeline.landing import reading_desk, reading_trouble
from insight_pipeline.landing.reading import ReaderOptions, UnreadableError
from insight_pipeline.landing.reading_desk import ReadingDesk

EXCEEDS = {"unreadable": "exceeds_limits", "limit": True}


def ask(answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Read a file where the process answers so."""
    file = folder / "a.csv"
    file.write_text("a\n1\n")
    monkeypatch.setattr(ReadingDesk, "_ask", lambda desk, request: answer)
    ReadingDesk().read(file, ReaderOptions(format="csv"), (), folder / "rows.parquet")


@pytest.mark.parametrize(
    ("kind", "given"),
    [(resource.RLIMIT_AS, 100), (resource.RLIMIT_FSIZE, 10), (resource.RLIMIT_CPU, 1)],
)
def test_a_limit_of_our_surroundings_below_ours_is_noticed(
    monkeypatch: pytest.MonkeyPatch, kind: int, given: int
) -> None:
    hard = dict.fromkeys(
        (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU), resource.RLIM_INFINITY
    )
    monkeypatch.setattr(resource, "getrlimit", lambda asked: (hard[asked], hard[asked]))
    assert not reading_trouble.is_held_tighter(100, 10, 1)
    hard[kind] = given
    assert not reading_trouble.is_held_tighter(100, 10, 1)
    hard[kind] = given - 1
    assert reading_trouble.is_held_tighter(100, 10, 1)


def test_what_exceeds_our_own_limits_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reading_desk, "is_held_tighter", lambda *given: False)
    with pytest.raises(UnreadableError, match="exceeds_limits"):
        ask(EXCEEDS, monkeypatch, tmp_path)


def test_what_exceeds_a_tighter_limit_of_our_surroundings_stops_the_night(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reading_desk, "is_held_tighter", lambda *given: True)
    with pytest.raises(MachineError, match="no delivery is refused"):
        ask(EXCEEDS, monkeypatch, tmp_path)
    with pytest.raises(UnreadableError):  # a zip that would swell does so on any machine
        ask({"unreadable": "exceeds_limits"}, monkeypatch, tmp_path)


def test_a_full_disk_under_the_reader_stops_the_night(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer = {"error": "OSError in sink.py, line 1", "disk": "No space left on device"}
    with pytest.raises(MachineError, match="No space left"):
        ask(answer, monkeypatch, tmp_path)
