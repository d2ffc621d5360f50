"""How many lines a text file has, counted in its bytes and by nothing else.

Belongs here: the one side of the conservation equation that no reader has a hand in. Does not
belong here: what the lines hold. A line ends at LF, CR LF or CR; the last one may not end.
"""

from __future__ import annotations

import codecs
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK_BYTES = 1 << 22
WIDE = {"utf-16": 2, "utf-16-le": 2, "utf-16-be": 2, "utf-32": 4, "utf-32-le": 4, "utf-32-be": 4}


def count_lines(path: Path, encoding: str, skip: int = 0) -> int:
    """Physical lines of the text that starts after `skip` bytes (its byte order mark)."""
    name = codecs.lookup(encoding).name
    if name in WIDE:
        return _wide_lines(path, WIDE[name], name.endswith("be"), skip)
    if _keeps_line_ends(name):
        return _byte_lines(path, skip)
    with path.open("rb") as stream:
        stream.seek(skip)
        text = io.TextIOWrapper(stream, encoding=name, errors="replace", newline=None)
        return sum(1 for _ in text)


def _keeps_line_ends(name: str) -> bool:
    """Whether the bytes 10 and 13 mean line ends, always and only."""
    text = bytes(range(256)).decode(name, errors="replace") if name != "utf-8" else ""
    return name == "utf-8" or (
        len(text) == 256 and text[:128].isascii() and text.find("\n") == 10 and text[13] == "\r"
    )


def _byte_lines(path: Path, skip: int) -> int:
    ends = 0
    last = b"\n"
    with path.open("rb") as stream:
        stream.seek(skip)
        while block := stream.read(BLOCK_BYTES):
            returns = block.count(b"\r")
            ends += block.count(b"\n") + returns
            if returns:
                ends -= block.count(b"\r\n")
            if last == b"\r" and block[:1] == b"\n":
                ends -= 1
            last = block[-1:]
    return ends + (last not in b"\r\n")


def _wide_lines(path: Path, width: int, big: bool, skip: int) -> int:
    data = np.fromfile(path, dtype=np.uint8, offset=skip)
    whole = len(data) // width * width
    kind = f"{'>' if big else '<'}u{width}"
    units: npt.NDArray[np.unsignedinteger] = data[:whole].view(kind)
    feeds, returns = units == 10, units == 13
    pairs = int(np.count_nonzero(returns[:-1] & feeds[1:]))
    ends = int(np.count_nonzero(feeds) + np.count_nonzero(returns)) - pairs
    ended = whole == len(data) and (whole == 0 or units[-1] in (10, 13))
    return ends + (not ended)
