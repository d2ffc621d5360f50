"""Rows written as a contract says its files are written, the reverse of reading.

Belongs here: every format a contract may name. Does not belong here: what the rows hold, or the
empty template for people (template.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from lxml import etree

from insight_pipeline.landing.reading import ReaderOptions

CREATED = datetime(2024, 1, 1)  # or equal rows would not give equal bytes
ENCODING = "utf-8"


def write_rows(path: Path, rows: pl.DataFrame, options: ReaderOptions) -> None:
    """One file of text rows that the contract's reader reads back as they are."""
    _WRITERS[options.format](path, rows, options)


def _header_row(options: ReaderOptions) -> int:
    return options.header_row if isinstance(options.header_row, int) else 1


def _csv(path: Path, rows: pl.DataFrame, options: ReaderOptions) -> None:
    text = "\n" * (_header_row(options) - 1) + rows.write_csv(separator=options.delimiter or ",")
    path.write_bytes(text.encode(options.encoding or ENCODING))


def _xlsx(path: Path, rows: pl.DataFrame, options: ReaderOptions) -> None:
    name = options.sheet or next(iter(options.sheets or ()), "Data")
    first = _header_row(options) - 1
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet(name)
        for column, cells in enumerate(rows.iter_columns()):
            page.write_string(first, column, cells.name)
            for row, cell in enumerate(cells, start=first + 1):
                if cell is not None:
                    page.write_string(row, column, cell)


def _xml(path: Path, rows: pl.DataFrame, options: ReaderOptions) -> None:
    root = etree.Element("Records")
    for row in rows.iter_rows(named=True):
        _elements(etree.SubElement(root, options.record or "Record"), _nested(row))
    etree.ElementTree(root).write(str(path), encoding="utf-8", xml_declaration=True)


def _elements(parent: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        child = etree.SubElement(parent, name)
        if isinstance(value, Mapping):
            _elements(child, value)
        else:
            child.text = value


def _nested(row: Mapping[str, str | None]) -> dict[str, Any]:
    """Dotted names as objects inside objects; what is empty is left out."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        *outer, last = name.split(".")
        inside = found
        for part in outer:
            inside = inside.setdefault(part, {})
        inside[last] = value
    return found


def _records(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return [_nested(row) for row in rows.iter_rows(named=True)]


def _json(path: Path, rows: pl.DataFrame, options: ReaderOptions) -> None:
    document: Any = _records(rows)
    for key in reversed(options.record.split(".") if options.record else []):
        document = {key: document}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding=ENCODING)


def _ndjson(path: Path, rows: pl.DataFrame, options: ReaderOptions) -> None:
    lines = [json.dumps(record, ensure_ascii=False) for record in _records(rows)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding=ENCODING)


def _parquet(path: Path, rows: pl.DataFrame, options: ReaderOptions) -> None:
    rows.write_parquet(path)


Writer = Callable[[Path, pl.DataFrame, ReaderOptions], None]
_WRITERS: dict[str, Writer] = {
    "csv": _csv,
    "json": _json,
    "ndjson": _ndjson,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "xml": _xml,
}
