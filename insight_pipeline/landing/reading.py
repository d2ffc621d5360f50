"""A delivery's content as numbered rows of text, whatever its format; nothing is lost.

Belongs here: what a contract may say about reading, and what every reader hands over. Does not
belong here: parsing (readers/), the process it happens in (reading_desk.py), types, rules or
meaning; those come from the contract.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

import polars as pl
from pydantic import Field, field_validator, model_validator

from insight_pipeline.kernel.strict import StrictModel

ROW = "_row"
REJECTS_SCHEMA = {ROW: pl.Int64, "code": pl.String}

# Rows of the second sheet, or of a zip's second member, are numbered from here on: row 5 of
# part 2 is 1,000,000,005. No sheet and hardly a file has as many rows.
ROWS_OF_A_PART = 1_000_000_000


class ReaderOptions(StrictModel):
    """How a contract says its files are written. Line and row numbers start at 1.

    What is left out is detected where the format allows it (readers/csv_dialect.py, readers/text.py
    say how). `totals` is the text of the first filled cell of a totals row; `member` is a pattern
    for the files inside a zip.
    """

    format: Literal["csv", "xlsx", "xml", "json", "ndjson", "parquet"]
    delimiter: Annotated[str, Field(pattern=r'^[^"\r\n]$')] | None = None
    quote: Annotated[str, Field(pattern=r"^[^\r\n]?$")] = '"'
    encoding: str | None = None
    header_row: Annotated[int, Field(ge=1)] | Literal["auto"] = 1
    sheet: str | None = None
    sheets: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    hidden_rows: Literal["read", "reject"] = "read"
    totals: Annotated[str, Field(pattern=r"\S")] | None = None
    record: str | None = None
    member: Annotated[str, Field(min_length=1)] | None = None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            "".encode(value or "utf-8")
        except (LookupError, UnicodeError):
            raise ValueError("name an encoding Python knows, e.g. utf-8 or cp1252") from None
        return value

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        if self.sheet and self.sheets:
            raise ValueError("name either one sheet or several sheets")
        if self.delimiter and self.delimiter == self.quote:
            raise ValueError("delimiter and quote are the same character")
        return self


@dataclass(frozen=True)
class Lines:
    """Where the physical lines went besides the rows: `header + accepted + continued + rejected +
    blank = physical`, asserted on every file.

    physical counts lines (CSV, NDJSON), rows of the sheet down to the last used one (XLSX) or
    records (XML, JSON, Parquet); continued: lines a quoted field runs on over.
    """

    physical: int
    header: int
    blank: int
    continued: int


@dataclass(frozen=True)
class Content:
    """What was read of one delivery; its rows rest in a Parquet file.

    rows: `_row` (BIGINT) and a text column for each of `columns`; what is empty is NULL.
    `_row` is the physical line (CSV, NDJSON), sheet row (XLSX) or record number (others).
    notes: words about the file as a whole, `word` or `word:detail`; never a value of it.
    """

    rows: Path
    columns: tuple[str, ...]
    accepted: int
    rejects: pl.DataFrame
    duplicate_columns: tuple[str, ...]
    notes: tuple[str, ...]
    lines: Lines

    @property
    def received(self) -> int:
        return self.accepted + self.rejects.height

    @property
    def conserved(self) -> bool:
        """Whether every physical line is accounted for, exactly once."""
        lines = self.lines
        told = lines.header + self.accepted + lines.continued + self.rejects.height + lines.blank
        return told == lines.physical


@dataclass(frozen=True)
class Reading:
    """The same as `Content`, with its rows in memory."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    duplicate_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lines: Lines = Lines(0, 0, 0, 0)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.rows.columns if name != ROW)

    @property
    def received(self) -> int:
        return self.rows.height + self.rejects.height


class UnreadableError(Exception):
    """The document as a whole cannot be read; `code` says how, never what it contains."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def rejects_beside(rows: Path) -> Path:
    """Where the reading process leaves the rejects for its desk, when there are any."""
    return rows.with_name(f"{rows.name}.rejects")


def no_rejects() -> pl.DataFrame:
    return pl.DataFrame(schema=REJECTS_SCHEMA)


def repeated_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names that stand more than once, for `Content.duplicate_columns`."""
    listed = [name for name in names if name]
    return tuple(sorted({name for name in listed if listed.count(name) > 1}))


def distinct_names(names: Iterable[str]) -> list[str]:
    """A column name for each name of the source, so that no column hides or loses another.

    A blank or repeated name, and one called like the row number, gets its position: `Ref#3`.
    """
    listed = list(names)
    own = set(listed)
    taken = {"", ROW}
    columns: list[str] = []
    for position, name in enumerate(listed, start=1):
        column = name
        while column in taken or (column != name and column in own):
            column = f"{column}#{position}"
        taken.add(column)
        columns.append(column)
    return columns
