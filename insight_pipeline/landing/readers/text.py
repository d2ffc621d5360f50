"""The bytes of a text file as UTF-8 with LF line ends, block by block, whatever it was written in.

Belongs here: encodings, declared or detected. Does not belong here: what stands on the lines.
What cannot be decoded stays invalid UTF-8, so that it can cost its own line and no other.

Detection, when a contract declares no encoding: a byte order mark; zero bytes at every second
place (UTF-16); UTF-8 when the file is valid, or when the lines beyond ASCII that are valid UTF-8
are at least as many as those that are not; else cp1252.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from insight_pipeline.landing.reading import UnreadableError

BLOCK_BYTES = 1 << 24
LOOK_BYTES = 1 << 16
# UTF-32 first: its mark starts with that of UTF-16.
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
FAMILIES = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


@dataclass(frozen=True)
class Text:
    """A text file, how it is written, and where its text starts, after the byte order mark."""

    path: Path
    encoding: str
    skip: int
    notes: tuple[str, ...]

    def blocks(self) -> Iterator[bytes]:
        """UTF-8 with LF line ends; a block may end anywhere, and only the last line may not end."""
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="insight_keep")
        held = b""
        with self.path.open("rb") as stream:
            stream.seek(self.skip)
            while raw := stream.read(BLOCK_BYTES):
                block = held + (raw if self.encoding == "utf-8" else _utf8(decoder, raw))
                # A CR may be half of a line end.
                held = b"\r" if block.endswith(b"\r") else b""
                yield _line_feeds(block[: len(block) - len(held)])
        rest = b"" if self.encoding == "utf-8" else _utf8(decoder, b"", final=True)
        yield _line_feeds(held + rest)


def open_text(path: Path, declared: str | None, fallback: str = "cp1252") -> Text:
    """How a file is written; its byte order mark wins over what is declared."""
    with path.open("rb") as stream:
        start = stream.read(LOOK_BYTES)
    name = codecs.lookup(declared).name if declared else None
    family = FAMILIES.get(name, name) if name else None
    for mark, marked in MARKS.items():
        if start.startswith(mark):
            differs = family is not None and family.rsplit("-", 1)[0] != marked.rsplit("-", 1)[0]
            notes = (f"encoding_differs:{marked}",) if differs else ()
            return Text(path, marked, len(mark), notes)
    pattern = _zero_pattern(start)
    if name in ("utf-16", "utf-32") and pattern:
        return Text(path, pattern, 0, ())
    if family is not None:
        return Text(path, family, 0, _doubts(path, family, pattern))
    found = pattern or _narrow(path, fallback)
    return Text(path, found, 0, () if found == "utf-8" else (f"encoding_detected:{found}",))


def _doubts(path: Path, family: str, pattern: str | None) -> tuple[str, ...]:
    """A word when a file is another encoding's beyond doubt, though it is read as declared."""
    if family.startswith(("utf", "ascii")):
        unlike = pattern and not family.startswith(("utf-16", "utf-32"))
        return (f"encoding_seems:{pattern}",) if unlike else ()
    valid, invalid = _lines_beyond_ascii(path)
    return ("encoding_seems:utf-8",) if valid and not invalid else ()


def _zero_pattern(start: bytes) -> str | None:
    """UTF-16 by its zero bytes: at least half of the characters, and on one side only."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    enough = max(2, len(start) // 4)
    if odd >= enough and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even >= enough and odd == 0 else None


def _narrow(path: Path, fallback: str) -> str:
    if all(is_utf8(block) for block in _whole_lines(path)):
        return "utf-8"
    valid, invalid = _lines_beyond_ascii(path)
    return "utf-8" if valid >= invalid else fallback


def _lines_beyond_ascii(path: Path) -> tuple[int, int]:
    """Lines with bytes beyond ASCII that are valid UTF-8, and that are not."""
    lines = [
        line
        for block in _whole_lines(path)
        if not block.isascii()
        for line in block.splitlines()
        if not line.isascii()
    ]
    valid = sum(map(is_utf8, lines))
    return valid, len(lines) - valid


def _whole_lines(path: Path) -> Iterator[bytes]:
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            block = rest + block
            cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
            yield block[:cut]
            rest = block[cut:]
    yield rest


def is_utf8(block: bytes) -> bool:
    """Whether the bytes are valid UTF-8, without making a text of them."""
    if block.isascii():
        return True
    text = pa.LargeStringArray.from_buffers(
        1, pa.py_buffer(struct.pack("=qq", 0, len(block))), pa.py_buffer(block)
    )
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _keep(error: UnicodeError) -> tuple[str, int]:
    """Half a surrogate pair for what cannot be decoded: no UTF-8 text can hold one."""
    if isinstance(error, UnicodeDecodeError):
        return "\udcff", error.end
    raise error


codecs.register_error("insight_keep", _keep)


def _utf8(decoder: codecs.IncrementalDecoder, raw: bytes, final: bool = False) -> bytes:
    try:
        return decoder.decode(raw, final=final).encode("utf-8", "surrogatepass")
    except UnicodeError:
        raise UnreadableError("wrong_encoding") from None


def _line_feeds(block: bytes) -> bytes:
    if b"\r" not in block:
        return block
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
