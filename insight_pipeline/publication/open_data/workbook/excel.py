"""Cells of an open Excel workbook, and its formats.

Belongs here: one cell. Does not belong here: where it stands (writing.py). Text is written as text
and never looked at: none of it can become a formula, a link or a number.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import xlsxwriter

from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.publication.open_data.workbook.model import Cell, Link, Number

_LINK = {"font_color": "#0000EE", "underline": 1}


class Book:
    """An open workbook and its formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]


def write(book: Book, page: Any, row: int, column: int, value: Cell, **style: object) -> None:
    """One cell, by the type of its value alone; an InsightError where Excel cannot hold it."""
    match value:
        case Number():
            form = "#,##0" + ("." + "0" * value.decimals if value.decimals else "")
            failed = page.write_number(
                row, column, float(value.amount), book.format(num_format=form, **style)
            )
        case Link():
            address = value.address or f"internal:'{value.sheet.replace(chr(39), chr(39) * 2)}'!A1"
            look = book.format(**{**style, **_LINK})
            failed = page.write_url(row, column, address, look, value.words)
        case date():
            failed = page.write_datetime(
                row, column, value, book.format(num_format="d mmmm yyyy", **style)
            )
        case "":
            failed = page.write_blank(row, column, None, book.format(**style))
        case _:
            failed = page.write_string(row, column, value, book.format(**style))
    if failed:
        raise_all([_not_written(page.get_name(), row, column)])


def _not_written(sheet: str, row: int, column: int) -> Fault:
    return Fault(
        where=f"publication: workbook, sheet {sheet}, row {row + 1}, column {column + 1}",
        expected="a text of at most 32,767 characters, in a sheet of at most 1,048,576 rows",
        found="a cell that Excel cannot hold",
        consequence="the release is thrown away, the last one stays",
        next_step="shorten the text where it comes from",
    )
