"""Declared corrections: read strictly, and known again in better words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from insight_pipeline.indicators.corrections import correction_table, load_corrections
from insight_pipeline.kernel.errors import InsightError

ENTRY = """
corrections:
  - indicator: leisure_kept
    periods:
      - {from: 2025-01-01, to: 2025-03-31}
      - {from: 2025-07-01, to: 2025-09-30}
    explanation: The gym sent a day twice.
    date: 2025-11-02
    reason: error
"""


def declare(folder: Path, text: str) -> Path:
    path = folder / "corrections.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_correction_has_one_row_for_each_stretch_of_days(tmp_path: Path) -> None:
    (found,) = load_corrections(declare(tmp_path, ENTRY), ["leisure_kept"])
    rows = correction_table([found]).drop("correction_id").rows()
    said = (date(2025, 11, 2), "error", "The gym sent a day twice.", None)
    assert rows == [
        ("leisure_kept", date(2025, 1, 1), date(2025, 3, 31), *said),
        ("leisure_kept", date(2025, 7, 1), date(2025, 9, 30), *said),
    ]


def test_a_correction_in_better_words_is_the_same_and_of_other_periods_is_not(
    tmp_path: Path,
) -> None:
    ids = {
        load_corrections(declare(tmp_path, text), ["leisure_kept"])[0].correction_id
        for text in (ENTRY, ENTRY.replace("sent a day twice", "had sent one day twice"))
    }
    other = declare(tmp_path, ENTRY.replace("2025-07-01", "2025-08-01"))
    assert len(ids) == 1
    assert load_corrections(other, ["leisure_kept"])[0].correction_id not in ids


def test_a_project_without_the_file_declares_nothing(tmp_path: Path) -> None:
    assert load_corrections(tmp_path / "corrections.yaml", []) == ()


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("indicator: leisure_kept", "indicator: leisure_kpet", "did you mean 'leisure_kept'?"),
        ("reason: error", "reason: eror", "corrections.0.reason"),
        ("2025-03-31", "2024-03-31", "from is after to"),
        ("explanation: The gym sent a day twice.", "explanation: ''", "corrections.0.explanation"),
        ("    reason: error", "    reasons: error", "did you mean 'reason'?"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    tmp_path: Path, was: str, becomes: str, words: str
) -> None:
    path = declare(tmp_path, ENTRY.replace(was, becomes))
    with pytest.raises(InsightError) as refused:
        load_corrections(path, ["leisure_kept"])
    assert words in str(refused.value)
    assert "corrections.yaml" in str(refused.value)
