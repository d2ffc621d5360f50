"""XLSX sheets and Parquet files as numbered text rows.

A cell's text is what the sheet stores; a row without any value is blank, not a record.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl

from insight_pipeline.landing.readers import xlsx_child
from insight_pipeline.landing.reading import (
    ROW,
    ReaderOptions,
    Reading,
    UnreadableError,
    distinct_names,
    no_rejects,
    repeated_names,
)


def read_xlsx(path: Path, options: ReaderOptions) -> Reading:
    """Rows below the sheet's header row; `_row` is the row of the sheet."""
    cells = _cells(path, options.sheet or "")
    if cells.height < options.header_row:
        raise UnreadableError("empty_file")
    header = [str(name or "").strip() for name in cells.row(options.header_row - 1)]
    names = dict(zip(cells.columns, distinct_names(header), strict=True))
    numbered = cells.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    body = numbered.slice(options.header_row)
    # A column without a name counts once anything stands in it.
    used = [
        column
        for column, name in zip(cells.columns, header, strict=True)
        if name or body[column].count()
    ]
    filled = body.filter(pl.any_horizontal(pl.col(used).is_not_null())) if used else body.clear()
    rows = filled.select(ROW, *(pl.col(column).alias(names[column]) for column in used))
    return Reading(rows, no_rejects(), repeated_names(header))


def _cells(path: Path, sheet: str) -> pl.DataFrame:
    """Every cell of a sheet as text, parsed by a process whose end is not ours."""
    # -P keeps our own csv.py, beside the child, from standing in for Python's.
    command = [sys.executable, "-P", xlsx_child.__file__, str(path), sheet]
    ended = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if ended.returncode == xlsx_child.MISSING_SHEET:
        raise UnreadableError("missing_sheet")
    if ended.returncode != 0:
        raise UnreadableError("broken_xlsx")
    return pl.read_ipc_stream(ended.stdout)


def read_parquet(path: Path, options: ReaderOptions) -> Reading:
    """Every column as text; `_row` is the record number."""
    query = (
        "select file_row_number + 1, columns(* exclude (file_row_number))::varchar "
        "from read_parquet(?, file_row_number = true) order by file_row_number"
    )
    with duckdb.connect() as connection:
        try:
            table = connection.sql(query, params=[str(path)]).to_arrow_table()
        except duckdb.Error:
            raise UnreadableError("broken_parquet") from None
    names = table.column_names[1:]
    rows = pl.from_arrow(table.rename_columns([ROW, *distinct_names(names)]))
    assert isinstance(rows, pl.DataFrame)  # noqa: S101 (narrows the type)
    return Reading(rows, no_rejects(), repeated_names(names))
