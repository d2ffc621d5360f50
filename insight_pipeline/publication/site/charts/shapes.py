"""Elements of SVG: lines, areas, texts and markers, coordinates to a tenth of a unit.

Belongs here: how one element is written. Does not belong here: what it means. Only classes, no
styles: colours are those of charts.css, and a strict content policy keeps holding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from insight_pipeline.publication.site.charts.signals import Look
from insight_pipeline.publication.site.charts.text import escaped

Point = tuple[float, float]
HALF = 6.0  # how far a marker reaches from its middle
# Path from the middle of the marker on; about equal in area.
_MARKERS = {
    "dot": "m-4.4 0a4.4 4.4 0 1 0 8.8 0a4.4 4.4 0 1 0-8.8 0z",
    "diamond": "m0-6l6 6l-6 6l-6-6z",
    "square": "m-4.5-4.5h9v9h-9z",
    "up": "m0-6l5.8 10.5h-11.6z",
    "down": "m0 6l5.8-10.5h-11.6z",
}


def coordinate(value: float) -> str:
    """To a tenth, without a needless point or a negative zero."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def at(point: Point) -> str:
    return f"{coordinate(point[0])} {coordinate(point[1])}"


def path(points: Iterable[Point], kind: str, *, is_closed: bool = False) -> str:
    """Straight from point to point; nothing where there are not two."""
    data = route(points)
    return drawing(f"{data}Z" if data and is_closed else data, kind)


def drawing(data: str, kind: str) -> str:
    """Path data as an element; nothing for none."""
    return f'<path class="{kind}" d="{data}"/>' if data else ""


def route(points: Iterable[Point]) -> str:
    """The same as path data, in steps from point to point: shorter, and exact to the tenth."""
    places = [(round(x * 10), round(y * 10)) for x, y in points]
    if len(places) < 2:
        return ""
    steps = ((other[0] - one[0], other[1] - one[1]) for one, other in pairwise(places))
    start = (places[0][0] / 10, places[0][1] / 10)
    return f"M{at(start)}{''.join(_step(across / 10, down / 10) for across, down in steps)}"


def _step(across: float, down: float) -> str:
    if not down:
        return f"h{coordinate(across)}"
    if not across:
        return f"v{coordinate(down)}"
    between = "" if down < 0 else " "
    return f"l{coordinate(across)}{between}{coordinate(down)}"


def area(upper: Sequence[Point], lower: Sequence[Point], kind: str) -> str:
    """Between an upper and a lower edge, both from left to right."""
    return path(chain(upper, reversed(lower)), kind, is_closed=True)


def rectangle(left: float, top: float, width: float, height: float, kind: str) -> str:
    place = f'x="{coordinate(left)}" y="{coordinate(top)}"'
    size = f'width="{coordinate(width)}" height="{coordinate(height)}"'
    return f'<rect class="{kind}" {place} {size}/>'


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """At its baseline; classes `end` and `mid` anchor it at its end or middle. Empty: nothing."""
    if not words:
        return ""
    classes = f' class="{kind}"' if kind else ""
    return f'<text{classes} x="{coordinate(x)}" y="{coordinate(y)}">{escaped(words)}</text>'


def marker(point: Point, look: Look, tooltip: str = "", *, is_hollow: bool = False) -> str:
    """The shape and tone of a signal, around a point; hovering over it shows the tooltip."""
    hollow = " few" if is_hollow or look.is_hollow else ""
    drawn = f'<path class="mark {look.tone}{hollow}" d="M{at(point)}{_MARKERS[look.shape]}"'
    return f"{drawn}><title>{escaped(tooltip)}</title></path>" if tooltip else f"{drawn}/>"
