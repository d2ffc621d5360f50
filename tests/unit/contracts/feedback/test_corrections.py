"""Rows to correct: what the contract's own reader reads back is what was held."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_pipeline.contracts.feedback.corrections import (
    corrections_name,
    open_held,
    write_corrections,
)
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.landing.readers.choose import read
from tests.unit.contracts.promises import column, contract

READERS: list[dict[str, Any]] = [
    {"format": "csv"},
    {"format": "csv", "delimiter": ";", "encoding": "cp1252"},
    {"format": "csv", "delimiter": "\t", "encoding": "utf-16"},
    {"format": "csv", "delimiter": "|", "header_row": 3},
    {"format": "xlsx", "sheet": "Cases", "header_row": 2},
    {"format": "xlsx"},
]
# What both formats can hold: blanks at the ends are the contract's to keep or trim.
CELLS = st.one_of(
    st.none(),
    st.text(st.sampled_from("abcXYZ 0123,;|\"'éß€\n"), min_size=1, max_size=8)
    .map(str.strip)
    .filter(bool),
)
ROWS = st.lists(st.tuples(st.text("abc1", min_size=1, max_size=3), CELLS, CELLS), max_size=5)


def cases(reader: dict[str, Any]) -> Contract:
    names = ("Ref", "Full name", "a,b")
    return contract(*(column(name) for name in names), key=("Ref",), reader=reader)


def written(
    made: Contract, rows: list[tuple[str | None, ...]], folder: Path
) -> tuple[Path, tuple[int, int]]:
    names = [each.name for each in made.columns]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    held = folder / "held.parquet"
    frame.with_row_index("_row", 2).cast({"_row": pl.Int64}).write_parquet(held)
    path = folder / corrections_name(made)
    with duckdb.connect() as connection:
        counts = open_held(connection, made, held)
        write_corrections(connection, made, path)
    return path, counts


@pytest.mark.parametrize("reader", READERS, ids=str)
@given(rows=ROWS)
@settings(max_examples=20, deadline=None)
def test_the_reader_reads_back_what_was_held(
    reader: dict[str, Any], rows: list[tuple[str | None, ...]]
) -> None:
    made = cases(reader)
    with TemporaryDirectory() as folder:
        path, counts = written(made, rows, Path(folder))
        assert counts == (len(rows), len(rows))
        reading = read(path, made.promise.reader)
    assert reading.rejects.height == 0
    if rows:
        assert reading.columns == ("Ref", "Full name", "a,b")
    found = reading.rows.select(pl.exclude("_row")).rows()
    assert [tuple(cell or None for cell in row) for row in found] == rows


def test_a_row_a_spreadsheet_could_run_is_left_out_and_counted(tmp_path: Path) -> None:
    rows: list[tuple[str | None, ...]] = [
        ("A1", "=1+1", None),
        ("A2", "-5", "+44 7700 900123"),
        ("A3", None, "@SUM(A1)"),
    ]
    path, counts = written(cases({"format": "csv"}), rows, tmp_path)
    assert counts == (1, 3)
    assert path.read_text(encoding="utf-8-sig").splitlines()[1:] == ["A2,-5,+44 7700 900123"]


def test_a_workbook_leaves_no_row_out(tmp_path: Path) -> None:
    rows: list[tuple[str | None, ...]] = [("A1", "=1+1", "007")]
    path, counts = written(cases({"format": "xlsx"}), rows, tmp_path)
    assert (path.name, counts) == ("rows_to_correct.xlsx", (1, 1))
    found = read(path, cases({"format": "xlsx"}).promise.reader)
    assert found.rows.select(pl.exclude("_row")).rows() == rows


def test_what_the_agreed_encoding_lacks_makes_the_file_utf_8_with_a_mark(tmp_path: Path) -> None:
    made = cases({"format": "csv", "encoding": "cp1252"})
    path, _ = written(made, [("A1", "Łukasz", None)], tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read(path, made.promise.reader).rows["Full name"].to_list() == ["Łukasz"]


def test_formats_that_are_no_tables_get_a_csv(tmp_path: Path) -> None:
    made = cases({"format": "xml", "record": "Case"})
    path, _ = written(made, [("A1", "é", None)], tmp_path)
    assert path.name == "rows_to_correct.csv"
    assert path.read_text(encoding="utf-8-sig").splitlines() == ['Ref,Full name,"a,b"', "A1,é,"]
