"""What kind of text a file seems to be, for its receipt.

Belongs here: a look at the first bytes. Does not belong here: decoding, nor the encoding a reader
uses (readers/text.py); this only helps to see why a file does not fit its contract.
"""

from __future__ import annotations

import codecs
from pathlib import Path

LOOK_BYTES = 1 << 20
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8 with byte order mark",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def encoding_of(path: Path) -> str:
    """Byte order mark, ascii, utf-8, binary, or another 8-bit encoding, by the first MiB."""
    with path.open("rb") as stream:
        start = stream.read(LOOK_BYTES)
    for mark, name in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return name
    if b"\x00" in start:
        return "binary"
    if start.isascii():
        return "ascii"
    try:
        # A character may be cut where the look ends, but not where the file does.
        whole = len(start) < LOOK_BYTES
        codecs.getincrementaldecoder("utf-8")().decode(start, final=whole)
    except UnicodeDecodeError:
        return "8-bit, not utf-8"
    return "utf-8"
