"""XLSX sheets as numbered text rows; `_row` is the row of the sheet.

A cell's text is what the sheet stores: a date is its ISO text, a number its digits, an error such
as #DIV/0! its name. What a reader of values alone would not see is looked up in the sheet itself
(sheet_marks.py). A row without any value is blank, not a record.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from insight_pipeline.landing.readers.csv_dialect import plain_name, promised_names
from insight_pipeline.landing.readers.sheet_marks import NUMBER, SheetMarks, marks_of
from insight_pipeline.landing.readers.sink import Sink
from insight_pipeline.landing.reading import ROW, ReaderOptions, UnreadableError, distinct_names

HEADER_LOOK_ROWS = 64
# How a workbook with a password begins, and one of before 2007.
OLE_MARK = bytes.fromhex("D0CF11E0A1B11AE1")


def sheets_of(path: Path, options: ReaderOptions) -> list[str]:
    """The sheets a contract names, by name or pattern; the first one when it names none."""
    names = list(_book(path).sheet_names)
    if not names:
        raise UnreadableError("empty_file")
    wanted = [options.sheet] if options.sheet else list(options.sheets or ())
    if not wanted:
        return names[:1]
    if options.sheet:
        found = [name for name in names if name == options.sheet]
    else:
        found = [name for name in names if any(fnmatchcase(name, w) for w in wanted)]
    missing = [w for w in wanted if not any(n == w or fnmatchcase(n, w) for n in found)]
    if missing or not found:
        raise UnreadableError("missing_sheet")
    return found


def read(path: Path, options: ReaderOptions, promised: Sequence[str], sink: Sink) -> None:
    """Rows of the sheet `options.sheet` below its header row."""
    (name,) = sheets_of(path, options.model_copy(update={"sheets": None}))
    marks = marks_of(path, name)
    cells = _cells(path, name, marks)
    first = _header_row(cells, options, promised)
    if cells.height < first:
        raise UnreadableError("empty_file")
    header = [str(name or "").strip() for name in cells.row(first - 1)]
    sink.physical, sink.header = marks.last_row, first
    for note in marks.notes:
        sink.note(note)
    if options.sheet is None and marks.other_sheets:
        sink.note(f"sheets_not_read:{marks.other_sheets}")  # nobody said that they do not matter
    _body(cells, header, first, marks, options, sink)


def _body(
    cells: pl.DataFrame,
    header: list[str],
    first: int,
    marks: SheetMarks,
    options: ReaderOptions,
    sink: Sink,
) -> None:
    numbered = cells.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    body = numbered.slice(first)
    # A column without a name counts once anything stands in it.
    used = [c for c, name in zip(cells.columns, header, strict=True) if name or body[c].count()]
    names = dict(zip(cells.columns, distinct_names(header), strict=True))
    filled = body.filter(pl.any_horizontal(pl.col(used).is_not_null())) if used else body.clear()
    # Counted in the sheet's own XML: a row that has a value there is a row, or the sheet is broken.
    valued = pl.Series(marks.filled_rows, dtype=pl.Int64)
    valued = valued.filter(valued > first)
    if not valued.is_in(filled[ROW].implode()).all():
        raise UnreadableError("broken_xlsx")
    sink.blank = max(0, marks.last_row - first) - len(valued)
    if options.hidden_rows == "reject":
        hidden = pl.col(ROW).is_in(sorted(marks.hidden_rows))
        sink.reject(filled.filter(hidden)[ROW], "hidden_row")
        filled = filled.filter(~hidden)
    sink.begin(header, [names[column] for column in used])
    sink.rows(filled.select(ROW, *(pl.col(column).alias(names[column]) for column in used)))


def _header_row(cells: pl.DataFrame, options: ReaderOptions, promised: Sequence[str]) -> int:
    """The declared row, or the first that holds most promised names, or the first with any."""
    if options.header_row != "auto":
        return options.header_row
    wanted = {plain_name(name) for name in promised}
    rows = [[str(v) for v in row if v is not None] for row in cells.head(HEADER_LOOK_ROWS).rows()]
    if not any(rows):
        return 1
    filled = [n for n, row in enumerate(rows, start=1) if row]
    return max(filled, key=lambda n: promised_names(rows[n - 1], wanted))


def _book(path: Path) -> Any:
    with path.open("rb") as stream:
        if stream.read(len(OLE_MARK)) == OLE_MARK:
            raise UnreadableError("protected_or_old_workbook")
    try:
        return fastexcel.read_excel(str(path))
    except fastexcel.FastExcelError:
        raise UnreadableError("broken_xlsx") from None


def _cells(path: Path, name: str, marks: SheetMarks) -> pl.DataFrame:
    """Every cell of a sheet as text, with what the parser leaves out put back."""
    try:
        sheet = _book(path).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        cells = pl.DataFrame(sheet.to_arrow())
    except fastexcel.FastExcelError:
        raise UnreadableError("broken_xlsx") from None
    cells = cells.rename(dict(zip(cells.columns, map(str, range(cells.width)), strict=True)))
    for column, texts in marks.texts.items():
        if column < cells.width:
            cells = cells.with_columns(_put_back(cells.to_series(column), texts))
    cells = cells.with_columns(pl.all().replace("", None))
    # Formulas that give nothing stretch the sheet; what stands below the last value is no row.
    below = cells.slice(marks.last_row)
    return cells if any(c.count() for c in below.get_columns()) else cells.head(marks.last_row)


def _put_back(cells: pl.Series, texts: dict[int, str]) -> pl.Series:
    """The cells of a column with the texts the sheet stores, by row; a date stays a date."""
    rows = [row - 1 for row in sorted(texts) if row <= len(cells)]
    now = cells.gather(rows).to_list()
    kept = [
        text if text is not None and not NUMBER.fullmatch(text) else texts[row + 1]
        for row, text in zip(rows, now, strict=True)
    ]
    return cells.scatter(rows, kept)
