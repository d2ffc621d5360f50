"""The file formats of the borough's providers, and the manifest beside every file.

Belongs here: bytes. Does not belong here: what any provider puts into its columns.
All of them give equal bytes for equal tables.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from insight_pipeline.simulation.identifiers import folded

CREATED = datetime(2024, 1, 1)
HEADER_ROW = 3
SHEET_PART = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class CsvDialect:
    """How a provider's system writes delimited text."""

    separator: str = ","
    encoding: str = "utf-8"
    bom: bool = False


def write_csv(path: Path, rows: pl.DataFrame, dialect: CsvDialect) -> None:
    """Delimited text with one header line; quotes only where a cell needs them."""
    if dialect.encoding == "utf-8":
        rows.write_csv(path, separator=dialect.separator, include_bom=dialect.bom)
        return
    buffer = io.BytesIO()
    rows.write_csv(buffer, separator=dialect.separator, line_terminator="\r\n")
    text = buffer.getvalue().decode("utf-8")
    stored = _plain_where_needed(text, dialect.encoding)
    path.write_bytes(stored.encode(dialect.encoding, "replace"))


def _plain_where_needed(text: str, encoding: str) -> str:
    """Letters the encoding lacks lose their marks, as they do when an old system stores them."""
    lacking = sorted({letter for letter in set(text) if not letter.encode(encoding, "ignore")})
    plain = folded(pl.Series(lacking, dtype=pl.String)).to_list()
    return text.translate(str.maketrans(dict(zip(lacking, plain, strict=True))))


def write_xlsx(path: Path, rows: pl.DataFrame, sheet: str, title: str) -> None:
    """One sheet of text cells: a title, a blank row, the header in row 3, then the rows.

    XlsxWriter makes the workbook down to the header; the rows are put in as whole columns of XML,
    because writing half a million cells one by one takes longer than all other files together.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet(sheet)
        page.write_string(0, 0, title)
        for column, name in enumerate(rows.columns):
            page.write_string(HEADER_ROW - 1, column, name)
    cells = _sheet_rows(rows, HEADER_ROW + 1)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w") as book_file:
        for part in made.infolist():
            content = made.read(part)
            if part.filename == SHEET_PART:
                content = content.replace(b"</sheetData>", cells + b"</sheetData>")
            entry = zipfile.ZipInfo(part.filename, date_time=CREATED.timetuple()[:6])
            book_file.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _sheet_rows(rows: pl.DataFrame, first: int) -> bytes:
    """The rows as sheet XML, every filled cell an inline text."""
    number = pl.col("_number").cast(pl.String)
    cells = [
        pl.concat_str(
            pl.lit(f'<c r="{xl_col_to_name(place)}'),
            number,
            pl.lit('" t="inlineStr"><is><t xml:space="preserve">'),
            _escaped(pl.col(name)),
            pl.lit("</t></is></c>"),
        ).fill_null("")
        for place, name in enumerate(rows.columns)
    ]
    line = pl.concat_str(pl.lit('<row r="'), number, pl.lit('">'), *cells, pl.lit("</row>"))
    counted = rows.with_row_index("_number", first)
    return "".join(counted.select(line).to_series().to_list()).encode()


def write_xml(path: Path, rows: pl.DataFrame, root: str, element: str) -> None:
    """One element a row, one child element a column; empty where there is no value."""
    cells = [
        pl.concat_str(
            pl.lit(f"<{name}>"), _escaped(pl.col(name)).fill_null(""), pl.lit(f"</{name}>")
        )
        for name in rows.columns
    ]
    line = pl.concat_str(pl.lit(f"<{element}>"), *cells, pl.lit(f"</{element}>"))
    body = "\n".join(rows.select(line).to_series().to_list())
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n{body}\n</{root}>\n', encoding="utf-8"
    )


def _escaped(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])


def write_ndjson(path: Path, rows: pl.DataFrame) -> None:
    """One JSON object a line."""
    rows.write_ndjson(path)


def write_json(path: Path, rows: pl.DataFrame, sender: str, key: str) -> None:
    """One JSON object: who sends it, and an array of rows under `key`."""
    body = rows.write_json()
    path.write_text(
        f'{{"submitted_by": {json.dumps(sender)}, "{key}": {body}}}\n', encoding="utf-8"
    )


def write_parquet(path: Path, rows: pl.DataFrame) -> None:
    """Parquet, compressed."""
    rows.write_parquet(path, compression="zstd", statistics=True)


def write_manifest(path: Path, manifest: dict[str, str | int]) -> None:
    """The declaration that makes a file a delivery; written after the file it is about."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    path.with_name(path.name + ".manifest.json").write_text(text, encoding="utf-8")
