"""Lists with values: complete, exact, and harmless in a spreadsheet.

The tests of workbook.py stand here as well. Python's csv module and polars' reader are the oracles.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.feedback import workbook
from insight_pipeline.contracts.feedback.listing import (
    COLUMNS,
    example_lines,
    lines_by_code,
    list_issues,
    write_csv,
)
from insight_pipeline.contracts.feedback.workbook import write_workbook
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.kernel.outcome import Severity
from tests.unit.contracts.feedback.statements import statement

Issue = tuple[int | None, str | None, str, str, str | None, str | None]
SCHEMA = {
    "line": pl.Int64,
    **dict.fromkeys(("column_name", "code", "severity", "value", "key"), pl.String),
}
WORDS = {"name.required": ("Name is empty.", "Fill it in.")}
NASTY = st.text(
    st.one_of(
        st.sampled_from("=+-@\t\r\n\0\x1b\x7f\u202e\ufeff＝＋－＠;,'\"|"),  # noqa: RUF001
        st.characters(codec="utf-8"),
    ),
    max_size=12,
)


def issue(value: str | None, line: int | None = 4, key: str | None = "A1") -> Issue:
    return (line, "Name", "name.required", "record", value, key)


@contextmanager
def listed(*issues: Issue) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path, int]]:
    """A connection that holds the list, and a folder to write into."""
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "issues.parquet"
        pl.DataFrame(list(issues), schema=SCHEMA, orient="row").write_parquet(path)
        count = list_issues(connection, path, WORDS)
        yield connection, Path(folder), count


def rows_of(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[list[str]]:
    path = folder / "issues.csv"
    write_csv(connection, path)
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def book_of(connection: duckdb.DuckDBPyConnection, folder: Path, count: int) -> Path:
    path = folder / "issues.xlsx"
    rule = Rule("name.required", Severity.RECORD, "=Name is filled in.", "Fill it in.")
    write_workbook(connection, statement(), count, (rule,), path)
    return path


@given(st.lists(NASTY, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_cell_of_the_csv_starts_a_formula_and_no_row_is_lost(values: list[str]) -> None:
    with listed(*(issue(v, n, v) for n, v in enumerate(values, start=2))) as (connection, to, _):
        header, *rows = rows_of(connection, to)
    assert tuple(header) == COLUMNS
    assert [row[0] for row in rows] == [str(n) for n in range(2, len(values) + 2)]
    for row, value in zip(rows, values, strict=True):
        for cell in row:
            assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))  # noqa: RUF001
            assert all(ord(sign) >= 32 for sign in cell)
        # Plain text comes through as it is.
        if value.isalnum() and value.isascii():
            assert (row[1], row[7]) == (value, value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+44 7700 900123", "'+44 7700 900123"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\N{REPLACEMENT CHARACTER}=1"),
        ("a\x00b", "a\N{REPLACEMENT CHARACTER}b"),
        ("12-5", "12-5"),
        ("O'Neil", "O'Neil"),
    ],
)
def test_what_a_spreadsheet_could_run_gets_an_apostrophe(value: str, shown: str) -> None:
    with listed(issue(value)) as (connection, to, _):
        assert rows_of(connection, to)[1][7] == shown


def test_what_concerns_the_whole_file_comes_first() -> None:
    whole = (None, None, "readable", "delivery", None, None)
    with listed(issue("x", 9), issue("x", 3), whole) as (connection, to, count):
        assert count == 3
        assert [row[0] for row in rows_of(connection, to)[1:]] == ["", "3", "9"]
        assert example_lines(connection) == {"name.required": (3, 9)}
        assert lines_by_code(connection)[("name.required", "record")] == 2


def test_a_code_without_a_rule_is_a_line_nobody_could_read() -> None:
    strange = (3, None, "some_new_code", "record", None, None)
    with listed(strange) as (connection, to, _):
        assert "some new code" in rows_of(connection, to)[1][5]


@given(st.lists(NASTY, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_the_workbook_holds_text_and_no_formula(values: list[str]) -> None:
    with listed(*(issue(v, n, v) for n, v in enumerate(values, start=2))) as (connection, to, n):
        path = book_of(connection, to, n)
        sheets = [name for name in zipfile.ZipFile(path).namelist() if "worksheets" in name]
        assert all(b"<f>" not in zipfile.ZipFile(path).read(name) for name in sheets)
        rows = pl.read_excel(path, sheet_name="Rows to correct", infer_schema_length=0)
        _, *expected = rows_of(connection, to)
    assert rows.height == len(values)
    assert [v or "" for v in rows["Your value"]] == [row[7] for row in expected]
    assert rows["What is wrong"].to_list() == ["Name is empty."] * len(values)
    assert rows["What follows"].to_list() == ["Row held back"] * len(values)


def test_the_workbook_is_the_same_bytes_whenever_it_is_made() -> None:
    with listed(issue("x")) as (connection, to, count):
        first = book_of(connection, to, count).read_bytes()
        assert book_of(connection, to, count).read_bytes() == first


def test_a_long_list_is_cut_in_the_workbook_which_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "WORKBOOK_ROWS", 2)
    with listed(*(issue("x", n) for n in range(2, 7))) as (connection, to, count):
        path = book_of(connection, to, count)
        assert pl.read_excel(path, sheet_name="Rows to correct").height == 2
        summary = str(pl.read_excel(path, sheet_name="Summary", has_header=False).rows())
        assert "lists the first 2 of 5 points" in summary
        assert len(rows_of(connection, to)) == 6


def test_the_sheet_has_a_frozen_header_a_filter_and_widths() -> None:
    with listed(issue("x")) as (connection, to, count):
        archive = zipfile.ZipFile(book_of(connection, to, count))
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:H2"/>' in sheet
    assert 'customWidth="1"' in sheet
