"""CSV of a declared dialect, read without losing or changing a line.

One way for every file: lines without quotes are split all at once; a line with quotes must keep
RFC 4180 to the letter, alone or together with the lines its open quote runs over. So what becomes
of a line never depends on the others, and one bad line is rejected by itself.
"""

from __future__ import annotations

import codecs
import csv
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from insight_pipeline.landing.reading import (
    REJECTS_SCHEMA,
    ROW,
    ReaderOptions,
    Reading,
    UnreadableError,
    distinct_names,
    repeated_names,
)

# A quoted field may run over this many lines before its quote counts as never closed.
MAX_LINES_OF_A_RECORD = 50
QUOTE = '"'


def read(path: Path, options: ReaderOptions) -> Reading:
    """Numbered text rows of a CSV file; `_row` is the physical line a row starts on."""
    # The limit of 131,072 characters is the whole process's; a long letter is no fault.
    csv.field_size_limit(sys.maxsize)
    lines = _decoded(path, options.encoding).split("\n")
    if lines[-1] == "":
        lines.pop()
    if len(lines) < options.header_row:
        raise UnreadableError("empty_file")
    header = _header(lines[options.header_row - 1], options.delimiter)
    columns = distinct_names(header)
    rows, rejects = _body(lines, columns, options)
    return Reading(rows, rejects, repeated_names(header))


def _decoded(path: Path, encoding: str) -> str:
    data = path.read_bytes()
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    if b"\x00" in data and not wide:
        raise UnreadableError("null_bytes")
    try:
        text = data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except UnicodeError:
        raise UnreadableError("wrong_encoding") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _header(line: str, delimiter: str) -> list[str]:
    """The names in the header; a blank line is the header of one nameless column."""
    names = next(csv.reader([line], delimiter=delimiter), [])
    return [name.strip() for name in names] or [""]


def _body(
    lines: list[str], columns: list[str], options: ReaderOptions
) -> tuple[pl.DataFrame, pl.DataFrame]:
    width = len(columns)
    line = pl.col("line")
    separators = line.str.count_matches(options.delimiter, literal=True)
    numbered = pl.DataFrame({"line": lines}).with_row_index(ROW, offset=1)
    body = numbered.slice(options.header_row).with_columns(
        pl.col(ROW).cast(pl.Int64),
        quoted=line.str.contains(QUOTE, literal=True),
        plain=separators == width - 1,
    )
    filled = body.filter((line.str.strip_chars() != "") | (separators > 0))
    quoted = _quoted_records(filled.filter("quoted")[ROW].to_list(), lines, columns, options)
    unquoted = filled.filter(~pl.col("quoted") & ~pl.col(ROW).is_in(quoted.swallowed))
    split = line.str.split_exact(options.delimiter, width - 1).struct.rename_fields(columns)
    plain = unquoted.filter("plain").select(ROW, split).unnest("line")
    ragged = unquoted.filter(~pl.col("plain")).select(ROW, code=pl.lit("wrong_field_count"))
    texts = pl.concat([plain, quoted.rows]).sort(ROW)
    blank_is_missing = [pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) for c in columns]
    return texts.with_columns(blank_is_missing), pl.concat([ragged, quoted.rejects]).sort(ROW)


@dataclass(frozen=True)
class _Quoted:
    """What the lines with quotes hold; swallowed: lines without one inside a quoted field."""

    rows: pl.DataFrame
    rejects: pl.DataFrame
    swallowed: list[int]


def _quoted_records(
    numbers: list[int], lines: list[str], columns: list[str], options: ReaderOptions
) -> _Quoted:
    grammar = _Grammar(options.delimiter, len(columns))
    starts: list[int] = []
    records: list[str] = []
    rejects: list[tuple[int, str]] = []
    swallowed: list[int] = []
    next_free = 0
    for number in numbers:
        if number < next_free:
            continue
        record = grammar.record(lines, number)
        if record is None:
            rejects.append((number, grammar.why_not(lines[number - 1])))
            continue
        next_free = number + record.count("\n") + 1
        swallowed += range(number + 1, next_free)
        starts.append(number)
        records.append(record)
    fields = csv.reader(records, delimiter=options.delimiter, strict=True)
    sound = [(number, *row) for number, row in zip(starts, fields, strict=True)]
    schema = {ROW: pl.Int64, **dict.fromkeys(columns, pl.String)}
    return _Quoted(
        pl.DataFrame(sound, schema=schema, orient="row"),
        pl.DataFrame(rejects, schema=REJECTS_SCHEMA, orient="row"),
        swallowed,
    )


class _Grammar:
    """RFC 4180 with a delimiter of its own, for records of `width` fields."""

    def __init__(self, delimiter: str, width: int) -> None:
        separator = re.escape(delimiter)
        opened = '"[^"]*(?:""[^"]*)*'
        field = f'(?:{opened}"|[^"{separator}]*)'
        self.sound = re.compile(f"{field}(?:{separator}{field}){{{width - 1}}}")
        self.ragged = re.compile(f"{field}(?:{separator}{field})*")
        self.open = re.compile(f"(?:{field}{separator})*{opened}")

    def record(self, lines: list[str], number: int) -> str | None:
        """The sound record that starts on line `number`, with the lines its quote runs over."""
        text = lines[number - 1]
        following = iter(lines[number : number + MAX_LINES_OF_A_RECORD - 1])
        while not self.sound.fullmatch(text):
            if not self.open.fullmatch(text):
                return None
            for line in following:
                text += "\n" + line
                if QUOTE in line:
                    break
            else:
                return None
        return text

    def why_not(self, line: str) -> str:
        return "wrong_field_count" if self.ragged.fullmatch(line) else "unclosed_quote"
