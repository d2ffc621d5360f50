"""Figures side by side: a dot and its confidence interval in each row, and what they compare with.

Belongs here: rows of areas, providers or bands, in the order given. Does not belong here: their
order, or the comparison itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from insight_pipeline.publication.site.charts.frame import (
    DROP,
    SHEETS,
    Drawing,
    Plot,
    Sheet,
    base,
    columns,
    framed,
)
from insight_pipeline.publication.site.charts.key import Entry, key, of_line, of_signals
from insight_pipeline.publication.site.charts.model import Axis, Chart, Mark
from insight_pipeline.publication.site.charts.numbers import figure, heading, number, usable
from insight_pipeline.publication.site.charts.scale import Scale, value_scale
from insight_pipeline.publication.site.charts.series import has_limits, reason, said
from insight_pipeline.publication.site.charts.shapes import HALF, marker, path, text
from insight_pipeline.publication.site.charts.signals import look_of
from insight_pipeline.publication.site.charts.text import SIZE, shortened, width_of
from insight_pipeline.publication.site.charts.wording import gaps, listed, name, paragraph

_ROW = {"wide": 30.0, "narrow": 44.0}
_NAMES = 230.0  # most room for names beside the rows
_GAP = 10.0


@dataclass(frozen=True)
class _Rows:
    """All that one chart shows."""

    marks: tuple[Mark, ...]
    axis: Axis
    benchmark: float | None
    benchmark_label: str

    def values(self) -> list[float | None]:
        ends = [end for m in self.marks if has_limits(m) for end in (m.lower, m.upper)]
        return [*(mark.value for mark in self.marks), *ends, self.benchmark]

    def written(self, mark: Mark) -> str:
        return number(mark.value, self.axis.decimals) if usable(mark.value) else reason(mark)


def interval_chart(
    chart_id: str,
    title: str,
    marks: Sequence[Mark],
    axis: Axis,
    *,
    benchmark: float | None = None,
    benchmark_label: str = "",
) -> Chart:
    """One row per mark from the top down: name, dot with whiskers, figure; a line to compare with.

    A mark without a value has its shorthand in place of both.
    """
    rows = _Rows(tuple(marks), axis, benchmark, benchmark_label)
    return framed(chart_id, title, _alternative(rows), partial(_drawn, rows))


def _alternative(rows: _Rows) -> str:
    shown = [(mark.value, name(mark)) for mark in rows.marks if usable(mark.value)]
    if not shown:
        return paragraph("No figure is shown.", gaps(rows.marks, "rows"))
    low, high = (f"{figure(end[0], rows.axis)} ({end[1]})" for end in (min(shown), max(shown)))
    many = f"{len(shown)} figures from {low} to {high}."
    compared = _compared(rows)
    special = [mark for mark in rows.marks if look_of(mark.signal).is_special]
    told = listed(f"{name(mark)} {look_of(mark.signal).words.lower()}" for mark in special)
    return paragraph(
        many if len(shown) > 1 else f"One figure, {low}.",
        f"{compared}." if compared else "",
        f"{told}." if told else "",
        gaps(rows.marks, "rows"),
    )


def _compared(rows: _Rows) -> str:
    if not usable(rows.benchmark):
        return ""
    return f"{rows.benchmark_label or 'Benchmark'} {figure(rows.benchmark, rows.axis)}"


def _drawn(rows: _Rows, sheet: Sheet) -> Drawing:
    head, top = key(_entries(rows), sheet)
    unit = heading(rows.axis)
    figures = max((width_of(rows.written(mark), bold=True) for mark in rows.marks), default=0.0)
    names = max((width_of(mark.label) for mark in rows.marks), default=0.0)
    left = min(names, _NAMES) + 2 * _GAP if sheet.is_wide else HALF + 2
    right = sheet.width - (min(figures, _NAMES) + 2 * _GAP if sheet.is_wide else HALF + 2)
    plot = Plot(left, top + 6, right, top + 6 + _ROW[sheet.name] * len(rows.marks))
    scale = value_scale(rows.values(), rows.axis, left, right, 6 if sheet.is_wide else 4)
    row = _wide if sheet.is_wide else _narrow
    middle = _ROW["wide"] / 2 if sheet.is_wide else _ROW["narrow"] - 13
    tops = [plot.top + n * _ROW[sheet.name] for n in range(len(rows.marks))]
    parts = [head, columns(plot, scale, sheet, plot.bottom + SIZE + 5), base(plot)]
    parts += [row(rows, mark, plot, top) for mark, top in zip(rows.marks, tops, strict=True)]
    if scale.holds(rows.benchmark) and rows.benchmark is not None:
        x = scale.at(rows.benchmark)
        parts.append(path([(x, plot.top), (x, plot.bottom)], "target"))
    for mark, top in zip(rows.marks, tops, strict=True):
        parts.append(_figure(rows, mark, scale, top + middle))
    parts.append(text(right, plot.bottom + 2 * SIZE + 9, shortened(unit, right), "soft end"))
    return Drawing(plot.bottom + (2 if unit else 1) * SIZE + 15, "".join(parts))


def _entries(rows: _Rows) -> list[Entry]:
    entries = of_signals(mark.signal for mark in rows.marks if usable(mark.value))
    if any(has_limits(mark) for mark in rows.marks):
        entries.append(of_line("95 % confidence interval", "whisker"))
    return [*entries, *([of_line(_compared(rows), "target")] if usable(rows.benchmark) else [])]


def _wide(rows: _Rows, mark: Mark, plot: Plot, top: float) -> str:
    """Name on the left, figure on the right, a hairline between them."""
    middle = top + _ROW["wide"] / 2
    words = shortened(mark.label, plot.left - 2 * _GAP)
    figures = shortened(rows.written(mark), _NAMES, bold=True)
    return (
        path([(plot.left, middle), (plot.right, middle)], "grid")
        + text(plot.left - 2 * _GAP, middle + DROP, words, "end")
        + text(SHEETS[0].width, middle + DROP, figures, _tone(mark))
    )


def _narrow(rows: _Rows, mark: Mark, plot: Plot, top: float) -> str:
    """Name and figure above the whiskers, so that these have the whole width."""
    figures = shortened(rows.written(mark), plot.right / 2, bold=True)
    words = shortened(mark.label, plot.right - width_of(figures, bold=True) - 2 * _GAP)
    below = top + _ROW["narrow"]
    return (
        path([(0, below), (plot.right + HALF, below)], "grid")
        + text(0, top + SIZE + 3, words, "name")
        + text(plot.right + HALF, top + SIZE + 3, figures, _tone(mark))
    )


def _tone(mark: Mark) -> str:
    return "strong end" if usable(mark.value) else "soft name end"


def _figure(rows: _Rows, mark: Mark, scale: Scale, y: float) -> str:
    if not usable(mark.value):
        return ""
    whisker = ""
    if has_limits(mark) and mark.lower is not None and mark.upper is not None:
        whisker = path([(scale.at(mark.lower), y), (scale.at(mark.upper), y)], "whisker")
    point = (scale.at(mark.value), y)
    hollow = bool(mark.shorthand)
    return whisker + marker(point, look_of(mark.signal), said(mark, rows.axis), is_hollow=hollow)
