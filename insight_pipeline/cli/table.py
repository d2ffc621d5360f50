"""Plain-text tables for a terminal.

Belongs here: alignment, and cells that do a terminal no harm. Does not belong here: what is in a
table.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def text_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns as wide as their longest cell; numbers right, text left, empty for None."""
    names = [printable(name) for name in header]
    body = [["" if cell is None else _text(cell) for cell in row] for row in rows]
    kinds = _numeric_columns(len(names), body)
    widths = [max(len(line[n]) for line in [names, *body]) for n in range(len(names))]

    def line(cells: Sequence[str]) -> str:
        aligned = [
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(cells, widths, kinds, strict=True)
        ]
        return "  ".join(aligned).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([line(names), rule, *(line(cells) for cells in body)])


def _text(cell: object) -> str:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    return printable(str(cell))


def printable(text: str) -> str:
    """What a terminal would obey, such as an escape sequence, stands as a replacement mark."""
    return "".join(
        char if char.isprintable() else " " if unicodedata.category(char) == "Zs" else "\ufffd"
        for char in text
    )


def _numeric_columns(width: int, body: Sequence[Sequence[str]]) -> list[bool]:
    return [
        any(cells[n] for cells in body)
        and all(cells[n] == "" or cells[n][0] in "-0123456789" for cells in body)
        and all("-" not in cells[n][1:] for cells in body)
        for n in range(width)
    ]
