"""Writes sheets as an Excel workbook that anybody can read, with or without seeing it.

Belongs here: how a sheet is laid out. Does not belong here: what stands in it, or how one cell is
written (excel.py). No cell is merged, no clock is read, and the parts of the file bear no time, so
that the same sheets give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from insight_pipeline.publication.open_data.about import About
from insight_pipeline.publication.open_data.workbook.excel import Book, write
from insight_pipeline.publication.open_data.workbook.front import CONTENTS
from insight_pipeline.publication.open_data.workbook.measure import (
    height,
    lines_of,
    row_lines,
    text_of,
)
from insight_pipeline.publication.open_data.workbook.model import (
    Cover,
    Heading,
    Link,
    Sheet,
)
from insight_pipeline.publication.open_data.workbook.naming import table_name

_COVER_WIDTH = 92
_A4 = 9
_HEADER = {"bold": True, "bottom": 2, "bg_color": "#E7EBF0"}
# Characters that the arrow of a filter takes of a heading.
_ARROW = 3


def write_workbook(path: Path, sheets: Iterable[Cover | Sheet], about: About) -> None:
    """Write the file at `path`; its date is the last day the data reach.

    InsightError where a text is longer than a cell can hold.
    """
    with xlsxwriter.Workbook(str(path), _options()) as opened:
        opened.set_properties(
            {
                "title": about.title,
                "subject": f"Release {about.release}",
                "author": about.publisher,
                "company": about.publisher,
                "created": datetime.combine(about.as_of, time()),
            }
        )
        opened.set_size(2400, 1400)
        book = Book(opened)
        for number, sheet in enumerate(sheets):
            if isinstance(sheet, Cover):
                _write_cover(book, sheet)
            else:
                _write_sheet(book, sheet, number)


def _options() -> dict[str, object]:
    """Made anew for each file, as xlsxwriter writes into what it is given."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # Without a scheme, or the theme's font would go before this one.
        "default_format_properties": {"font_name": "Arial", "font_size": 11, "font_scheme": False},
    }


def _write_cover(book: Book, cover: Cover) -> None:
    page = book.book.add_worksheet(cover.name)
    page.hide_gridlines(2)
    page.set_column(0, 0, _COVER_WIDTH)
    _page(page)
    wrapped = {"text_wrap": True, "valign": "top"}
    write(book, page, 0, 0, cover.title, bold=True, font_size=16)
    page.set_row(0, height(2))
    row = 1
    for heading, lines in cover.parts:
        write(book, page, row, 0, heading, bold=True, font_size=13, valign="bottom")
        page.set_row(row, height(2))
        for place, line in enumerate(lines, start=row + 1):
            write(book, page, place, 0, line, **wrapped)
            page.set_row(place, height(lines_of(text_of(line), _COVER_WIDTH)))
        row += len(lines) + 1


def _write_sheet(book: Book, sheet: Sheet, number: int) -> None:
    """Title in A1, a line each for remarks and the way back, then the table's header."""
    page = book.book.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    _page(page)
    write(book, page, 0, 0, sheet.title, bold=True, font_size=15)
    told = ("This worksheet contains one table.",) if sheet.rows else ()
    back = () if sheet.name == CONTENTS else (Link("Back to the contents", sheet=CONTENTS),)
    lines = (*told, *sheet.remarks, *back)
    for row, line in enumerate(lines, start=1):
        write(book, page, row, 0, line)
    if sheet.rows:
        _write_table(book, page, sheet, len(lines) + 1, number)


def _write_table(book: Book, page: Any, sheet: Sheet, top: int, number: int) -> None:
    styles = [*_styles(sheet.headings)]
    for row, values in enumerate(sheet.rows, start=top + 1):
        for column, (style, value) in enumerate(zip(styles, values, strict=True)):
            write(book, page, row, column, value, **style)
        page.set_row(row, height(row_lines(sheet.headings, values)))
    last_row, last_column = top + len(sheet.rows), len(sheet.headings) - 1
    page.add_table(
        top,
        0,
        last_row,
        last_column,
        {
            "name": table_name(sheet.name, number),
            "style": None,
            "autofilter": True,
            "columns": [
                {"header": each.words, "header_format": book.format(**_HEADER, **style)}
                for each, style in zip(sheet.headings, styles, strict=True)
            ],
        },
    )
    for column, each in enumerate(sheet.headings):
        page.set_column(column, column, each.width)
    page.set_row(
        top, height(max(lines_of(each.words, each.width - _ARROW) for each in sheet.headings))
    )
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)


def _styles(headings: Sequence[Heading]) -> Iterator[dict[str, object]]:
    """Numbers stand at the right; text after them keeps its distance."""
    after_numbers = 0
    for heading in headings:
        if heading.numeric:
            yield {"text_wrap": True, "align": "right", "valign": "top"}
        else:
            yield {"text_wrap": True, "align": "left", "valign": "top", "indent": after_numbers}
        after_numbers = int(heading.numeric)


def _page(page: Any) -> None:
    """On paper: A4 across, one page wide, its name and number below."""
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&RPage &P of &N")
