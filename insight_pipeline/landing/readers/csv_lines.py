"""The lines below a CSV header, judged all at once and one by one where they are odd.

Belongs here: what becomes of each line. Does not belong here: where the lines come from (csv.py),
what a sound record is (csv_grammar.py), how sound ones are parsed (csv_cells.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from insight_pipeline.landing.readers.csv_cells import cells_of_lines, cells_of_records
from insight_pipeline.landing.readers.csv_grammar import Grammar, Records, odd_records
from insight_pipeline.landing.readers.sink import Sink
from insight_pipeline.landing.readers.text import is_utf8
from insight_pipeline.landing.reading import ROW

ZERO = "\x00"
# A pattern of more fields than this is too large for the engine; quoted lines go one by one.
WIDE = 500
Offsets = npt.NDArray[np.int64]


def _texts(data: bytes, offsets: Offsets) -> pl.Series:
    """Each line with its line feed; null for one that is no UTF-8."""
    if is_utf8(data):
        places, texts = pa.py_buffer(offsets), pa.py_buffer(data)
        return pl.Series(pa.LargeStringArray.from_buffers(len(offsets) - 1, places, texts))
    raw = data.removesuffix(b"\n").split(b"\n")
    return pl.Series(
        [f"{line.decode()}\n" if is_utf8(line) else None for line in raw], dtype=pl.String
    )


class Body:
    """Takes the lines below the header, as many at a time as there are."""

    def __init__(self, grammar: Grammar, columns: list[str], sink: Sink, first: int) -> None:
        self._grammar, self._columns, self._sink = grammar, columns, sink
        self._next = first
        self._longest = 0
        self._sound = grammar.pattern.removesuffix("$") + r"\n$"

    def take(self, data: bytes, final: bool) -> bytes:
        """Read the lines of `data`; gives back what cannot be told before more has come."""
        if final and data and not data.endswith(b"\n"):
            data += b"\n"
        whole = data.rfind(b"\n") + 1
        if whole == 0:
            return data
        lines, rest = data[:whole], data[whole:]
        feeds = np.flatnonzero(np.frombuffer(lines, dtype=np.uint8) == 10)
        offsets = np.concatenate([[0], feeds + 1]).astype(np.int64)
        self._longest = int(np.diff(offsets).max())
        told = self._told(lines, offsets)
        done = len(told)
        if told["sound"].all():
            self._sound_lines(lines, range(done))
        else:
            done = self._mixed_lines(told, final)
        self._next += done
        return lines[offsets[done] :] + rest

    def _told(self, data: bytes, offsets: Offsets) -> pl.DataFrame:
        """Each line, null when it cannot be decoded, and whether it is sound, blank or neither."""
        line = pl.col("line")
        told = pl.DataFrame({"line": _texts(data, offsets)}).with_columns(sound=self._is_sound())
        if self._grammar.width > 1 and ZERO.encode() not in data and told["sound"].all():
            return told  # a line that is parted is not blank: most files end here
        parted = line.str.contains(self._grammar.delimiter, literal=True)
        return told.with_columns(
            zero=line.str.contains(ZERO, literal=True).fill_null(False),
            blank=((line.str.strip_chars() == "") & ~parted).fill_null(False),
        ).with_columns(sound=pl.col("sound") & ~pl.col("blank") & ~pl.col("zero"))

    def _is_sound(self) -> pl.Expr:
        line = pl.col("line")
        if self._grammar.width <= WIDE:
            return line.str.contains(self._sound).fill_null(False)
        parted = line.str.count_matches(self._grammar.delimiter, literal=True)
        plain = parted == self._grammar.width - 1
        if self._grammar.quote:
            plain &= ~line.str.contains(self._grammar.quote, literal=True)
        return plain.fill_null(False)

    def _sound_lines(self, data: bytes, places: Sequence[int] | Offsets) -> None:
        if places:
            self._sink.rows(self._numbered(self._cells(data, len(places)), places))

    def _cells(self, data: bytes, count: int) -> pa.Table:
        return cells_of_lines(data, count, self._longest, self._columns, self._grammar)

    def _numbered(self, cells: pa.Table, places: Sequence[int] | Offsets) -> pa.Table:
        numbers = pa.array(np.asarray(places, dtype=np.int64) + self._next)
        return cells.add_column(0, ROW, numbers)

    def _mixed_lines(self, told: pl.DataFrame, final: bool) -> int:
        """Read lines of which some are odd; gives how many lines it could tell."""
        records = self._odd_records(told, final)
        told = told.head(len(told) if records.ended is None else records.ended)
        inside = np.zeros(len(told), dtype=bool)
        inside[records.swallowed] = True
        told = told.with_columns(free=~pl.Series(inside))
        self._reject(told, records)
        self._sink.blank += told.filter("free", "blank").height
        self._sink.continued += len(records.swallowed)
        sound = told.with_row_index("place").filter("free", "sound")
        parts = []
        if sound.height:
            cells = self._cells("".join(sound["line"].to_list()).encode(), sound.height)
            parts.append(self._numbered(cells, sound["place"].to_numpy()))
        if records.sound:
            cells = cells_of_records(list(records.sound.values()), self._columns, self._grammar)
            parts.append(self._numbered(cells, list(records.sound)))
        if parts:
            self._sink.rows(pa.concat_tables(parts).sort_by(ROW))
        return len(told)

    def _odd_records(self, told: pl.DataFrame, final: bool) -> Records:
        if not self._grammar.quote:
            return Records()
        quoted = pl.col("line").str.contains(self._grammar.quote, literal=True)
        neither = ~pl.col("sound") & ~pl.col("blank") & ~pl.col("zero")
        odd = told.select((neither & quoted).fill_null(False).arg_true()).to_series().to_list()
        if not odd:
            return Records()
        readable = pl.when(~pl.col("zero")).then(pl.col("line").str.strip_suffix("\n"))
        return odd_records(odd, told.select(readable).to_series().to_list(), self._grammar, final)

    def _reject(self, told: pl.DataFrame, records: Records) -> None:
        line = pl.col("line")
        own = pl.Series([*records.sound, *records.rejects], dtype=pl.UInt32)
        left = (
            told.with_row_index("place")
            .filter("free", ~pl.col("sound") & ~pl.col("blank"))
            .filter(~pl.col("place").is_in(own.implode()))
            .select(
                "place",
                code=pl.when(line.is_null())
                .then(pl.lit("bad_encoding"))
                .when("zero")
                .then(pl.lit("null_byte"))
                .otherwise(pl.lit("wrong_field_count")),
            )
        )
        for (code,), lines in left.group_by("code"):
            self._sink.reject(lines["place"].cast(pl.Int64) + self._next, str(code))
        for code in sorted(set(records.rejects.values())):
            places = [place for place, why in records.rejects.items() if why == code]
            self._sink.reject([place + self._next for place in places], code)
