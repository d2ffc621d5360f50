"""Records of any shape to one table: a column for every name that any of them has.

Belongs here: what makes a record sound, and which names become columns. Does not belong here: how a
format writes its records (documents.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from insight_pipeline.landing.readers.sink import Sink
from insight_pipeline.landing.reading import ROW

RECORDS_OF_A_FRAME = 20_000


class BadEncodingError(Exception):
    """A record that is no text."""


class RecordTable:
    """Grows by records: each becomes a row, or a reject when it is not sound.

    attributes: names may have a last part `@name`, which is `name` where no element has that.
    """

    def __init__(self, attributes: bool = False) -> None:
        self._attributes = attributes
        self._rows: list[dict[str, str | None]] = []
        self._numbers: list[int] = []
        self._frames: list[pl.DataFrame] = []
        self._names: set[str] = set()
        self._filled: set[str] = set()
        self._rejects: dict[str, list[int]] = {
            "bad_encoding": [],
            "broken_record": [],
            "other_element": [],
        }

    def add(self, number: int, leaves: Iterable[tuple[str, str | None]]) -> None:
        try:
            row: dict[str, str | None] = {}
            for name, value in leaves:
                if name in row:
                    raise ValueError("two values for one column")
                # Half a surrogate pair is legal in JSON, yet no text.
                (name + (value or "")).encode()
                row[name] = value
        except BadEncodingError:
            self._rejects["bad_encoding"].append(number)
            return
        except (ValueError, RecursionError):
            self._rejects["broken_record"].append(number)
            return
        self._rows.append(row)
        self._numbers.append(number)
        if len(self._rows) == RECORDS_OF_A_FRAME:
            self._frame()

    def reject(self, number: int, code: str) -> None:
        self._rejects[code].append(number)

    def pour(self, sink: Sink) -> None:
        """Hand everything over; only now all columns are known."""
        self._frame()
        names = self._columns()
        columns = sink.begin([self._shown(name) for name in names])
        for frame in self._frames:
            known = set(frame.columns)
            cells = [
                (pl.col(f"={name}") if f"={name}" in known else pl.lit(None, pl.String)).alias(
                    column
                )
                for name, column in zip(names, columns, strict=True)
            ]
            sink.rows(frame.select(ROW, *cells))
        for code, numbers in self._rejects.items():
            sink.reject(numbers, code)

    def _frame(self) -> None:
        """Put the records of late into columns; `=` keeps their names from meeting `_row`."""
        names = sorted({name for row in self._rows for name in row})
        cells = {
            f"={name}": pl.Series([row.get(name) for row in self._rows], dtype=pl.String)
            for name in names
        }
        numbers = pl.Series(self._numbers, dtype=pl.Int64)
        self._frames.append(pl.DataFrame({ROW: numbers, **cells}))
        self._names |= set(names)
        self._filled |= {
            name for name in names if self._frames[-1][f"={name}"].null_count() < len(numbers)
        }
        self._rows, self._numbers = [], []

    def _columns(self) -> list[str]:
        """Names in order; one that is always missing and elsewhere an object is no column."""
        parts = [name.split(".") for name in self._names if not self._is_attribute(name)]
        objects = {".".join(part[:end]) for part in parts for end in range(1, len(part))}
        return sorted(self._filled | (self._names - objects))

    def _is_attribute(self, name: str) -> bool:
        return self._attributes and "@" in name

    def _shown(self, name: str) -> str:
        plain = name.replace("@", "")
        return plain if self._is_attribute(name) and plain not in self._names else name
