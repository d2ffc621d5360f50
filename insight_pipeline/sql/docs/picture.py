"""The lineage picture as SVG: boxes in columns from left to right, each a link to its section.

Belongs here: how boxes and lines are drawn. Does not belong here: where they stand (layout.py) or
what is in the graph. Drawn by hand, so that it needs no library in the reader's browser; colours
come from picture.css, which the page or the file has beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from insight_pipeline.sql.docs.layout import Layout, Pair, lay_out

STYLE = Path(__file__).parent / "picture.css"
BOX_HEIGHT, STEP = 34, 42
LETTER, PADDING, LEAST_WIDTH = 6.0, 10, 64
GAP = 36  # between columns, where the lines run
HEADING = 38
MARGIN = 6
SMALLEST = 0.86
LONGEST_LINE = 15


@dataclass(frozen=True)
class Box:
    """One relation: what stands in its box, upper line (muted where it is a provider) and lower."""

    relation: str
    lines: tuple[str, ...]
    tone: str
    is_over: bool = False


@dataclass(frozen=True)
class Column:
    """Boxes one above the other, under a heading."""

    heading: str
    tone: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class _Drawing:
    """Columns with their places: left edge and width of each, and where everything stands."""

    columns: Sequence[Column]
    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    layout: Layout

    @property
    def width(self) -> float:
        return self.lefts[-1] + self.widths[-1] + MARGIN if self.lefts else 0

    @property
    def height(self) -> float:
        return HEADING + self.layout.height * STEP + MARGIN

    def middle(self, height: float) -> float:
        return HEADING + height * STEP + BOX_HEIGHT / 2


def box(relation: str, tone: str, over: str = "", label: str = "") -> Box:
    """A box for a relation: a provider over its dataset, or the name broken at an underscore."""
    name = label or relation.partition(".")[2]
    if over:
        return Box(relation, (over, name), tone, is_over=True)
    return Box(relation, broken(name), tone)


def broken(name: str) -> tuple[str, ...]:
    """A long name in two lines, broken at the underscore that leaves them most alike."""
    cuts = [n + 1 for n, letter in enumerate(name[:-1]) if letter == "_" and n]
    if len(name) <= LONGEST_LINE or not cuts:
        return (name,)
    cut = min(cuts, key=lambda at: (max(at, len(name) - at), at))
    return name[:cut], name[cut:]


def svg(
    columns: Sequence[Column], edges: Iterable[Pair], name: str, words: str, *, alone: bool = False
) -> str:
    """The picture. `name`: the start of its ids. `words`: what it shows, for who does not see it.

    For a page that has picture.css, and where boxes lead to the ids of their relations; `alone` for
    a file of its own, which has that style in it and no links.
    """
    drawing = _drawing([column for column in columns if column.boxes], edges)
    boxes = [_drawn(place, linked=not alone) for place in _places(drawing)]
    return (
        f"{_opened(drawing, name, alone=alone)}"
        f'<title id="{name}-words">{escape(words)}</title>{_ground(drawing) if alone else ""}'
        f"{''.join(_headings(drawing))}"
        f'<g class="lines">{"".join(_lines(drawing))}</g>'
        f"{''.join(boxes)}</svg>"
    )


def _opened(drawing: _Drawing, name: str, *, alone: bool) -> str:
    """Alone it has a size; on a page it shrinks a little with it, as far as it can be read."""
    width, height = f"{drawing.width:.0f}", f"{drawing.height:.0f}"
    least = f"{drawing.width * SMALLEST:.0f}"
    size = (
        f'xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}"'
        if alone
        else f'role="group" style="width:100%;min-width:{least}px;max-width:{width}px"'
    )
    labelled = f'class="dag" aria-labelledby="{name}-words"'
    return f'<svg {labelled} {size} viewBox="0 0 {width} {height}">'


def _ground(drawing: _Drawing) -> str:
    size = f'width="{drawing.width:.0f}" height="{drawing.height:.0f}"'
    return f'<style>{STYLE.read_text(encoding="utf-8")}</style><rect class="ground" {size}/>'


def _drawing(columns: Sequence[Column], edges: Iterable[Pair]) -> _Drawing:
    names = [[one.relation for one in column.boxes] for column in columns]
    shown = {name for column in names for name in column}
    layout = lay_out(names, [pair for pair in edges if shown.issuperset(pair)])
    widths = tuple(_width(column) for column in columns)
    lefts, left = [], float(MARGIN)
    for width in widths:
        lefts.append(left)
        left += width + GAP
    return _Drawing(columns, tuple(lefts), widths, layout)


def _width(column: Column) -> float:
    texts = [column.heading, *(line for one in column.boxes for line in one.lines)]
    return max(LEAST_WIDTH, max(map(len, texts)) * LETTER + 2 * PADDING)


def _headings(drawing: _Drawing) -> Iterable[str]:
    for column, left in zip(drawing.columns, drawing.lefts, strict=True):
        heading = escape(column.heading)
        yield f'<text class="room {column.tone}" x="{left:.0f}" y="18">{heading}</text>'


def _places(drawing: _Drawing) -> Iterator[tuple[Box, float, float, float]]:
    """Each box with its left, top and width, from column to column and downwards."""
    heights = drawing.layout.boxes
    for column, left, width in zip(drawing.columns, drawing.lefts, drawing.widths, strict=True):
        for one in sorted(column.boxes, key=lambda box: heights[box.relation]):
            yield one, left, drawing.middle(heights[one.relation]) - BOX_HEIGHT / 2, width


def _drawn(place: tuple[Box, float, float, float], *, linked: bool) -> str:
    """A box: a coloured bar, and its name in one or two lines."""
    one, left, top, width = place
    relation = escape(one.relation)
    shape = (
        f'<rect x="{left:.0f}" y="{top:.1f}" width="{width:.0f}" height="{BOX_HEIGHT}" rx="5"/>'
        f'<path class="bar" d="M{left + 2.5:.1f} {top + 5:.1f}v{BOX_HEIGHT - 10}"/>'
        f"{_name(one, left + PADDING, top)}"
    )
    if not linked:
        return f'<g class="{one.tone}">{shape}</g>'
    return f'<a href="#{relation}" class="{one.tone}" aria-label="{relation}">{shape}</a>'


def _name(one: Box, x: float, top: float) -> str:
    if len(one.lines) == 1:
        return f'<text x="{x:.0f}" y="{top + 21:.1f}">{escape(one.lines[0])}</text>'
    muted = ' class="over"' if one.is_over else ""
    return (
        f'<text x="{x:.0f}" y="{top + 14.5:.1f}"{muted}>{escape(one.lines[0])}</text>'
        f'<text x="{x:.0f}" y="{top + 27.5:.1f}">{escape(one.lines[1])}</text>'
    )


def _lines(drawing: _Drawing) -> Iterable[str]:
    column_of = {b.relation: n for n, c in enumerate(drawing.columns) for b in c.boxes}
    for pair in sorted(drawing.layout.lines):
        yield _line(drawing, pair, column_of)


def _line(drawing: _Drawing, pair: Pair, column_of: Mapping[str, int]) -> str:
    """From the right edge of one box to the left edge of the other, past the columns between."""
    heights, (one, other) = drawing.layout.boxes, sorted(pair, key=lambda name: column_of[name])
    y = drawing.middle(heights[one])
    at = column_of[one]
    x = drawing.lefts[at] + drawing.widths[at]
    path = f"M{x:.0f} {y:.1f}"
    passing = sorted(drawing.layout.lines[pair].items())
    for column, height in [*passing, (column_of[other], heights[other])]:
        left, y_next = drawing.lefts[column], drawing.middle(height)
        bend = (x + left) / 2
        path += f"C{bend:.0f} {y:.1f} {bend:.0f} {y_next:.1f} {left:.0f} {y_next:.1f}"
        x, y = left, y_next
        if column != column_of[other]:
            x += drawing.widths[column]
            path += f"H{x:.0f}"
    return f'<path data-of="{escape(pair[0])}" data-to="{escape(pair[1])}" d="{path}"/>'
