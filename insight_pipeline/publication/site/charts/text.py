"""Text inside a picture: made safe, measured, cut to the room there is.

Belongs here: characters and their widths. Does not belong here: where text stands. SVG breaks no
lines and cuts nothing off, so that every text is measured before it is placed; widths are those of
Inter, the widest face of the style sheet, rounded up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

SIZE = 13.0  # of all text, in units of the picture: 11 pixels or more wherever a layout is shown
LINE = 17.0
_BOLD = 1.07
# Not allowed in XML 1.0, however written.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTHS = (
    ("'ijl", 0.26),
    ("I.,:;|!\u00b7\N{NO-BREAK SPACE} ", 0.31),
    ("frt()[]/-\u2019", 0.4),
    ("acksvxyzJL", 0.58),
    ("0123456789bdeghnopquEF\u2013£$_?#", 0.66),
    ("BKPRSTXYZ&+=\N{MINUS SIGN}", 0.7),
    ("ACDGHNOQUV", 0.79),
    ("mwMW%@\u2026", 0.97),
)
_WIDTH = {letter: width for letters, width in _WIDTHS for letter in letters}
_OTHER = 1.35  # letters of any script, wide ones and symbols among them


def clean(words: str) -> str:
    """On one line, single spaces (a no-break space stays one), nothing that XML forbids."""
    allowed = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", words)
    return " ".join(re.split(r"[^\S\u00a0]+", allowed.strip()))


def escaped(words: str) -> str:
    """Safe as the content of an element and of an attribute."""
    return escape(clean(words), quote=True)


def width_of(words: str, *, bold: bool = False) -> float:
    """The width it takes at most, in units of the picture."""
    letters = sum(_WIDTH.get(letter, _OTHER) for letter in clean(words))
    return letters * SIZE * (_BOLD if bold else 1)


def shortened(words: str, width: float, *, bold: bool = False) -> str:
    """As much of it as fits, an ellipsis where something is left out; empty if not even that."""
    words = clean(words)
    if width_of(words, bold=bold) <= width:
        return words
    for length in range(len(words) - 1, 0, -1):
        part = words[:length].rstrip() + "…"
        if width_of(part, bold=bold) <= width:
            return part
    return "…" if width_of("…", bold=bold) <= width else ""


def wrapped(words: str, width: float, lines: int, *, bold: bool = False) -> tuple[str, ...]:
    """Up to so many lines, broken between words; the last one is shortened."""
    full = list(_lines(clean(words), width, bold=bold))
    kept = [shortened(line, width, bold=bold) for line in full[: lines - 1]]
    rest = shortened(" ".join(full[lines - 1 :]), width, bold=bold)
    return (*kept, rest) if rest else tuple(kept)


def _lines(words: str, width: float, *, bold: bool) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, bold=bold) > width:
            yield line
            line = word
        else:
            line = longer
    yield line
