"""The frame of a picture: its two layouts, its axes, and labels that never run into each other.

Belongs here: what charts with axes share. Does not belong here: any one chart. A page shows `wide`
where there is room and `narrow` where there is not (charts.css asks the width of the box around the
chart), so that text is 11 pixels or more on a screen of 320 without sideways scrolling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from insight_pipeline.publication.site.charts.model import Chart
from insight_pipeline.publication.site.charts.scale import Scale
from insight_pipeline.publication.site.charts.shapes import coordinate, drawing, path, route, text
from insight_pipeline.publication.site.charts.text import SIZE, escaped, shortened, width_of

TICK_GAP = 8.0  # between a label and its axis, and at least between two labels
DROP = SIZE * 0.35  # from the middle of a line of text to its baseline


@dataclass(frozen=True)
class Sheet:
    """A layout: its class and its width in units that are about pixels."""

    name: str
    width: float
    prefix: str = ""  # of the ids on it

    @property
    def is_wide(self) -> bool:
        return self.name == "wide"


SHEETS = (Sheet("wide", 720.0), Sheet("narrow", 320.0))


@dataclass(frozen=True)
class Drawing:
    """What stands on a sheet, and how high it is."""

    height: float
    body: str


@dataclass(frozen=True)
class Plot:
    """The area between the axes."""

    left: float
    top: float
    right: float
    bottom: float


def framed(chart_id: str, title: str, alternative: str, draw: Callable[[Sheet], Drawing]) -> Chart:
    """A chart of both layouts, each named by its title and described by the alternative."""
    layouts = "".join(
        picture(sheet, title, alternative, draw(sheet)) for sheet in _sheets(chart_id)
    )
    return Chart(f'<div class="chart">{layouts}</div>', alternative)


def _sheets(chart_id: str) -> Iterable[Sheet]:
    return (replace(sheet, prefix=f"{id_of(chart_id)}-{sheet.name}") for sheet in SHEETS)


def id_of(words: str) -> str:
    """An id: no spaces, since aria-labelledby is a list, and safe in an attribute."""
    return escaped(words).replace(" ", "-")


def picture(sheet: Sheet, title: str, alternative: str, drawing: Drawing) -> str:
    """One <svg>, named by its title and described by the alternative."""
    name = sheet.prefix
    size = f'viewBox="0 0 {coordinate(sheet.width)} {coordinate(drawing.height)}"'
    return (
        f'<svg class="{sheet.name}" role="img" aria-labelledby="{name}-title {name}-desc" {size}>'
        f'<title id="{name}-title">{escaped(title)}</title>'
        f'<desc id="{name}-desc">{escaped(alternative)}</desc>{drawing.body}</svg>'
    )


def margin(scale: Scale) -> float:
    """Room that the labels of an upright axis need on its left."""
    return max((width_of(scale.words(tick)) for tick in scale.ticks), default=0.0) + TICK_GAP + 2


def hairlines(plot: Plot, scale: Scale) -> str:
    """Path data of a line across the plot for each tick of an upright axis."""
    ys = (scale.at(float(tick)) for tick in scale.ticks)
    return "".join(route([(plot.left, y), (plot.right, y)]) for y in ys)


def rungs_beside(plot: Plot, scale: Scale) -> str:
    """The labels of an upright axis, on its left."""
    return "".join(
        text(plot.left - TICK_GAP, scale.at(float(tick)) + DROP, scale.words(tick), "tick end")
        for tick in scale.ticks
    )


def rungs(plot: Plot, scale: Scale) -> str:
    """An upright axis: a hairline and a label for each tick."""
    return drawing(hairlines(plot, scale), "grid") + rungs_beside(plot, scale)


def columns(plot: Plot, scale: Scale, sheet: Sheet, baseline: float) -> str:
    """A level axis of figures: hairlines, and as many of the labels as fit beside each other."""
    places = [scale.at(float(tick)) for tick in scale.ticks]
    lines = "".join(route([(x, plot.top), (x, plot.bottom)]) for x in places)
    words = [scale.words(tick) for tick in scale.ticks]
    return drawing(lines, "grid") + labels_below(places, words, sheet, baseline)


def base(plot: Plot) -> str:
    return path([(plot.left, plot.bottom), (plot.right, plot.bottom)], "axis")


def labels_below(
    places: Sequence[float], words: Sequence[str], sheet: Sheet, baseline: float
) -> str:
    """Labels centred under their places, counted from the last one: every, every second, fourth …

    Of quarters too many for their room, that leaves the same one of every year.
    """
    longest = sheet.width * 0.4
    shown = [shortened(each, longest) for each in words]
    boxes = [
        span(place, width_of(each), sheet.width) for place, each in zip(places, shown, strict=True)
    ]
    kept = _every(boxes)
    return "".join(text(sum(boxes[n]) / 2, baseline, shown[n], "tick mid") for n in sorted(kept))


def span(middle: float, width: float, room: float) -> tuple[float, float]:
    """Left and right edge around a middle, moved as far as needed to lie within the sheet."""
    left = max(0.0, min(middle - width / 2, room - width))
    return left, left + width


def _every(boxes: Sequence[tuple[float, float]]) -> list[int]:
    """Places counted from the last one in the smallest step that lets no two labels touch."""
    step = 1
    while not is_apart(boxes[::-step][::-1]):
        step *= 2
    return list(range(len(boxes) - 1, -1, -step))


def is_apart(boxes: Iterable[tuple[float, float]]) -> bool:
    """Whether boxes, from left to right, leave the least gap between each other."""
    return all(one[1] + TICK_GAP <= other[0] for one, other in pairwise(boxes))
