"""A line the height of a line of text, for cells of tables.

Belongs here: the line, its gaps and its last point. Does not belong here: figures, which stand
beside it in the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from insight_pipeline.publication.site.charts.frame import Drawing, Plot, Sheet, id_of, picture
from insight_pipeline.publication.site.charts.model import Axis, Chart, Mark
from insight_pipeline.publication.site.charts.numbers import usable
from insight_pipeline.publication.site.charts.scale import Scale
from insight_pipeline.publication.site.charts.series import line
from insight_pipeline.publication.site.charts.shapes import HALF, marker
from insight_pipeline.publication.site.charts.signals import look_of
from insight_pipeline.publication.site.charts.symbols import washes
from insight_pipeline.publication.site.charts.wording import course, gaps, paragraph, signals

_SHEET = Sheet("spark", 120.0)
_HEIGHT = 30.0
_PLAIN = Axis("", 2)
_PLOT = Plot(1, HALF + 1, _SHEET.width - HALF, _HEIGHT - HALF - 1)


def sparkline(chart_id: str, marks: Sequence[Mark], axis: Axis = _PLAIN) -> Chart:
    """Marks in order of time, on a scale of their own; numbers only in the alternative."""
    said = paragraph(course(marks, axis), signals(marks), gaps(marks, "periods"))
    drawing = Drawing(_HEIGHT, _drawn(marks))
    sheet = replace(_SHEET, prefix=id_of(chart_id))
    return Chart(picture(sheet, "Course over time", said, drawing), said)


def _drawn(marks: Sequence[Mark]) -> str:
    step = (_PLOT.right - _PLOT.left) / max(1, len(marks))
    edges = [_PLOT.left + step * n for n in range(len(marks) + 1)]
    xs = [edge + step / 2 for edge in edges[:-1]]
    scale = _scale([mark.value for mark in marks if usable(mark.value)])
    known = [(x, mark) for x, mark in zip(xs, marks, strict=True) if usable(mark.value)]
    points = [
        marker((x, scale.at(mark.value)), look_of(mark.signal))
        for x, mark in known[-1:]
        if usable(mark.value)
    ]
    gaps_shown = washes(marks, edges, Plot(_PLOT.left, 1, _PLOT.right, _HEIGHT - 1))
    return "".join([gaps_shown, line(marks, xs, scale, "line bold"), *points])


def _scale(values: Sequence[float]) -> Scale:
    """From the lowest to the highest figure; one that never changes runs along the middle."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if low == high:
        low, high = low - 1, high + 1
    return Scale(low, high, _PLOT.bottom, _PLOT.top, (), 0)
