"""A series over time as an SPC chart: limits of chance, special causes, target, what changed.

Belongs here: what an SPC chart shows and in which order. Does not belong here: judging (mean,
limits and signals come from the release), or its lines (process.py).
Source: NHS England, "Making data count: Strengthening your decisions", XmR charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from insight_pipeline.publication.site.charts import changes as changed
from insight_pipeline.publication.site.charts.frame import (
    DROP,
    Drawing,
    Plot,
    Sheet,
    base,
    framed,
    labels_below,
    margin,
    rungs,
)
from insight_pipeline.publication.site.charts.key import Entry, key, of_band, of_line, of_signals
from insight_pipeline.publication.site.charts.model import Axis, Change, Chart, Limits, Mark
from insight_pipeline.publication.site.charts.numbers import (
    figure,
    heading,
    interval,
    number,
    usable,
)
from insight_pipeline.publication.site.charts.process import levels
from insight_pipeline.publication.site.charts.scale import Scale, value_scale
from insight_pipeline.publication.site.charts.series import band, has_limits, line, said
from insight_pipeline.publication.site.charts.shapes import marker, text
from insight_pipeline.publication.site.charts.signals import look_of
from insight_pipeline.publication.site.charts.symbols import symbols, washes
from insight_pipeline.publication.site.charts.text import LINE, SIZE, shortened, width_of
from insight_pipeline.publication.site.charts.wording import (
    course,
    gaps,
    listed,
    name,
    paragraph,
    signals,
)

_HEIGHT = {"wide": 250.0, "narrow": 210.0}
_LATEST = 10.0  # from the last point to its figure
_MOST = 0.3  # of the width, for that figure; the key and the table have it as well


@dataclass(frozen=True)
class _Series:
    """All that one chart shows."""

    marks: tuple[Mark, ...]
    axis: Axis
    limits: tuple[Limits, ...]
    target: float | None
    changes: tuple[Change, ...]

    def figures(self) -> list[float | None]:
        """Every figure the axis has to hold; from zero, no process limit pulls it below."""
        shown = [n for m in self.marks for n in (m.value, *((m.lower, m.upper) * has_limits(m)))]
        lines = [n for limit in self.limits for n in (limit.mean, limit.lower, limit.upper)]
        if self.axis.from_zero:
            lines = [n for n in lines if n is not None and n >= 0]
        return [*shown, *lines, self.target]


def spc_chart(
    chart_id: str,
    title: str,
    marks: Sequence[Mark],
    axis: Axis,
    *,
    limits: Sequence[Limits] | None = None,
    target: float | None = None,
    changes: Sequence[Change] = (),
) -> Chart:
    """Marks in order of time, with mean and process limits where `limits` gives one per mark.

    Without limits it is a line with its confidence band. ValueError: limits of another number.
    """
    if limits is not None and len(limits) != len(marks):
        raise ValueError(f"{len(marks)} marks and {len(limits)} limits")
    series = _Series(tuple(marks), axis, tuple(limits or ()), target, tuple(changes))
    return framed(chart_id, title, _alternative(series), partial(_drawn, series))


def _alternative(series: _Series) -> str:
    target = f"Target {figure(series.target, series.axis)}." if usable(series.target) else ""
    marked = listed(
        f"{change.label} (drawn before {name(series.marks[change.before])})"
        for change in series.changes
        if 0 <= change.before < len(series.marks)
    )
    return paragraph(
        course(series.marks, series.axis),
        target,
        signals(series.marks),
        gaps(series.marks, "periods"),
        f"Marked: {marked}." if marked else "",
    )


def _drawn(series: _Series, sheet: Sheet) -> Drawing:
    head, top = key(_entries(series), sheet)
    unit = heading(series.axis)
    head += text(0, top + SIZE, shortened(unit, sheet.width), "soft")
    top += LINE + 2 if unit else 0
    latest = next((mark.value for mark in reversed(series.marks) if usable(mark.value)), None)
    beside = number(latest, series.axis.decimals) if latest is not None else ""
    beside = beside if width_of(beside, bold=True) < sheet.width * _MOST else ""
    right = sheet.width - width_of(beside, bold=True) - _LATEST
    # The rows of labels need the places across, which need the labels of the axis upwards.
    scale = value_scale(series.figures(), series.axis, 0, 1, 5)
    left = margin(scale)
    step = (right - left) / max(1, len(series.marks))
    edges = [left + step * n for n in range(len(series.marks) + 1)]
    labels = changed.laid_out(series.changes, edges, sheet)
    begin = top + changed.height(labels)
    plot = Plot(left, begin + 8, right, begin + 8 + _HEIGHT[sheet.name])
    scale = value_scale(series.figures(), series.axis, plot.bottom, plot.top, 5)
    lane, under = symbols(series.marks, edges, sheet, plot.bottom)
    xs = [(one + other) / 2 for one, other in pairwise(edges)]
    names = [mark.label for mark in series.marks]
    parts = (
        head,
        washes(series.marks, edges, plot),
        rungs(plot, scale),
        changed.drawn(labels, top, plot.bottom),
        _inside(series, xs, step, scale),
        _beside_last(series, xs, scale, beside),
        base(plot),
        lane,
        labels_below(xs, names, sheet, under + SIZE + 5),
    )
    return Drawing(under + SIZE + 11, "".join(parts))


def _entries(series: _Series) -> list[Entry]:
    """The key: signals that occur, then lines with the figures they stand for at the end."""
    axis = series.axis
    entries = of_signals(mark.signal for mark in series.marks if usable(mark.value))
    if any(has_limits(mark) for mark in series.marks):
        entries.append(of_band("95 % confidence interval"))
    if usable(series.target):
        entries.append(of_line(f"Target {number(series.target, axis.decimals)}", "target"))
    last = next((limit for limit in reversed(series.limits) if usable(limit.mean)), None)
    if last is not None and usable(last.mean):
        entries.append(of_line(f"Mean {number(last.mean, axis.decimals)}", "mean"))
        if usable(last.lower) and usable(last.upper):
            words = f"Process limits {interval(last.lower, last.upper, axis)}"
            entries.append(of_line(words, "limit"))
    return entries


def _inside(series: _Series, xs: Sequence[float], step: float, scale: Scale) -> str:
    """From the back to the front: band, limits, target, line, markers."""
    points = (
        marker(
            (x, scale.at(mark.value)),
            look_of(mark.signal),
            said(mark, series.axis),
            is_hollow=bool(mark.shorthand),
        )
        for x, mark in zip(xs, series.marks, strict=True)
        if usable(mark.value)
    )
    return "".join(
        [
            band(series.marks, xs, scale),
            levels(series.limits, series.target, xs, step, scale),
            line(series.marks, xs, scale, "line"),
            *points,
        ]
    )


def _beside_last(series: _Series, xs: Sequence[float], scale: Scale, words: str) -> str:
    for x, mark in zip(reversed(xs), reversed(series.marks), strict=True):
        if usable(mark.value):
            return text(x + _LATEST, scale.at(mark.value) + DROP, words, "strong")
    return ""
