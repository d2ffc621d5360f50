"""Series of marks: where they are unbroken, and the lines and bands drawn along them.

Belongs here: what every chart over time shares. Does not belong here: axes. A line or band never
crosses a gap: nobody may read a figure between two others where none was published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insight_pipeline.publication.site.charts.model import Axis, Mark
from insight_pipeline.publication.site.charts.numbers import figure, interval, usable
from insight_pipeline.publication.site.charts.scale import Scale
from insight_pipeline.publication.site.charts.shapes import area, drawing, rectangle, route
from insight_pipeline.publication.site.charts.signals import look_of

_DASH = 1.5  # half the width of the line of a single point
_ALONE = 3.0  # half the width of the band of a single point
NO_REASON = "\N{EN DASH}"


def runs(flags: Sequence[bool]) -> Iterator[range]:
    """Unbroken stretches of true, as ranges of places."""
    start = None
    for place, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = place
        elif not flag and start is not None:
            yield range(start, place)
            start = None


def has_limits(mark: Mark) -> bool:
    return usable(mark.value) and usable(mark.lower) and usable(mark.upper)


def reason(mark: Mark) -> str:
    """The symbol at the axis: the shorthand, a dash for a gap without one, nothing for neither."""
    return mark.shorthand or ("" if usable(mark.value) else NO_REASON)


def said(mark: Mark, axis: Axis) -> str:
    """A mark in one line: name, figure, limits, signal."""
    name = mark.long_label or mark.label
    if not usable(mark.value):
        return f"{name}: {reason(mark)}"
    words = f"{name}: {figure(mark.value, axis)}"
    if usable(mark.lower) and usable(mark.upper):
        words += f" ({interval(mark.lower, mark.upper, axis)})"
    notes = [note for note in (mark.shorthand, look_of(mark.signal).words.lower()) if note]
    return ", ".join([words, *notes])


def course(marks: Sequence[Mark], xs: Sequence[float], scale: Scale) -> str:
    """Path data from point to point, broken at gaps; a point between two gaps is a dash."""
    ys = [scale.at(mark.value) if usable(mark.value) else None for mark in marks]
    drawn = []
    for stretch in runs([y is not None for y in ys]):
        points = [(xs[n], y) for n in stretch if (y := ys[n]) is not None]
        x, y = points[0]
        drawn.append(route(points) or route([(x - _DASH, y), (x + _DASH, y)]))
    return "".join(drawn)


def line(marks: Sequence[Mark], xs: Sequence[float], scale: Scale, kind: str) -> str:
    return drawing(course(marks, xs, scale), kind)


def band(marks: Sequence[Mark], xs: Sequence[float], scale: Scale) -> str:
    """Between lower and upper limits, broken where a mark has no value or no limits."""
    drawn = []
    for stretch in runs([has_limits(mark) for mark in marks]):
        places = [
            (xs[n], scale.at(marks[n].lower or 0.0), scale.at(marks[n].upper or 0.0))
            for n in stretch
        ]
        if len(places) == 1:
            ((x, low, high),) = places
            top, height = min(low, high), abs(high - low)
            drawn.append(rectangle(x - _ALONE, top, 2 * _ALONE, height, "band"))
            continue
        drawn.append(area([(x, y) for x, _, y in places], [(x, y) for x, y, _ in places], "band"))
    return "".join(drawn)
