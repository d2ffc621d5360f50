"""A workbook before it is a file: sheets of headings and cells, nothing of how they look.

Belongs here: those shapes. Does not belong here: what stands in them (one module a kind of sheet),
or Excel (writing.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Number:
    """An amount that is a number in the sheet as well, shown with so many decimals."""

    amount: Decimal | int
    decimals: int = 0


@dataclass(frozen=True)
class Link:
    """A link to the top of a sheet of the same workbook, or to an address outside it."""

    words: str
    sheet: str = ""
    address: str = ""


Cell = str | Number | date | Link


@dataclass(frozen=True)
class Heading:
    """The heading of a column. width: characters; longer text is wrapped. numeric: aligned right,
    as symbols that stand instead of its numbers are."""

    words: str
    width: int = 12
    numeric: bool = False


@dataclass(frozen=True)
class Sheet:
    """A title, remarks of one line each, and one table below them.

    Without rows there is no table, and the remarks say why.
    """

    name: str
    title: str
    remarks: tuple[str, ...]
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Cover:
    """The first sheet: a title, then parts of a heading and its lines, all in one column."""

    name: str
    title: str
    parts: tuple[tuple[str, tuple[str | Link, ...]], ...]
