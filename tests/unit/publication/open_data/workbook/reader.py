"""Reads a workbook as its readers' programs do: cells with fastexcel, layout from the XML."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastexcel
from lxml import etree

MAIN = {
    "m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}


@dataclass(frozen=True)
class Opened:
    """path: the workbook."""

    path: Path

    @property
    def names(self) -> list[str]:
        return list(fastexcel.read_excel(str(self.path)).sheet_names)

    def cells(self, sheet: str) -> list[tuple[str | None, ...]]:
        """All cells as text, from A1 on."""
        book = fastexcel.read_excel(str(self.path))
        frame = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
        return list(frame.iter_rows())

    def table(self, sheet: str) -> list[dict[str, str | None]]:
        """Rows of the table of a sheet, by heading, as text."""
        first, last = self.area(sheet)
        heading, *rows = self.cells(sheet)[first - 1 : last]
        return [dict(zip(map(str, heading), row, strict=True)) for row in rows]

    def area(self, sheet: str) -> tuple[int, int]:
        """First and last row of the table, as Excel counts them."""
        found = re.fullmatch(r"A(\d+):[A-Z]+(\d+)", self.tables(sheet)[0].get("ref", ""))
        assert found
        return int(found[1]), int(found[2])

    def tables(self, sheet: str) -> list[Any]:
        """The table objects of a sheet."""
        parts = self.xml(sheet).xpath("//m:tablePart/@r:id", namespaces=MAIN)
        relations = {each.get("Id"): each.get("Target") for each in self._relations(sheet)}
        return [self.part(f"xl/{relations[part].removeprefix('../')}") for part in parts]

    def links(self, sheet: str) -> list[tuple[str, str]]:
        """(cell, sheet it leads to) of every link inside the workbook."""
        found = self.xml(sheet).findall(".//m:hyperlink", MAIN)
        return [
            (each.get("ref"), each.get("location").rpartition("!")[0].strip("'"))
            for each in found
            if each.get("location")
        ]

    def outside(self, sheet: str) -> list[str]:
        """Addresses outside the workbook that a sheet links to."""
        return [
            each.get("Target")
            for each in self._relations(sheet)
            if each.get("TargetMode") == "External"
        ]

    def xml(self, sheet: str) -> Any:
        return self.part(f"xl/worksheets/sheet{self.names.index(sheet) + 1}.xml")

    def _relations(self, sheet: str) -> list[Any]:
        name = f"xl/worksheets/_rels/sheet{self.names.index(sheet) + 1}.xml.rels"
        with zipfile.ZipFile(self.path) as package:
            return list(self.part(name)) if name in package.namelist() else []

    def part(self, name: str) -> Any:
        with zipfile.ZipFile(self.path) as package:
            return etree.fromstring(package.read(name))
