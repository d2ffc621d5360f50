"""What a reader of values does not see of a sheet: hidden rows, errors, digits, formulas.

Belongs here: one pass over the XML of a sheet. Does not belong here: the values, which workbook.py
reads through a library. That makes an error cell empty, every number a float, and rounds it to nine
decimals; so errors, long integers and long decimals are taken from here.
"""

from __future__ import annotations

import posixpath
import re
import string
import zipfile
from array import array
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from lxml import etree

from insight_pipeline.landing.readers.archive import damage_as
from insight_pipeline.landing.reading import UnreadableError

SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
LAST_EXACT = 2**53 - 1
EXACT_DECIMALS = 9
PADDED = re.compile(r"0{2,}")
NUMBER = re.compile(r"-?[0-9.]{1,400}(E[+-]?[0-9]{1,3})?")
WHOLE = re.compile(r"-?[0-9]{1,400}")
LETTERS = re.compile(r"[A-Z]{1,3}")
LETTER_SIGNS = string.ascii_letters
REFERENCES = etree.XPath("*[local-name()='c']/@r")
CELLS = etree.XPath("count(*[local-name()='c'])")
TRUE = {"1", "true"}


@dataclass
class SheetMarks:
    """filled_rows: the rows with a value, in order, each an element of its own.

    texts: column (from 0) → row → the text stored.
    """

    filled_rows: array[int] = field(default_factory=lambda: array("l"))
    hidden_rows: set[int] = field(default_factory=set)
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    errors: int = 0
    long_numbers: int = 0
    padded: int = 0
    unreckoned: int = 0
    merged: int = 0
    hidden_columns: int = 0
    hidden_sheet: bool = False
    other_sheets: int = 0

    @property
    def last_row(self) -> int:
        """The last row with a value."""
        return self.filled_rows[-1] if self.filled_rows else 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What is remarkable, as words with counts."""
        counts = {
            "hidden_rows": len(self.hidden_rows),
            "error_cells": self.errors,
            "numbers_beyond_2_53": self.long_numbers,
            "numbers_shown_with_leading_zeros": self.padded,
            "formulas_without_value": self.unreckoned,
            "merged_cells": self.merged,
            "hidden_columns": self.hidden_columns,
            "hidden_sheet": int(self.hidden_sheet),
        }
        return tuple(f"{word}:{count}" for word, count in counts.items() if count)


def marks_of(path: Path, sheet: str) -> SheetMarks:
    """The marks of one sheet of a workbook."""
    try:
        with damage_as(UnreadableError("broken_xlsx")), zipfile.ZipFile(path) as book:
            return _marks(book, sheet)
    except (etree.LxmlError, KeyError, StopIteration):
        raise UnreadableError("broken_xlsx") from None


def _marks(book: zipfile.ZipFile, sheet: str) -> SheetMarks:
    workbook = _target(book, "", "/officeDocument")
    sheets = list(_parsed(book, workbook).iterfind(".//{*}sheets/{*}sheet"))
    found = next(element for element in sheets if element.get("name") == sheet)
    marks = SheetMarks(other_sheets=len(sheets) - 1)
    marks.hidden_sheet = found.get("state", "visible") != "visible"
    identity = next(v for k, v in found.attrib.items() if etree.QName(k).localname == "id")
    with book.open(_target(book, workbook, identity)) as stream:
        _scan(stream, marks, _padded_styles(book, workbook), _empty_texts(book, workbook))
    return marks


def _scan(stream: IO[bytes], marks: SheetMarks, padded: list[str], empty: list[str]) -> None:
    styles = "".join(f" or @s='{style}'" for style in padded)
    value = "*[local-name()='v']"
    odd = etree.XPath(
        "*[local-name()='c'][@t='e' or (*[local-name()='f'] and not("
        f"{value})) or string-length(substring-after({value}, '.')) > {EXACT_DECIMALS}"
        f" or string-length({value}) > 15 or contains({value}, 'E'){styles}]"
    )
    unsaid = "".join(f" and not(../@t='s' and string()='{number}')" for number in empty)
    filled = etree.XPath(
        f"boolean(*[local-name()='c']/*[local-name()='v' or local-name()='is'][string(){unsaid}])"
    )
    tags = ("{*}row", "{*}mergeCell", "{*}col")
    row = 0
    for _, element in etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True):
        kind = etree.QName(element).localname
        if kind == "mergeCell":
            marks.merged += 1
        elif kind == "col":
            marks.hidden_columns += element.get("hidden") in TRUE
        else:
            row = _row_number(element, row)
            if filled(element):
                marks.filled_rows.append(row)
                if element.get("hidden") in TRUE:
                    marks.hidden_rows.add(row)
            for cell in odd(element):
                _mark_cell(cell, row, marks, padded)
            element.clear()
            # The sheet keeps its emptied rows otherwise, a million of them.
            while element.getprevious() is not None:
                del element.getparent()[0]


def _row_number(element: Any, last: int) -> int:
    """The row's number; rows or cells that stand in each other's place are a broken sheet.

    Whoever reads cells by their place keeps one of two and says nothing of the other.
    """
    references = REFERENCES(element)
    named = references[0].lstrip(LETTER_SIGNS) if references else last + 1
    row = int(element.get("r") or named)
    columns = [reference.upper().removesuffix(str(row)) for reference in references]
    together = "".join(columns)
    sound = not columns or (together.isascii() and together.isalpha() and all(columns))
    mixed = columns and len(columns) != CELLS(element)
    if row <= last or not sound or mixed or len(set(columns)) != len(columns):
        raise UnreadableError("broken_xlsx")
    return row


def _mark_cell(cell: Any, row: int, marks: SheetMarks, padded: list[str]) -> None:
    kind = cell.get("t", "n")
    text = cell.findtext("{*}v") or ""
    if kind == "e":
        marks.errors += 1
        _store(cell, row, text, marks)
    elif kind == "n" and NUMBER.fullmatch(text) and abs(float(text)) > LAST_EXACT:
        marks.long_numbers += 1
        _store(cell, row, text if WHOLE.fullmatch(text) else _as_shown(text), marks)
    elif kind == "n" and NUMBER.fullmatch(text) and not WHOLE.fullmatch(text):
        _store(cell, row, _as_shown(text), marks)
    elif kind == "n" and text and cell.get("s") in padded:
        marks.padded += 1
    elif not text and cell.find("{*}f") is not None:
        marks.unreckoned += 1


def _as_shown(text: str) -> str:
    """A number with the 15 digits spreadsheets show: they store 1.1 as 1.1000000000000001."""
    return f"{Decimal(f'{float(text):.15g}'):f}"


def _store(cell: Any, row: int, text: str, marks: SheetMarks) -> None:
    letters = LETTERS.match(cell.get("r") or "")
    if letters is None:
        place = sum(1 for _ in cell.itersiblings(preceding=True))
    else:
        place = -1
        for letter in letters[0]:
            place = (place + 1) * 26 + ord(letter) - ord("A")
    marks.texts.setdefault(place, {})[row] = text


def _empty_texts(book: zipfile.ZipFile, workbook: str) -> list[str]:
    """The numbers of shared texts without a letter: a cell that names one has no value."""
    try:
        stream = book.open(_target(book, workbook, "/sharedStrings"))
    except KeyError:
        return []
    said = etree.XPath(
        "boolean(.//*[local-name()='t'][not(ancestor::*[local-name()='rPh'])]/text())"
    )
    numbers: list[str] = []
    with stream:
        texts = etree.iterparse(stream, tag="{*}si", resolve_entities=False, no_network=True)
        for number, (_, element) in enumerate(texts):
            if not said(element):
                numbers.append(str(number))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return numbers


def _padded_styles(book: zipfile.ZipFile, workbook: str) -> list[str]:
    """Cell styles that show a number with leading zeros, such as 0000000."""
    try:
        styles = _parsed(book, _target(book, workbook, "/styles"))
    except KeyError:
        return []
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in styles.iterfind(".//{*}numFmt")}
    return [
        str(number)
        for number, style in enumerate(styles.iterfind("{*}cellXfs/{*}xf"))
        if PADDED.fullmatch(codes.get(style.get("numFmtId"), ""))
    ]


def _target(book: zipfile.ZipFile, source: str, wanted: str) -> str:
    """The part of the workbook that `source` calls by an id, or by the end of a type."""
    folder, _, name = source.rpartition("/")
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    for relation in _parsed(book, relations):
        if relation.get("Id") == wanted or relation.get("Type", "").endswith(wanted):
            target = str(relation.get("Target"))
            return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    raise KeyError(wanted)


def _parsed(book: zipfile.ZipFile, name: str) -> Any:
    return etree.fromstring(book.read(name), SAFE)
