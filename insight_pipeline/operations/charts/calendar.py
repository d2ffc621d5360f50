"""A calendar of arrivals: a cell a month, which says by colour, shape and words how it went.

Belongs here: the grid, its cells and its key. Does not belong here: what was due
(contracts/service_levels), or which months are shown (arrivals.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from insight_pipeline.publication.site.charts.frame import Drawing
from insight_pipeline.publication.site.charts.shapes import (
    Point,
    at,
    coordinate,
    drawing,
    rectangle,
    text,
)
from insight_pipeline.publication.site.charts.text import SIZE, shortened, width_of

WIDTH = 720.0
_HEAD, _KEY, _GAP, _NAME_GAP = 20.0, 24.0, 3.0, 8.0
_LONGEST_NAME = 250.0
_ROW = 26.0


class State(StrEnum):
    """How a month went; the value is its words in the key."""

    ON_TIME = "on time"
    LATE = "late"
    OWED = "due, not here"
    UNUSABLE = "came, not usable"
    CAME = "came, no date agreed"


# Class of the cell and the word inside it; days late stand there instead.
_LOOKS: Mapping[State, tuple[str, str]] = {
    State.ON_TIME: ("good", "✓"),
    State.LATE: ("bad", "+"),
    State.OWED: ("owed", "…"),
    State.UNUSABLE: ("other", "✗"),
    State.CAME: ("plain", "•"),
}


@dataclass(frozen=True)
class Cell:
    """One month. late_days: above 0 where it came late or is owed since then."""

    state: State
    late_days: int = 0

    @property
    def words(self) -> str:
        return f"+{self.late_days}" if self.late_days else _LOOKS[self.state][1]


@dataclass(frozen=True)
class Row:
    """One line of the calendar, a cell a column; None where nothing was due and nothing came."""

    name: str
    cells: tuple[Cell | None, ...]


def calendar(columns: Sequence[str], rows: Sequence[Row]) -> Drawing:
    """Rows below the names of the columns, and a key of the states that occur."""
    if not columns or not rows:
        return Drawing(2 * SIZE, text(0, SIZE + 4, "No month to show yet", "soft"))
    names = [shortened(row.name, _LONGEST_NAME) for row in rows]
    left = max(map(width_of, names)) + _NAME_GAP
    step = (WIDTH - left) / len(columns)
    size = (step - _GAP, _ROW - _GAP)
    places: dict[str, list[Point]] = {}
    parts = []
    for line, (name, row) in enumerate(zip(names, rows, strict=True)):
        top = _HEAD + line * _ROW
        parts.append(text(left - _NAME_GAP, top + _ROW / 2 + 4, name, "end"))
        for column, cell in enumerate(row.cells):
            place = (left + column * step, top)
            places.setdefault(_LOOKS[cell.state][0] if cell else "gap", []).append(place)
            parts.append(_words(cell, place, size) if cell else "")
    # All cells of a look are one element: a year of every feed is hundreds of cells.
    boxes = "".join(_boxes(kind, found, size) for kind, found in sorted(places.items()))
    parts = [boxes, _names_above(columns, left, step), *parts]
    below = _HEAD + len(rows) * _ROW
    parts.append(_key({cell.state for row in rows for cell in row.cells if cell}, below + 6))
    return Drawing(below + _KEY, "".join(parts))


def _names_above(columns: Sequence[str], left: float, step: float) -> str:
    every = 1
    while max(map(width_of, columns)) + 4 > step * every:
        every += 1
    return "".join(
        text(left + (at + 0.5) * step, SIZE, name, "tick mid")
        for at, name in enumerate(columns)
        if at % every == 0
    )


def _boxes(kind: str, places: Sequence[Point], size: Point) -> str:
    wide, high = map(coordinate, size)
    return drawing("".join(f"M{at(place)}h{wide}v{high}h-{wide}z" for place in places), kind)


def _words(cell: Cell, place: Point, size: Point) -> str:
    words = cell.words if width_of(cell.words) <= size[0] else _LOOKS[cell.state][1]
    return text(place[0] + size[0] / 2, place[1] + size[1] / 2 + 4, words, _ink(cell.state))


def _ink(state: State) -> str:
    return "small mid" if state is State.OWED else "small mid on"


def _key(states: set[State], top: float) -> str:
    parts, left = [], 0.0
    for state in (one for one in State if one in states):
        kind, word = _LOOKS[state]
        parts.append(rectangle(left, top, 16, 14, kind))
        parts.append(text(left + 8, top + 11, word, _ink(state)))
        words = f"{state.value}, days" if state is State.LATE else state.value
        parts.append(text(left + 22, top + 12, words, "soft"))
        left += 22 + width_of(words) + 16
    return "".join(parts)
