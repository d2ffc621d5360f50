"""What stands at an arrow between two services, and how it is drawn.

Belongs here: what both layouts of the flow chart share. Does not belong here: places.
"""

from __future__ import annotations

from collections.abc import Sequence

from insight_pipeline.publication.site.charts.model import Axis, Flow
from insight_pipeline.publication.site.charts.numbers import days, figure, usable
from insight_pipeline.publication.site.charts.series import NO_REASON
from insight_pipeline.publication.site.charts.shapes import at, coordinate, rectangle, text
from insight_pipeline.publication.site.charts.text import LINE, SIZE, escaped, shortened, width_of

_PER_CENT = Axis("%", 0)
_THINNEST, _THICKEST = 1.5, 6.0
_APART = 10.0
POINT = 9.0  # length of an arrow's head


def share(flow: Flow) -> str:
    """'62 % within 28 days', or the shorthand in place of a share that is withheld."""
    shown = figure(flow.value, _PER_CENT) if usable(flow.value) else flow.shorthand or NO_REASON
    return f"{shown} within {days(flow.clock_days)}" if flow.clock_days else shown


def counts(flow: Flow) -> str:
    """'124 of 200'; empty where one of both is not told."""
    if flow.numerator is None or flow.denominator is None:
        return ""
    return f"{flow.numerator:,} of {flow.denominator:,}"


def shaft(flow: Flow, route: str) -> str:
    """The line of an arrow along a path, as thick as its share is large, dashed without one."""
    casing = f'<path class="casing" d="{route}"/>'  # where arrows cross, one passes over the other
    if not usable(flow.value):
        return f'{casing}<path class="flow withheld" d="{route}"/>'
    share_shown = min(max(float(flow.value), 0.0), 100.0) / 100
    thickness = coordinate(_THINNEST + share_shown * (_THICKEST - _THINNEST))
    return f'{casing}<path class="flow" stroke-width="{thickness}" d="{route}"/>'


def words_over(flow: Flow, left: float, baseline: float, room: float) -> tuple[str, bool]:
    """The share, and behind it the counts where there is room; whether there was."""
    words, behind = shortened(share(flow), room, bold=True), counts(flow)
    fits = not behind or width_of(words, bold=True) + _APART + width_of(behind) <= room
    drawn = text(left, baseline, words, "strong")
    if behind and fits:
        more = f'<tspan class="count" dx="{_APART:.0f}">{escaped(behind)}</tspan></text>'
        drawn = drawn.removesuffix("</text>") + more
    return drawn, fits


def head(x: float, y: float) -> str:
    """The head of an arrow that points right, its tip at (x, y)."""
    return f'<path class="head" d="M{at((x, y))}l-{POINT:.0f}-6v12z"/>'


def box(left: float, top: float, width: float, height: float, lines: Sequence[str]) -> str:
    """A service: its name in the middle of its box."""
    first = top + height / 2 - (len(lines) - 1) * LINE / 2 + SIZE * 0.35
    names = (
        text(left + width / 2, first + n * LINE, line, "mid strong") for n, line in enumerate(lines)
    )
    return rectangle(left, top, width, height, "service") + "".join(names)
