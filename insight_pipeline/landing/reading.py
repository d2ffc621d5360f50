"""A delivery's content as numbered rows of text, whatever its format; nothing is lost.

Belongs here: what every reader hands over, and the choice of reader. Does not belong here: types,
rules or meaning; those come from the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from pydantic import Field, field_validator

from insight_pipeline.kernel.strict import StrictModel

ROW = "_row"
REJECTS_SCHEMA = {ROW: pl.Int64, "code": pl.String}


class ReaderOptions(StrictModel):
    """How a contract says its files are written. Line and row numbers start at 1."""

    format: Literal["csv", "xlsx", "xml", "json", "ndjson", "parquet"]
    delimiter: Annotated[str, Field(pattern=r'^[^"\r\n]$')] = ","
    encoding: str = "utf-8"
    header_row: Annotated[int, Field(ge=1)] = 1
    sheet: str | None = None
    record: str | None = None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            "".encode(value)
        except (LookupError, UnicodeError):
            raise ValueError("name an encoding Python knows, e.g. utf-8 or cp1252") from None
        return value


@dataclass(frozen=True)
class Reading:
    """Rows of text (every column String, plus `_row`, Int64) and the rows that could not be read.

    `_row` is the physical line (CSV, NDJSON), sheet row (XLSX) or record number (others).
    physical counts lines where the format has lines, else records; then
    `header + accepted + rejected + blank = physical` holds up to line breaks inside fields.
    """

    rows: pl.DataFrame
    rejects: pl.DataFrame
    duplicate_columns: tuple[str, ...] = ()

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


Reader = Callable[[Path, ReaderOptions], Reading]


def no_rejects() -> pl.DataFrame:
    return pl.DataFrame(schema=REJECTS_SCHEMA)


def repeated_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names that stand more than once, for `Reading.duplicate_columns`."""
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
