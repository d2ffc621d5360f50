"""The words at one panel of small multiples: its name and latest figure, its first and last period.

Belongs here: how they share the width of a panel. Does not belong here: the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insight_pipeline.publication.site.charts.frame import TICK_GAP, Plot
from insight_pipeline.publication.site.charts.shapes import text
from insight_pipeline.publication.site.charts.text import LINE, SIZE, shortened, width_of, wrapped

_NAME_LINES = 2


@dataclass(frozen=True)
class Title:
    """Lines of a name, and the figure beside the last of them or below it."""

    lines: tuple[str, ...]
    figure: str
    is_beside: bool

    @property
    def height(self) -> float:
        return LINE * (len(self.lines) + (not self.is_beside))

    def drawn(self, plot: Plot) -> str:
        """Above the plot, the last line nearest to it."""
        baseline = plot.top - 8
        if self.is_beside:
            figure = text(plot.right, baseline, self.figure, "strong end")
        else:
            figure = text(plot.left, baseline, self.figure, "strong")
            baseline -= LINE
        first = baseline - LINE * (len(self.lines) - 1)
        names = (text(plot.left, first + n * LINE, line) for n, line in enumerate(self.lines))
        return "".join([*names, figure])


def titled(name: str, figure: str, room: float, *, is_beside: bool) -> Title:
    """A name in up to two lines, and the latest figure."""
    shown = shortened(figure, room, bold=True)
    taken = width_of(shown, bold=True) + TICK_GAP if is_beside and shown else 0.0
    return Title(wrapped(name, room - taken, _NAME_LINES), shown, is_beside)


def first_and_last(periods: Sequence[str], plot: Plot) -> str:
    """The first and the last period under the plot; only the last where both have no room."""
    if not periods:
        return ""
    room, baseline = plot.right - plot.left, plot.bottom + SIZE + 3
    last = shortened(periods[-1], room)
    drawn = text(plot.right, baseline, last, "tick end")
    if len(periods) > 1 and width_of(periods[0]) + TICK_GAP + width_of(last) <= room:
        drawn = text(plot.left, baseline, periods[0], "tick") + drawn
    return drawn
