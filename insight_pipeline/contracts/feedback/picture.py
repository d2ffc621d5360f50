"""Small pictures drawn by hand: where the rows of a delivery went.

Belongs here: shapes and their places. Does not belong here: SVG, words or colours (the templates);
the table beside each picture says the same in numbers. No text of a provider enters a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from insight_pipeline.contracts.feedback.statement import Statement

PARTS = ("accepted", "quarantined", "superseded", "rejected")
WIDTH = 1000
LEAST = 0.004  # of the whole: one row in a million can still be seen
COLUMNS, COLUMN_WIDTH, COLUMN_STEP, COLUMN_HEIGHT = 24, 10, 14, 48


@dataclass(frozen=True)
class Shape:
    """A rectangle; `kind` is the part of the rows it stands for."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Picture:
    """Shapes in a frame, and the words for those who do not see them."""

    label: str
    width: int
    height: int
    shapes: tuple[Shape, ...]


def parts_of(statement: Statement) -> tuple[tuple[str, int], ...]:
    """Where the rows went, in the order in which they are drawn."""
    return tuple((name, getattr(statement, name)) for name in PARTS)


def bar(statement: Statement, height: int, label: str) -> Picture:
    """One bar, as wide as its place: received = its parts."""
    return Picture(label, WIDTH, height, tuple(_parts_in_a_row(statement, height)))


def _parts_in_a_row(statement: Statement, height: int) -> Iterator[Shape]:
    left = 0.0
    for name, width in _shares(statement, WIDTH):
        yield Shape(name, left, 0, width, height)
        left += width


def _shares(statement: Statement, whole: float) -> list[tuple[str, float]]:
    """The parts above 0, in proportion, none too small to see, together the whole."""
    parts = [(name, count) for name, count in parts_of(statement) if count]
    total, least = sum(count for _, count in parts), max(LEAST * whole, 1.5)
    wide = [max(whole * count / total, least) for _, count in parts]
    surplus, largest = sum(wide) - whole, max(wide, default=0)
    if wide:
        wide[wide.index(largest)] -= surplus
    return [(name, width) for (name, _), width in zip(parts, wide, strict=True)]


def columns(statements: Iterable[Statement], label: str) -> Picture:
    """One column a delivery, oldest left, each as high as the whole of its rows."""
    shown = list(statements)[-COLUMNS:]
    shapes = [shape for n, s in enumerate(shown) for shape in _column(n * COLUMN_STEP, s)]
    width = max(len(shown) * COLUMN_STEP - (COLUMN_STEP - COLUMN_WIDTH), COLUMN_WIDTH)
    return Picture(label, width, COLUMN_HEIGHT, tuple(shapes))


def _column(left: int, statement: Statement) -> Sequence[Shape]:
    shapes, top = [], float(COLUMN_HEIGHT)
    for name, height in _shares(statement, COLUMN_HEIGHT):
        top -= height
        shapes.append(Shape(name, left, top, COLUMN_WIDTH, height))
    return shapes or [Shape("none", left, COLUMN_HEIGHT - 2, COLUMN_WIDTH, 2)]
