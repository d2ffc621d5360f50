"""CSV of any dialect, read without losing or changing a line.

One way for every file: each line that is a sound record by itself (RFC 4180 to the letter) is
taken as it is; a line with an open quote is tried together with the lines its quote runs over; what
is left is rejected, line by line. So what becomes of a line never depends on the others, and one
bad line costs nothing but itself.

Belongs here: the way through a file. Does not belong here: encodings and line ends (text.py), the
delimiter and the header (csv_dialect.py), what becomes of each line (csv_lines.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from insight_pipeline.landing.readers.csv_dialect import Dialect, dialect_of
from insight_pipeline.landing.readers.csv_grammar import Grammar
from insight_pipeline.landing.readers.csv_lines import Body
from insight_pipeline.landing.readers.physical import count_lines
from insight_pipeline.landing.readers.sink import Sink
from insight_pipeline.landing.readers.text import open_text
from insight_pipeline.landing.reading import ReaderOptions, UnreadableError

HEAD_LINES = 300


def read(path: Path, options: ReaderOptions, promised: Sequence[str], sink: Sink) -> None:
    """Numbered text rows of a CSV file; `_row` is the physical line a row starts on."""
    text = open_text(path, options.encoding)
    for note in text.notes:
        sink.note(note)
    blocks = text.blocks()
    head = _head(blocks, options)
    dialect = _dialect(head, options, promised, sink)
    grammar = Grammar(dialect.delimiter, options.quote, dialect.fields)
    body = Body(grammar, sink.begin(dialect.names), sink, dialect.header_lines + 1)
    pending = _after_lines(head, dialect.header_lines)
    for block in blocks:
        pending = body.take(pending, final=False) + block
    body.take(pending, final=True)
    sink.header = dialect.header_lines
    sink.physical = count_lines(path, text.encoding, text.skip)


def _head(blocks: Iterator[bytes], options: ReaderOptions) -> bytes:
    """Enough of the file to find its header in, or all of it."""
    enough = HEAD_LINES + (0 if options.header_row == "auto" else options.header_row)
    head = b""
    for block in blocks:
        head += block
        if head.count(b"\n") >= enough:
            break
    return head


def _dialect(head: bytes, options: ReaderOptions, promised: Sequence[str], sink: Sink) -> Dialect:
    first = 1 if options.header_row == "auto" else options.header_row
    raw = head.split(b"\n", HEAD_LINES + first)[: HEAD_LINES + first]
    if raw[-1] == b"" and len(raw) == head.count(b"\n") + 1:
        raw.pop()
    if len(raw) < first:
        raise UnreadableError("empty_file")
    lines = [line.decode("utf-8", "replace") for line in raw]
    dialect, notes = dialect_of(lines, options, promised)
    header = b"\n".join(raw[dialect.header_row : dialect.header_lines])
    if b"\x00" in header:
        raise UnreadableError("null_bytes")
    try:
        header.decode()
    except UnicodeDecodeError:
        raise UnreadableError("wrong_encoding") from None
    for note in notes:
        sink.note(note)
    return dialect


def _after_lines(head: bytes, lines: int) -> bytes:
    parts = head.split(b"\n", lines)
    return parts[lines] if len(parts) > lines else b""
