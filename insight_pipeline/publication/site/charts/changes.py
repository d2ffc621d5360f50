"""Upright lines where something changed between two periods, with their labels above the plot.

Belongs here: where such lines and labels stand. Does not belong here: what changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from insight_pipeline.publication.site.charts.frame import TICK_GAP, Sheet
from insight_pipeline.publication.site.charts.model import Change
from insight_pipeline.publication.site.charts.shapes import path, text
from insight_pipeline.publication.site.charts.text import LINE, SIZE, width_of, wrapped

_BESIDE = 5.0  # from a line to its label
_LINES = 3


@dataclass(frozen=True)
class Label:
    """A label beside its line, from its row downwards; the line begins where the label does."""

    lines: tuple[str, ...]
    line: float
    is_right: bool
    row: int = 0

    @property
    def span(self) -> tuple[float, float]:
        width = _BESIDE + max(map(width_of, self.lines), default=0.0)
        return (self.line, self.line + width) if self.is_right else (self.line - width, self.line)

    @property
    def end(self) -> int:
        return self.row + len(self.lines)

    def meets(self, other: Label) -> bool:
        """Whether texts overlap, or the line of one runs through the text of the other."""
        (left, right), (start, stop) = self.span, other.span
        if self.row < other.end and other.row < self.end:
            return left < stop + TICK_GAP and start < right + TICK_GAP
        lower, upper = (self, other) if self.row > other.row else (other, self)
        return lower.span[0] - 2 < upper.line < lower.span[1] + 2


def laid_out(changes: Sequence[Change], edges: Sequence[float], sheet: Sheet) -> list[Label]:
    """Labels beside their lines, in as few lines and as far up as leaves them apart.

    `edges` are the places between marks: before the first, between any two, behind the last.
    """
    labels: list[Label] = []
    for change in sorted(changes, key=lambda change: (change.before, change.label)):
        line = edges[max(0, min(change.before, len(edges) - 1))]
        deepest = max((label.end for label in labels), default=0)
        wanted = [
            Label(found.lines, line, found.is_right, row)
            for found, row in product(_candidates(change.label, line, sheet), range(deepest + 1))
        ]
        free = (each for each in wanted if not any(each.meets(label) for label in labels))
        labels.append(next(free, wanted[-1]))
    return labels


def _candidates(label: str, line: float, sheet: Sheet) -> Iterator[Label]:
    """In one line, two or three, right of its line before left; cut where nothing else fits."""
    rooms = {True: sheet.width - line - _BESIDE, False: line - _BESIDE}
    for count, is_right in product(range(1, _LINES + 1), rooms):
        lines = wrapped(label, rooms[is_right], count)
        if not any(each.endswith("…") for each in lines):
            yield Label(lines, line, is_right)
    is_right = rooms[True] >= rooms[False]
    yield Label(wrapped(label, rooms[is_right], _LINES), line, is_right)


def height(labels: Sequence[Label]) -> float:
    return max(label.end for label in labels) * LINE + 2 if labels else 0.0


def drawn(labels: Sequence[Label], top: float, bottom: float) -> str:
    """Lines from beside their labels down to the axis, then the labels."""
    lines = (
        path([(label.line, top + label.row * LINE + 2), (label.line, bottom)], "change")
        for label in labels
    )
    words = (
        text(
            label.line + (_BESIDE if label.is_right else -_BESIDE),
            top + (label.row + n) * LINE + SIZE,
            each,
            "name" if label.is_right else "name end",
        )
        for label in labels
        for n, each in enumerate(label.lines)
    )
    return "".join([*lines, *words])
