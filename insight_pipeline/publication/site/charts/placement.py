"""Names beside points, so that no name covers another name, a point or the edge of the plot.

Belongs here: where names stand. Does not belong here: which points are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from insight_pipeline.publication.site.charts.frame import DROP, Plot
from insight_pipeline.publication.site.charts.shapes import HALF, Point, path, text
from insight_pipeline.publication.site.charts.text import SIZE, shortened, width_of

_BESIDE = HALF + 3
_STEPS = (0.0, -14.0, 14.0, -28.0, 28.0, -44.0, 44.0, -62.0, 62.0)
_LONGEST = 0.55  # of the width of the plot


@dataclass(frozen=True)
class Box:
    """Left, top, right and bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        apart = (
            self.right <= other.left
            or other.right <= self.left
            or self.bottom <= other.top
            or other.bottom <= self.top
        )
        return not apart


@dataclass(frozen=True)
class Name:
    """A name where it stands, and the point it belongs to."""

    words: str
    box: Box
    point: Point

    def drawn(self) -> str:
        """The name, and a hairline to its point where it stands away from it."""
        box, (x, y) = self.box, self.point
        middle = (box.top + box.bottom) / 2
        is_right = box.left > x
        near = box.left - 2 if is_right else box.right + 2
        leader = path([(x, y), (near, middle)], "leader") if abs(middle - y) > SIZE else ""
        edge, kind = (box.left, "name") if is_right else (box.right, "name end")
        return leader + text(edge, middle + DROP, self.words, kind)


def placed(
    named: Sequence[tuple[str, Point]],
    points: Sequence[Point],
    curves: Sequence[Point],
    plot: Plot,
) -> list[Name]:
    """A place for each name, right or left of its point, level with it or a little away.

    `points` may not be covered; samples of `curves` only where there is no other place. A name
    that finds none is left out: the point keeps its tooltip, and the table its row.
    """
    taken = [Box(x - HALF, y - HALF, x + HALF, y + HALF) for x, y in points]
    lines = [Box(x - 1, y - 1, x + 1, y + 1) for x, y in curves]
    found: list[Name] = []
    for words, point in named:
        shown = shortened(words, (plot.right - plot.left) * _LONGEST)
        free = [
            box
            for box in _places(point, width_of(shown))
            if _is_inside(box, plot) and not any(box.meets(other) for other in taken)
        ]
        clear = [box for box in free if not any(box.meets(other) for other in lines)]
        for box in (clear or free)[:1]:
            taken.append(box)
            found.append(Name(shown, box, point))
    return found


def _places(point: Point, width: float) -> Iterator[Box]:
    x, y = point
    for step, is_right in product(_STEPS, (True, False)):
        left = x + _BESIDE if is_right else x - _BESIDE - width
        top = y + step - SIZE / 2 - 1
        yield Box(left, top, left + width, top + SIZE + 2)


def _is_inside(box: Box, plot: Plot) -> bool:
    return (
        plot.left <= box.left
        and box.right <= plot.right
        and plot.top <= box.top
        and box.bottom <= plot.bottom
    )
