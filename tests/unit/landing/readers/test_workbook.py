"""XLSX: the cells as text, under the numbers people see; what cannot be seen is told."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.landing.readers import workbook
from insight_pipeline.landing.readers.choose import read
from insight_pipeline.landing.reading import (
    ROW,
    ROWS_OF_A_PART,
    ReaderOptions,
    Reading,
    UnreadableError,
)

Cells = dict[int, list[Any]]


def book(folder: Path, cells: Cells, sheet: str = "Tenancies") -> Path:
    """A workbook; `cells` holds the rows of its sheet by their number."""
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        # The clock in a workbook would make each one of another size.
        workbook.set_properties({"created": datetime(2025, 7, 3)})
        page = workbook.add_worksheet(sheet)
        for row, values in cells.items():
            for column, value in enumerate(values):
                if isinstance(value, str):
                    page.write_string(row - 1, column, value)
                elif value is not None:
                    page.write(row - 1, column, value)
    return path


def xlsx(folder: Path, cells: Cells, **options: Any) -> Reading:
    return read(book(folder, cells), ReaderOptions(format="xlsx", **options))


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(path, ReaderOptions(format="xlsx", **options))
    return caught.value.code


def test_rows_below_the_header_keep_their_number_in_the_sheet(tmp_path: Path) -> None:
    cells: Cells = {1: ["Tenancies"], 3: ["Ref", "Name"], 4: ["007", "Zoë"], 6: ["008", None]}
    found = xlsx(tmp_path, cells, sheet="Tenancies", header_row=3)
    assert found.columns == ("Ref", "Name")
    assert found.rows.rows() == [(4, "007", "Zoë"), (6, "008", None)]


def test_blank_rows_above_the_header_count(tmp_path: Path) -> None:
    found = xlsx(tmp_path, {2: ["Ref"], 3: ["1"]}, header_row=2)
    assert found.rows.rows() == [(3, "1")]


def test_a_header_is_trimmed(tmp_path: Path) -> None:
    assert xlsx(tmp_path, {1: [" Ref "], 2: ["1"]}).columns == ("Ref",)


def test_the_first_sheet_is_read_when_none_is_promised(tmp_path: Path) -> None:
    assert xlsx(tmp_path, {1: ["Ref"], 2: ["1"]}).received == 1


def test_a_header_alone_is_no_rows_of_these_columns(tmp_path: Path) -> None:
    found = xlsx(tmp_path, {1: ["Ref", "Name"]})
    assert (found.columns, found.received) == (("Ref", "Name"), 0)


def test_cells_are_the_text_of_what_the_sheet_stores(tmp_path: Path) -> None:
    cells: Cells = {1: list("ABCDE"), 2: ["007", 1, 1.5, True, "1e5"]}
    assert xlsx(tmp_path, cells).rows.rows() == [(2, "007", "1", "1.5", "true", "1e5")]


def test_a_date_cell_is_an_iso_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet()
        page.write_string(0, 0, "Start")
        shown = workbook.add_format({"num_format": "dd/mm/yy"})
        page.write_datetime(1, 0, datetime(2025, 7, 3), shown)
    found = read(path, ReaderOptions(format="xlsx"))
    assert found.rows["Start"].to_list() == ["2025-07-03 00:00:00"]


def test_a_sheet_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = book(tmp_path, {1: ["Ref"]}, sheet="Sheet1")
    assert refusal(path, sheet="Tenancies") == "missing_sheet"


@pytest.mark.parametrize("cells", [{}, {1: ["Title"], 2: ["x"]}])
def test_a_sheet_that_ends_before_its_header_is_empty(tmp_path: Path, cells: Cells) -> None:
    assert refusal(book(tmp_path, cells), header_row=3) == "empty_file"


def test_a_repeated_header_is_told(tmp_path: Path) -> None:
    found = xlsx(tmp_path, {1: ["Ref", "Name", "Ref"], 2: ["1", "a", "2"]})
    assert found.duplicate_columns == ("Ref",)
    assert found.rows.rows()[0][1:3] == ("1", "a")


def test_a_column_called_like_the_row_number_is_answered(tmp_path: Path) -> None:
    try:
        found = xlsx(tmp_path, {1: ["Ref", "_row"], 2: ["1", "9"]})
    except UnreadableError:
        return
    assert found.rows[ROW].to_list() == [2]


def test_values_below_no_header_are_told(tmp_path: Path) -> None:
    found = xlsx(tmp_path, {1: ["Ref", None], 2: ["1", "stray"], 3: [None, "stray"]})
    assert len(found.columns) == 2 or found.rejects.height


@pytest.mark.parametrize("data", [b" ", b"no workbook", b"PK\x03\x04 and then nothing"])
def test_something_else_than_a_workbook_is_broken(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert refusal(path) == "broken_xlsx"


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_a_damaged_workbook_is_read_or_broken_and_nothing_else(
    tmp_path: Path, data: st.DataObject
) -> None:
    sound = book(tmp_path, {1: ["Ref"], 2: ["1"]}).read_bytes()
    damaged = bytearray(sound[: data.draw(st.integers(1, len(sound)))])
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=3)):
        damaged[place] ^= 0xFF
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(bytes(damaged))
    try:
        read(path, ReaderOptions(format="xlsx"))
    except UnreadableError as error:
        assert error.code in {"broken_xlsx", "empty_file"}


# What the cells alone do not tell


def written(folder: Path, write: Callable[[Any, Any], None]) -> Path:
    """A workbook whose first sheet has a header and what `write(workbook, page)` adds."""
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet("First")
        page.write_row(0, 0, ["Ref", "Fee"])
        write(workbook, page)
    return path


def edited(path: Path, member: str, pattern: str, replacement: str) -> Path:
    """The workbook with the XML of one part changed, as other programs write it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changed, count = re.subn(pattern, replacement, parts[member].decode())
    assert count
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, member: changed.encode()}.items():
            archive.writestr(name, content)
    return path


def found_in(path: Path, **options: Any) -> Reading:
    found = read(path, ReaderOptions(format="xlsx", **options))
    lines = found.lines
    told = lines.header + found.received + lines.continued + lines.blank
    assert told == lines.physical, "every row of the sheet is accounted for"
    return found


SHEET = "xl/worksheets/sheet1.xml"


def test_rows_of_a_sheet_are_header_accepted_rejected_or_blank(tmp_path: Path) -> None:
    cells: Cells = {2: ["Ref"], 3: ["1"], 5: ["2"], 6: ["Total"], 9: ["3"]}
    found = found_in(book(tmp_path, cells), header_row=2, totals="total")
    assert found.rows.rows() == [(3, "1"), (5, "2"), (9, "3")]
    assert found.rejects.rows() == [(6, "totals_row")]
    assert (found.lines.physical, found.lines.header, found.lines.blank) == (9, 2, 3)


def test_an_error_cell_keeps_its_name_and_is_counted(tmp_path: Path) -> None:
    def write(workbook: Any, page: Any) -> None:
        page.write_string(1, 0, "1")
        page.write_formula(1, 1, "=1/0", value="#DIV/0!")
        page.write_formula(2, 1, "=NA()", value="#N/A")
        page.write_formula(3, 1, "=1+1", value=2)

    found = found_in(written(tmp_path, write))
    assert found.rows.rows() == [(2, "1", "#DIV/0!"), (3, None, "#N/A"), (4, None, "2")]
    assert found.notes == ("error_cells:2",)


def with_number(folder: Path, stored: str) -> Reading:
    path = written(folder, lambda _, page: page.write_row(1, 0, [17]))
    return found_in(edited(path, SHEET, "<v>17</v>", f"<v>{stored}</v>"))


def test_whole_numbers_beyond_what_a_float_holds_keep_their_digits(tmp_path: Path) -> None:
    found = with_number(tmp_path, "12345678901234567891")
    assert found.rows.rows() == [(2, "12345678901234567891", None)]
    assert found.notes == ("numbers_beyond_2_53:1",)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("1.1000000000000001", "1.1"),
        ("0.1234567890123", "0.1234567890123"),
        ("-51.507351234567", "-51.507351234567"),
        ("1E-12", "0.000000000001"),
        ("1.5E+3", "1500"),
        ("9007199254740993", "9007199254740993"),
    ],
)
def test_a_number_keeps_the_digits_a_spreadsheet_shows(
    tmp_path: Path, stored: str, shown: str
) -> None:
    assert with_number(tmp_path, stored).rows["Ref"].to_list() == [shown]


def test_a_time_to_the_second_is_a_date_and_no_long_number(tmp_path: Path) -> None:
    def write(workbook: Any, page: Any) -> None:
        shown = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        page.write_datetime(1, 0, datetime(2025, 7, 3, 18, 45, 1), shown)

    assert found_in(written(tmp_path, write)).rows["Ref"].to_list() == ["2025-07-03 18:45:01"]


def test_digits_that_a_spreadsheet_has_dropped_itself_are_told(tmp_path: Path) -> None:
    assert with_number(tmp_path, "1.2345678901234568E+19").notes == ("numbers_beyond_2_53:1",)


def test_leading_zeros_that_only_a_number_format_shows_are_told(tmp_path: Path) -> None:
    def write(workbook: Any, page: Any) -> None:
        page.write_number(1, 0, 123, workbook.add_format({"num_format": "0000000"}))

    found = found_in(written(tmp_path, write))
    assert found.rows.rows() == [(2, "123", None)]
    assert found.notes == ("numbers_shown_with_leading_zeros:1",)


def test_a_formula_that_was_never_reckoned_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, lambda _, page: page.write_formula(1, 1, "=1+1", value=7))
    page = edited(path, SHEET, "<v>7</v>", "")
    found = found_in(
        edited(page, SHEET, "</sheetData>", '<row r="9"><c r="A9"><v>5</v></c></row></sheetData>')
    )
    assert found.rows.rows() == [(9, "5", None)]
    assert found.notes == ("formulas_without_value:1",)


def test_formulas_that_give_nothing_are_no_rows(tmp_path: Path) -> None:
    def write(workbook: Any, page: Any) -> None:
        page.write_row(1, 0, ["1", "2"])
        for row in range(2, 9):
            page.write_formula(row, 0, '=IF(B1="x",1,"")', value="")
        page.write_string(9, 0, " ")
        page.write_blank(12, 0, None, workbook.add_format({"bold": True}))

    found = found_in(written(tmp_path, write))
    assert found.rows.rows() == [(2, "1", "2"), (10, " ", None)]
    assert (found.lines.physical, found.lines.blank) == (10, 7)


def test_an_empty_shared_text_is_no_value(tmp_path: Path) -> None:
    path = written(tmp_path, lambda _, page: page.write_row(3, 0, ["gone"]))
    found = found_in(edited(path, "xl/sharedStrings.xml", "gone", ""))
    assert found.rows.rows() == []


def test_hidden_rows_are_read_and_counted_or_rejected(tmp_path: Path) -> None:
    def write(workbook: Any, page: Any) -> None:
        for row in (1, 2, 3):
            page.write_string(row, 0, str(row))
        page.set_row(2, None, None, {"hidden": True})
        page.set_row(8, None, None, {"hidden": True})

    path = written(tmp_path, write)
    assert found_in(path).notes == ("hidden_rows:1",)
    assert found_in(path).received == 3
    found = found_in(path, hidden_rows="reject")
    assert found.rows[ROW].to_list() == [2, 4]
    assert found.rejects.rows() == [(3, "hidden_row")]


def test_what_hides_or_merges_cells_and_other_sheets_are_told(tmp_path: Path) -> None:
    def write(workbook: Any, page: Any) -> None:
        page.merge_range(1, 0, 2, 0, "1")
        page.set_column(1, 1, None, None, {"hidden": True})
        workbook.add_worksheet("Second").write_string(0, 0, "Ref")

    path = written(tmp_path, write)
    assert found_in(path).notes == ("merged_cells:1", "hidden_columns:1", "sheets_not_read:1")
    path = edited(path, "xl/workbook.xml", 'name="Second"', 'name="Second" state="hidden"')
    assert "hidden_sheet:1" in found_in(path, sheet="Second").notes


def test_several_sheets_are_one_delivery(tmp_path: Path) -> None:
    def write(workbook: Any, page: Any) -> None:
        page.write_row(1, 0, ["1", "2"])
        for name, header in (("Q2", ["Fee", "Ref"]), ("Q3", ["Ref", "Fee"]), ("Notes", ["x"])):
            other = workbook.add_worksheet(name)
            other.write_row(0, 0, header)
            other.write_row(1, 0, ["3", "4"])

    found = found_in(written(tmp_path, write), sheets=("First", "Q*"))
    assert found.columns == ("Ref", "Fee")
    assert found.rows.rows() == [
        (2, "1", "2"),
        (ROWS_OF_A_PART + 2, "4", "3"),
        (2 * ROWS_OF_A_PART + 2, "3", "4"),
    ]
    assert found.notes == ("parts:3",)
    assert refusal(tmp_path / "a.xlsx", sheets=("First", "Nope")) == "missing_sheet"


def test_the_header_row_may_be_found_by_the_promised_names(tmp_path: Path) -> None:
    cells: Cells = {1: ["Ref of this report", "7"], 4: ["REF", "Fee "], 5: ["1", "2"]}
    options = ReaderOptions(format="xlsx", header_row="auto")
    found = read(book(tmp_path, cells), options, ("Ref", "Fee"))
    assert found.columns == ("REF", "Fee")
    assert found.rows.rows() == [(5, "1", "2")]


def test_a_workbook_without_cell_references_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, lambda _, page: page.write_formula(1, 1, "=1/0", value="#DIV/0!"))
    path = edited(path, SHEET, r' r="[A-Z]*[0-9]+"', "")
    found = read(path, ReaderOptions(format="xlsx"))
    assert found.lines.physical == found.lines.header + found.received + found.lines.blank


def test_a_workbook_of_another_program_with_prefixes_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, lambda _, page: page.write_row(1, 0, ["1", "2"]))
    for member in (SHEET, "xl/workbook.xml"):
        edited(path, member, r"<(/?)(?=[a-z])", r"<\1x:")
        edited(path, member, "xmlns=", "xmlns:x=")
    assert found_in(path).rows.rows() == [(2, "1", "2")]


@pytest.mark.parametrize(
    ("pattern", "replacement"),
    [
        (r'r="3"', 'r="2"'),
        (r'<row r="3".*?</row>', r'<row r="2"><c r="A2"><v>7</v></c></row>'),
        (r'(<row r="2".*?</row>)(<row r="3".*?</row>)', r"\2\1"),
        (r'r="B2"', 'r="A2"'),
        (r'r="B2"', 'r="a2"'),
        (r'r="B2"', 'r="B3"'),
        (r'<c r="B2"', "<c"),
        (
            r"</sheetData>",
            '</sheetData><sheetData><row r="4"><c r="A4"><v>7</v></c></row></sheetData>',
        ),
    ],
)
def test_rows_or_cells_in_one_place_make_a_broken_workbook(
    tmp_path: Path, pattern: str, replacement: str
) -> None:
    def write(workbook: Any, page: Any) -> None:
        page.write_row(1, 0, [1, 2])
        page.write_row(2, 0, [3, 4])

    path = written(tmp_path, write)
    assert found_in(path).received == 2
    assert refusal(edited(path, SHEET, pattern, replacement)) == "broken_xlsx"


def test_a_row_that_the_parser_leaves_out_is_found_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path, {1: ["Ref"], 2: ["1"], 3: ["2"]})
    whole = workbook._cells

    def without_one(*arguments: Any) -> pl.DataFrame:
        return whole(*arguments).with_columns(pl.all().replace("1", None))

    monkeypatch.setattr(workbook, "_cells", without_one)
    assert refusal(path) == "broken_xlsx"


def test_counts_of_several_sheets_are_added_up(tmp_path: Path) -> None:
    def write(made: Any, page: Any) -> None:
        for number in (2, 3):
            sheet = made.add_worksheet(f"S{number}")
            sheet.write_row(0, 0, ["Ref", "Fee"])
            for row in range(1, number + 1):
                sheet.write_row(row, 0, ["1", "2"])
                sheet.set_row(row, None, None, {"hidden": True})

    found = found_in(written(tmp_path, write), sheets=("S*",))
    assert found.notes == ("parts:2", "hidden_rows:5")
