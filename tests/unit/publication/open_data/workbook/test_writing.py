"""Sheets as a file: what Excel cannot hold is an error, never left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import fastexcel
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.open_data.about import About
from insight_pipeline.publication.open_data.workbook.measure import lines_of
from insight_pipeline.publication.open_data.workbook.model import Heading, Number, Sheet
from insight_pipeline.publication.open_data.workbook.writing import write_workbook

ABOUT = About("2026-06-30-abc", date(2026, 6, 30), "Ashmere", "Ashmere Council", "a@b.example", ())
SHEET = Sheet(
    "One",
    "Title",
    (),
    (Heading("Text"), Heading("Number", numeric=True), Heading("Day")),
    (("-1", Number(Decimal("12.50"), 1), date(2025, 4, 1)), ("0042", Number(7), date(2025, 5, 1))),
)


def test_a_cell_has_the_type_of_its_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [SHEET], ABOUT)
    frame = fastexcel.read_excel(str(path)).load_sheet("One", header_row=3).to_polars()
    assert frame.rows() == [("-1", 12.5, datetime(2025, 4, 1)), ("0042", 7.0, datetime(2025, 5, 1))]


@pytest.mark.parametrize("length", [32_767, 32_768])
def test_a_text_too_long_for_a_cell_stops_the_release(tmp_path: Path, length: int) -> None:
    long = replace(SHEET, rows=(("x" * length, Number(1), date(2025, 4, 1)),))
    if length > 32_767:
        with pytest.raises(InsightError, match="sheet One, row 5, column 1"):
            write_workbook(tmp_path / "a.xlsx", [long], ABOUT)
    else:
        write_workbook(tmp_path / "a.xlsx", [long], ABOUT)


def test_a_text_takes_the_lines_its_words_need() -> None:
    assert lines_of("", 10) == 1
    assert lines_of("word", 10) == 1
    assert lines_of("word " * 6, 10) == 3
    assert lines_of("x" * 30, 10) == 3
