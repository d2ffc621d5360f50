"""XLSX: the cells of every sheet, hidden ones too, and every other part of the package as XML.

Belongs here: cells by sheet and column with dates as dates; comments, properties, headers, footers
and names from the XML. Does not belong here: how a workbook looks.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import fastexcel
from lxml import etree

from insight_pipeline.publication.identifiers.files.markup import parse_xml, parts_of
from insight_pipeline.publication.identifiers.files.part import Part, unreadable
from insight_pipeline.settings import Settings

_XML = (".xml", ".rels", ".vml")
_SHEET = re.compile(r"xl/worksheets/[^/]*\.xml")
_CELLS = "{*}sheetData"


def read_workbook(path: Path, settings: Settings) -> Iterator[Part]:
    """One part per column of each sheet, then parts for each document in the package."""
    try:
        yield from _cells(path)
        with zipfile.ZipFile(path) as package:
            for number, name in enumerate(sorted(package.namelist()), start=1):
                yield from _document(package, name, number)
    except (fastexcel.FastExcelError, zipfile.BadZipFile, etree.LxmlError, ValueError) as error:
        raise unreadable(path, type(error).__name__) from None


def _cells(path: Path) -> Iterator[Part]:
    book = fastexcel.read_excel(str(path))
    for place, sheet in enumerate(book.sheet_names, start=1):
        frame = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
        for number, column in enumerate(frame.iter_columns(), start=1):
            where = f"column {number}"
            yield Part(f"{sheet}!{where}", f"sheet {place}!{where}", column.unique())


def _document(package: zipfile.ZipFile, name: str, number: int) -> Iterator[Part]:
    """Comments, properties, strings and the like; a sheet's cells were read as cells."""
    if name.endswith("/"):
        return
    if not name.endswith(_XML):
        raise ValueError("a part that is no XML")
    root = parse_xml(package.read(name))
    if _SHEET.fullmatch(name):
        for cells in root.findall(_CELLS):
            root.remove(cells)
    for found in parts_of(root, f"{name} "):
        inner = found.number.removeprefix(f"{name} ")
        yield Part(found.place, f"document {number} {inner}", found.texts)
