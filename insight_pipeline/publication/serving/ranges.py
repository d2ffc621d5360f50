"""Which bytes of a file a request asks for (RFC 9110, section 14).

Belongs here: reading the header Range. Does not belong here: sending the bytes (handler.py).
DuckDB-WASM and other readers fetch parts of a database or Parquet file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# More digits than any file has bytes are no position.
_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII)


@dataclass(frozen=True)
class Span:
    """Bytes first to last of a file, both included, counted from 0."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class UnsatisfiableError(ValueError):
    """The range asked for lies wholly beyond the end of the file."""


def span_of(header: str | None, size: int) -> Span | None:
    """The one range asked for of a file of `size` bytes; None where all of it is to be sent.

    Several ranges at once, other units and what is no range at all are answered with the whole
    file, as the standard allows. UnsatisfiableError for a range beyond the end.
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(size - int(found[2]), 0), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
        if found[2] and int(found[2]) < first:
            return None
    if first >= size or last < first:
        raise UnsatisfiableError
    return Span(first, last)
