"""The delimiter and the header row are found by the names a contract promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.landing.readers.choose import read
from insight_pipeline.landing.reading import ReaderOptions, Reading

PROMISED = ("Ref", "Visit date", "Fee")


def reading(
    folder: Path, text: str, promised: tuple[str, ...] = PROMISED, **options: Any
) -> Reading:
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    return read(path, ReaderOptions(format="csv", **options), promised)


@pytest.mark.parametrize(
    ("delimiter", "notes"),
    [
        (",", ()),
        (";", ("delimiter_detected:semicolon",)),
        ("\t", ("delimiter_detected:tab",)),
        ("|", ("delimiter_detected:pipe",)),
    ],
)
def test_the_delimiter_is_the_one_that_finds_most_promised_names(
    tmp_path: Path, delimiter: str, notes: tuple[str, ...]
) -> None:
    lines = [PROMISED, ("1", "2025-04-01", "1,5|2;3\t4")]
    text = "".join(delimiter.join(f'"{cell}"' for cell in line) + "\n" for line in lines)
    found = reading(tmp_path, text)
    assert found.columns == PROMISED
    assert found.rows.rows() == [(2, "1", "2025-04-01", "1,5|2;3\t4")]
    assert found.notes == notes


def test_commas_in_values_do_not_outvote_the_names_in_the_header(tmp_path: Path) -> None:
    found = reading(tmp_path, "Ref;Fee\n1;2,50\n2;3,50\n3;4,50\n")
    assert found.rows.rows()[0] == (2, "1", "2,50")


def test_case_and_blanks_of_names_do_not_matter_to_detection(tmp_path: Path) -> None:
    assert len(reading(tmp_path, "REF; visit  DATE ;x,y\n").columns) == 3


def test_without_promised_names_the_steadier_delimiter_counts(tmp_path: Path) -> None:
    assert reading(tmp_path, "a;b,c\n1;2\n3;4\n", ()).columns == ("a", "b,c")
    assert reading(tmp_path, "a,b\n1;2\n", ()).columns == ("a", "b")
    assert reading(tmp_path, "a\n1\n", ()).columns == ("a",)


def test_a_declared_delimiter_counts_and_a_better_one_is_told(tmp_path: Path) -> None:
    found = reading(tmp_path, "Ref,Fee\n1,2\n", delimiter=";")
    assert found.columns == ("Ref,Fee",)
    assert found.notes == ("delimiter_seems:comma",)


def test_the_header_is_the_first_line_with_most_promised_names(tmp_path: Path) -> None:
    header = "Ref;Visit date;Fee\n"
    text = f"Visits of the borough\n\nRef of the report;7\n{header}1;2025-04-01;5\n{header}"
    found = reading(tmp_path, text, header_row="auto")
    assert found.columns == PROMISED
    assert [row[0] for row in found.rows.rows()] == [5, 6]
    assert found.lines.header == 4


def test_without_any_promised_name_the_header_is_the_first_filled_line(tmp_path: Path) -> None:
    found = reading(tmp_path, "\n\na,b\n1,2\n", (), header_row="auto")
    assert (found.columns, found.lines.header) == (("a", "b"), 3)


def test_a_header_may_run_over_several_lines(tmp_path: Path) -> None:
    found = reading(tmp_path, 'Ref,"Visit\ndate","Fee\n(pounds)"\n1,2,3\n')
    assert found.columns == ("Ref", "Visit\ndate", "Fee\n(pounds)")
    assert found.rows.rows() == [(4, "1", "2", "3")]
    assert found.lines.header == 3


def test_a_totals_row_is_no_record(tmp_path: Path) -> None:
    found = reading(tmp_path, "Ref,Fee\n1,2\n, total \nTotal,5\nTotals,5\n", totals="Total")
    assert found.rows.rows() == [(2, "1", "2"), (5, "Totals", "5")]
    assert found.rejects.rows() == [(3, "totals_row"), (4, "totals_row")]
