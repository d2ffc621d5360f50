"""The empty file a provider fills in: a header, and in a workbook all there is to know about it.

Belongs here: CSV and XLSX templates. Does not belong here: rows (sample.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from insight_pipeline.contracts.authoring.column_words import ColumnWords
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.errors import Fault, InsightError

NOTES = "Notes"
CREATED = datetime(2024, 1, 1)  # or two templates of one contract would differ
WIDTHS = (24, 22, 60, 40)
ROWS_WITH_CHOICE = 10_000
HEADINGS = ("Column", "Needed", "What it means", "How it is written")


def write_template(
    path: Path, contract: Contract, columns: Sequence[ColumnWords], lists: pl.DataFrame
) -> None:
    """An empty CSV or XLSX by the ending of `path`. `lists`: (vocabulary, code, label) in force."""
    if path.suffix.lower() == ".csv":
        _csv(path, contract)
    elif path.suffix.lower() == ".xlsx":
        _xlsx(path, contract, columns, lists)
    else:
        raise InsightError([_other_ending(path)])


def _csv(path: Path, contract: Contract) -> None:
    options = contract.promise.reader
    text = io.StringIO()
    writer = csv.writer(text, delimiter=options.delimiter or ",", lineterminator="\n")
    writer.writerow([column.name for column in contract.columns])
    above = "\n" * (_header_row(contract) - 1)
    path.write_bytes((above + text.getvalue()).encode(options.encoding or "utf-8"))


def _header_row(contract: Contract) -> int:
    row = contract.promise.reader.header_row
    return row if isinstance(row, int) else 1


def _xlsx(
    path: Path, contract: Contract, columns: Sequence[ColumnWords], lists: pl.DataFrame
) -> None:
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"created": CREATED, "title": f"{contract.title}: template"})
        page = book.add_worksheet(_sheet(contract))
        places = _notes(book, contract, columns, lists)
        header = _header_row(contract) - 1
        bold = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        # As text, or a spreadsheet takes the leading zeros off numbers and turns dates round.
        text = book.add_format({"num_format": "@"})
        for number, column in enumerate(columns):
            page.set_column(number, number, max(14, len(column.name) + 2), text)
            page.write_string(header, number, column.name, bold)
            if column.vocabulary in places:
                last = header + ROWS_WITH_CHOICE
                page.data_validation(
                    header + 1, number, last, number, _choice(column, places[column.vocabulary])
                )
        page.freeze_panes(header + 1, 0)
        page.activate()


def _sheet(contract: Contract) -> str:
    options = contract.promise.reader
    return options.sheet or next(iter(options.sheets or ()), "Data")


def _choice(column: ColumnWords, place: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": place,
        "error_type": "warning",
        "error_title": "Not one of the agreed codes",
        "error_message": f"{column.name} takes a code of the list on the sheet {NOTES}.",
    }


def _notes(
    book: Any, contract: Contract, columns: Sequence[ColumnWords], lists: pl.DataFrame
) -> dict[str | None, str]:
    """The second sheet; returns where the codes of each list stand on it."""
    page = book.add_worksheet(NOTES)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    page.write_string(0, 0, f"{contract.title}, contract version {contract.version}", bold)
    for number, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        page.set_column(number, number, width)
        page.write_string(2, number, heading, bold)
    for row, column in enumerate(columns, start=3):
        cells = (column.name, column.needed, column.meaning, column.written)
        for number, cell in enumerate(cells):
            page.write_string(row, number, cell, wrapped)
    return _code_lists(page, bold, columns, lists)


def _code_lists(
    page: Any, bold: Any, columns: Sequence[ColumnWords], lists: pl.DataFrame
) -> dict[str | None, str]:
    places: dict[str | None, str] = {}
    at = len(WIDTHS) + 1
    for vocabulary in dict.fromkeys(c.vocabulary for c in columns if c.vocabulary):
        page.set_column(at, at + 1, 24)
        page.write_string(1, at, f"Code list {vocabulary}", bold)
        page.write_string(2, at, "Code", bold)
        page.write_string(2, at + 1, "Meaning", bold)
        codes = lists.filter(pl.col("vocabulary") == vocabulary).select("code", "label").rows()
        for row, (code, label) in enumerate(codes, start=3):
            page.write_string(row, at, code)
            page.write_string(row, at + 1, label or "")
        letter = xl_col_to_name(at, True)
        places[vocabulary] = f"={NOTES}!{letter}$4:{letter}${3 + max(1, len(codes))}"
        at += 3
    return places


def _other_ending(path: Path) -> Fault:
    return Fault(
        where=path.name,
        expected="a name that ends in .csv or .xlsx",
        found=f"'{path.suffix}'",
        consequence="no template is written",
        next_step="give --out another ending",
    )
