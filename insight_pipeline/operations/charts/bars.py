"""Shares as bars: one a name, from 0 to 100 %, with a line where the share was before.

Belongs here: bars, their names and figures. Does not belong here: which shares (filling.py …).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insight_pipeline.publication.site.charts.frame import Drawing
from insight_pipeline.publication.site.charts.shapes import path, rectangle, text
from insight_pipeline.publication.site.charts.text import SIZE, shortened, width_of

WIDTH = 720.0
_ROW, _BAR = 20.0, 12.0
_LONGEST_NAME = 260.0
_FIGURE = 60.0


@dataclass(frozen=True)
class Bar:
    """A share between 0 and 1, and what it was before, where that is known."""

    name: str
    share: float
    before: float | None = None
    is_odd: bool = False


def bars(rows: Sequence[Bar], before: str = "") -> Drawing:
    """Bars in the order given; `before` says in the key what the upright line stands for."""
    if not rows:
        return Drawing(2 * SIZE, text(0, SIZE + 4, "Nothing to show yet", "soft"))
    names = [shortened(row.name, _LONGEST_NAME) for row in rows]
    left = max(map(width_of, names)) + 8
    room = WIDTH - left - _FIGURE
    parts = []
    for place, (name, row) in enumerate(zip(names, rows, strict=True)):
        top = place * _ROW
        length = room * min(max(row.share, 0.0), 1.0)
        parts.append(text(left - 8, top + _BAR, name, "end"))
        parts.append(rectangle(left, top + 2, room, _BAR, "gap"))
        parts.append(rectangle(left, top + 2, length, _BAR, "bad" if row.is_odd else "good"))
        if row.before is not None:
            x = left + room * min(max(row.before, 0.0), 1.0)
            parts.append(path([(x, top), (x, top + _BAR + 4)], "before"))
        parts.append(text(WIDTH, top + _BAR, f"{row.share:.1%}", "end"))
    below = len(rows) * _ROW
    if before and any(row.before is not None for row in rows):
        parts.append(path([(left, below + 4), (left, below + 18)], "before"))
        parts.append(text(left + 8, below + 15, before, "soft"))
        below += 22
    return Drawing(below, "".join(parts))
