"""XLSX and Parquet: the cells as text, under the numbers people see."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.landing.readers.tables import read_parquet, read_xlsx
from insight_pipeline.landing.reading import ROW, ReaderOptions, Reading, UnreadableError
from tests.conftest import ROOT

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
    return read_xlsx(book(folder, cells), ReaderOptions(format="xlsx", **options))


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_xlsx(path, ReaderOptions(format="xlsx", **options))
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
    found = read_xlsx(path, ReaderOptions(format="xlsx"))
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


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04 and then nothing"])
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
        read_xlsx(path, ReaderOptions(format="xlsx"))
    except UnreadableError as error:
        assert error.code in {"broken_xlsx", "empty_file"}


READ_WITHIN_LIMITS = """
import resource, sys
from pathlib import Path
from insight_pipeline.landing.reading import ReaderOptions, UnreadableError
from insight_pipeline.landing.readers.tables import read_xlsx
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
try:
    print("rows", read_xlsx(Path(sys.argv[1]), ReaderOptions(format="xlsx")).received)
except UnreadableError as error:
    print("unreadable", error.code)
"""


def test_one_far_cell_does_not_bring_the_process_down(tmp_path: Path) -> None:
    path = book(tmp_path, {1: ["Ref"], 2: ["1"], 1_048_576: [None] * 16_383 + ["far"]})
    assert path.stat().st_size < 10_000
    found = subprocess.run(
        [sys.executable, "-c", READ_WITHIN_LIMITS, str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert found.returncode == 0, "the process that read it ended"
    assert found.stdout.split()[0] in {"rows", "unreadable"}


# Parquet


def parquet(folder: Path, query: str) -> Reading:
    path = folder / "a.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")
    return read_parquet(path, ReaderOptions(format="parquet"))


def test_parquet_columns_become_text_under_the_record_number(tmp_path: Path) -> None:
    found = parquet(
        tmp_path,
        "select 1 as id, timestamp '2025-04-03 18:45:00' as at, 1.50::decimal(5, 2) as fee, "
        "date '2025-04-03' as day, '007' as \"Ref no\", null::varchar as empty "
        "union all select 2, null, null, null, 'null', ''",
    )
    assert found.rows.rows() == [
        (1, "1", "2025-04-03 18:45:00", "1.50", "2025-04-03", "007", None),
        (2, "2", None, None, None, "null", ""),
    ]
    assert found.columns == ("id", "at", "fee", "day", "Ref no", "empty")


def test_parquet_records_keep_their_order(tmp_path: Path) -> None:
    found = parquet(tmp_path, "select 70000 - range as n from range(70000)")
    assert found.rows[ROW].to_list() == list(range(1, 70001))
    assert found.rows["n"][0] == "70000"


def test_parquet_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    found = parquet(tmp_path, "select 1 as id where false")
    assert (found.columns, found.received) == (("id",), 0)


@pytest.mark.parametrize("name", ["_row", "file_row_number"])
def test_a_parquet_column_called_like_the_row_number_is_answered(tmp_path: Path, name: str) -> None:
    try:
        found = parquet(tmp_path, f"select 'a' as id, 9 as {name}")
    except UnreadableError:
        return
    assert found.rows[ROW].to_list() == [1]


@pytest.mark.parametrize("cut", [0, 1, 8])
def test_a_cut_parquet_file_is_broken(tmp_path: Path, cut: int) -> None:
    parquet(tmp_path, "select 1 as id")
    path = tmp_path / "a.parquet"
    path.write_bytes(path.read_bytes()[:-cut] if cut else b"")
    with pytest.raises(UnreadableError, match="broken_parquet"):
        read_parquet(path, ReaderOptions(format="parquet"))
