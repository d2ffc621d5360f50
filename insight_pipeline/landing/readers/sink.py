"""Where a reader puts what it reads, piece by piece: a Parquet file, or memory.

Belongs here: what holds for the rows of every format: they are numbered text, what is empty is
missing, a totals row is no record. Does not belong here: any format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from insight_pipeline.landing.reading import (
    REJECTS_SCHEMA,
    ROW,
    Content,
    Lines,
    ReaderOptions,
    distinct_names,
    repeated_names,
)


class Sink:
    """Takes one part of a document: a file, a sheet, a member of a zip.

    `physical` is for whoever counts without reading (physical.py), never the sum of the others.
    """

    def __init__(self, path: Path, options: ReaderOptions) -> None:
        self.path = path
        self.columns: list[str] = []
        self.duplicate_columns: tuple[str, ...] = ()
        self.notes: list[str] = []
        self.physical = self.header = self.blank = self.continued = self.accepted = 0
        self._totals = (options.totals or "").strip().lower()
        self._rejects: list[pl.DataFrame] = []
        self._writer: pq.ParquetWriter | None = None

    def begin(self, names: Iterable[str], columns: Sequence[str] | None = None) -> list[str]:
        """Name the columns as they stand in the source; gives the name each of them got."""
        listed = list(names)
        self.columns = distinct_names(listed) if columns is None else list(columns)
        self.duplicate_columns = repeated_names(listed)
        texts = [(column, pa.large_string()) for column in self.columns]
        schema = pa.schema([(ROW, pa.int64()), *texts])
        self._writer = pq.ParquetWriter(self.path, schema)
        return self.columns

    def rows(self, rows: pa.Table | pl.DataFrame) -> None:
        """Take rows in order: `_row` and the columns, all text."""
        if self._totals and len(rows):
            rows = self._without_totals(rows)
        if self._writer is None:
            raise RuntimeError("rows came before their columns")
        if isinstance(rows, pl.DataFrame):
            rows = by_position(rows).with_columns(pl.exclude("0").replace("", None)).to_arrow()
        if rows.num_rows:
            schema = self._writer.schema
            self._writer.write_table(rows.rename_columns(schema.names).cast(schema))
            self.accepted += rows.num_rows

    def reject(self, numbers: Sequence[int] | pl.Series, code: str) -> None:
        if len(numbers):
            frame = pl.DataFrame({ROW: numbers}, schema={ROW: pl.Int64})
            self._rejects.append(frame.with_columns(code=pl.lit(code)))

    def note(self, word: str) -> None:
        if word not in self.notes:
            self.notes.append(word)

    def content(self) -> Content:
        """Close the file and say what is in it."""
        if self._writer is None:
            self.begin([])
        if self._writer is not None:
            self._writer.close()
        rejects = pl.concat([pl.DataFrame(schema=REJECTS_SCHEMA), *self._rejects]).sort(ROW, "code")
        lines = Lines(self.physical, self.header, self.blank, self.continued)
        return Content(
            rows=self.path,
            columns=tuple(self.columns),
            accepted=self.accepted,
            rejects=rejects,
            duplicate_columns=self.duplicate_columns,
            notes=tuple(self.notes),
            lines=lines,
        )

    def _without_totals(self, rows: pa.Table | pl.DataFrame) -> pl.DataFrame:
        frame = by_position(rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows))
        texts = [text.str.strip_chars().replace("", None) for text in frame.get_columns()[1:]]
        first = pl.DataFrame(texts).select(pl.coalesce(pl.all())).to_series() if texts else None
        if first is None:
            return frame
        totals = (first.str.to_lowercase() == self._totals).fill_null(False)
        self.reject(frame.to_series(0).filter(totals), "totals_row")
        return frame.filter(~totals)


def by_position(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns named 0, 1, 2 …: names of a source could be patterns to polars (`*`, `^a$`)."""
    return rows.rename(dict(zip(rows.columns, map(str, range(rows.width)), strict=True)))
