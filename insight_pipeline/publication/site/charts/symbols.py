"""Gaps and their symbols: a pale column where no figure is, its shorthand under the axis.

Belongs here: how a chart over time shows what it does not show. Does not belong here: the meaning
of the symbols, which the legend of a page tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from insight_pipeline.publication.site.charts.frame import Plot, Sheet, span
from insight_pipeline.publication.site.charts.model import Mark
from insight_pipeline.publication.site.charts.numbers import usable
from insight_pipeline.publication.site.charts.series import reason, runs
from insight_pipeline.publication.site.charts.shapes import path, rectangle, text
from insight_pipeline.publication.site.charts.text import LINE, SIZE, shortened, width_of

_LONGEST = 80.0
_APART = 3.0


def washes(marks: Sequence[Mark], edges: Sequence[float], plot: Plot) -> str:
    """A pale column for each stretch of gaps; `edges` are the places between marks."""
    stretches = runs([not usable(mark.value) for mark in marks])
    return "".join(
        rectangle(
            edges[each.start],
            plot.top,
            edges[each.stop] - edges[each.start],
            plot.bottom - plot.top,
            "gap",
        )
        for each in stretches
    )


def symbols(
    marks: Sequence[Mark], edges: Sequence[float], sheet: Sheet, top: float
) -> tuple[str, float]:
    """Symbols under the axis, one for each stretch with the same, and where the next line begins.

    They stand in as many rows as keep them apart; a short stroke leads to those further down.
    """
    drawn: list[str] = []
    ends: list[float] = []
    begin = 0
    for words, group in groupby(reason(mark) for mark in marks):
        end = begin + len(list(group))
        middle = (edges[begin] + edges[end]) / 2
        begin = end
        shown = shortened(words, _LONGEST)
        if not shown:
            continue
        left, right = span(middle, width_of(shown), sheet.width)
        row = next((n for n, taken in enumerate(ends) if taken + _APART <= left), len(ends))
        ends[row : row + 1] = [right]
        drawn.append(path([(middle, top), (middle, top + 4)], "axis"))
        drawn.append(
            text((left + right) / 2, top + row * LINE + SIZE + 4, shown, "soft mid symbol")
        )
    return "".join(drawn), top + len(ends) * LINE
