"""The held rows as a file that can be corrected and sent again, in the contract's own columns.

Belongs here: rows_to_correct. Does not belong here: why they are held (listing.py).
A CSV that is sent back must hold exactly what the provider sent, so nothing in it is neutralised:
a row with a cell that a spreadsheet could run is left out and counted instead. In a workbook every
cell is text, and all rows are in it.
"""

from __future__ import annotations

import codecs
import shutil
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from insight_pipeline.contracts.feedback.listing import BYTE_ORDER_MARK, FORMULA_START
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.landing.reading import ROW, ReaderOptions
from insight_pipeline.sql.engines.duckdb import identifier, literal

STEM = "rows_to_correct"
NAMES = (f"{STEM}.csv", f"{STEM}.xlsx")
# Numbers may start with a sign: shown as they are, they run nothing.
PLAIN_NUMBER = r"[+\-]?[0-9][0-9 .,]*"
PREAMBLE = "Rows to correct"
BATCH = 10_000


def corrections_name(contract: Contract) -> str:
    """`rows_to_correct.xlsx` where the provider sends workbooks, else `.csv`."""
    return f"{STEM}.xlsx" if contract.promise.reader.format == "xlsx" else f"{STEM}.csv"


def open_held(
    connection: duckdb.DuckDBPyConnection, contract: Contract, quarantined: Path
) -> tuple[int, int]:
    """Fill `correctable` from a delivery's quarantine; (rows that can be listed, rows held)."""
    names = [identifier(column.name) for column in contract.columns]
    source = f"read_parquet({literal(str(quarantined))})"
    risky = [
        f"coalesce(regexp_matches({name}, {literal(FORMULA_START)}) "
        f"and not regexp_full_match({name}, {literal(PLAIN_NUMBER)}), false)"
        for name in names
    ]
    spared = "true" if corrections_name(contract).endswith(".xlsx") else f"not ({_any(risky)})"
    connection.execute(
        f"create or replace temp table correctable as select {', '.join([ROW, *names])} "
        f"from {source} where {spared}"
    )
    held, listed = connection.execute(
        f"select (select count(*) from {source}), (select count(*) from correctable)"
    ).fetchall()[0]
    return int(listed), int(held)


def _any(conditions: list[str]) -> str:
    return " or ".join(conditions) or "false"


def write_corrections(
    connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path
) -> None:
    """The rows of `correctable` as the contract's reader reads them."""
    if corrections_name(contract).endswith(".xlsx"):
        _write_sheet(connection, contract, path)
    else:
        _write_text(connection, contract, path)


def _query(contract: Contract) -> str:
    names = ", ".join(identifier(column.name) for column in contract.columns)
    return f"select {names} from correctable order by {ROW}"


def _write_text(connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path) -> None:
    options = contract.promise.reader
    delimiter = options.delimiter if options.format == "csv" and options.delimiter else ","
    plain = path.with_name(f"{path.name}.utf8")
    try:
        connection.execute(
            f"copy ({_query(contract)}) to {literal(str(plain))} "
            f"(format csv, header true, delimiter {literal(delimiter)})"
        )
        _encode(plain, path, options)
    finally:
        plain.unlink(missing_ok=True)


def _encode(plain: Path, path: Path, options: ReaderOptions) -> None:
    """Rewrite UTF-8 in the contract's encoding, or with a mark where that lacks a character."""
    agreed = codecs.lookup(options.encoding or "utf-8").name if options.format == "csv" else "utf-8"
    for encoding in (agreed, "utf-8"):
        mark = BYTE_ORDER_MARK if encoding == "utf-8" else ""
        try:
            with (
                plain.open(encoding="utf-8", newline="") as source,
                path.open("w", encoding=encoding, newline="") as target,
            ):
                target.write(mark + _lines_above(options))
                shutil.copyfileobj(source, target)
            return
        except UnicodeEncodeError:
            continue


def _lines_above(options: ReaderOptions) -> str:
    """What stands above the header where the contract puts it lower than the first line."""
    row = options.header_row if options.format == "csv" else 1
    return f"{PREAMBLE}\n" * (row - 1) if isinstance(row, int) else ""


def _write_sheet(connection: duckdb.DuckDBPyConnection, contract: Contract, path: Path) -> None:
    options = contract.promise.reader
    names = [column.name for column in contract.columns]
    first = options.header_row - 1 if isinstance(options.header_row, int) else 0
    sheet_name = options.sheet or next(iter(options.sheets or ()), "Corrections")
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet: Any = book.add_worksheet(sheet_name)
        for number, name in enumerate(names):
            sheet.write_string(first, number, name)
        cursor = connection.execute(_query(contract))
        row = first
        while batch := cursor.fetchmany(BATCH):
            for cells in batch:
                row += 1
                for number, text in enumerate(cells):
                    if text is not None:
                        sheet.write_string(row, number, text)
