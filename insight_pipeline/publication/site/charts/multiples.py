"""Small multiples: one small line per area, all on one scale, so that they can be compared.

Belongs here: panels and their grid. Does not belong here: the order of the areas, which is that of
the mapping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from insight_pipeline.publication.site.charts.frame import (
    Drawing,
    Plot,
    Sheet,
    base,
    framed,
    hairlines,
    margin,
    rungs_beside,
)
from insight_pipeline.publication.site.charts.key import Entry, key, of_gap, of_line, of_signals
from insight_pipeline.publication.site.charts.model import Axis, Chart, Mark
from insight_pipeline.publication.site.charts.numbers import figure, heading, number, usable
from insight_pipeline.publication.site.charts.panel import Title, first_and_last, titled
from insight_pipeline.publication.site.charts.scale import Scale, value_scale
from insight_pipeline.publication.site.charts.series import course, line, said
from insight_pipeline.publication.site.charts.shapes import HALF, coordinate, marker, text
from insight_pipeline.publication.site.charts.signals import look_of
from insight_pipeline.publication.site.charts.symbols import washes
from insight_pipeline.publication.site.charts.text import LINE, SIZE, shortened
from insight_pipeline.publication.site.charts.wording import listed, paragraph

_PER_ROW = {"wide": 4, "narrow": 2}
_HEIGHT = {"wide": 84.0, "narrow": 72.0}
_BETWEEN = 14.0
_FOOT = SIZE + 16


@dataclass(frozen=True)
class _Panels:
    """All that one chart shows."""

    panels: tuple[tuple[str, tuple[Mark, ...]], ...]
    axis: Axis
    reference: tuple[Mark, ...]
    reference_label: str

    def marks(self) -> list[Mark]:
        return [mark for _, marks in self.panels for mark in marks]

    def scale(self, bottom: float, top: float) -> Scale:
        values = [mark.value for mark in (*self.marks(), *self.reference)]
        return value_scale(values, self.axis, bottom, top, 3)

    def places(self, plot: Plot) -> tuple[list[float], list[float]]:
        """Middles of the periods, and the edges between them."""
        length = max([1, len(self.reference), *(len(marks) for _, marks in self.panels)])
        step = (plot.right - plot.left) / length
        edges = [plot.left + step * n for n in range(length + 1)]
        return [edge + step / 2 for edge in edges[:-1]], edges


def small_multiples(
    chart_id: str,
    title: str,
    panels: Mapping[str, Sequence[Mark]],
    axis: Axis,
    *,
    reference: Sequence[Mark] = (),
    reference_label: str = "",
) -> Chart:
    """A panel per name, all with the same periods in the same order; a gap has no value.

    `reference` is drawn in every panel behind its own line, such as the total of the borough.
    """
    kept = tuple((name, tuple(marks)) for name, marks in panels.items())
    every = _Panels(kept, axis, tuple(reference), reference_label)
    return framed(chart_id, title, _alternative(every), partial(_drawn, every))


def _alternative(every: _Panels) -> str:
    latest = [(mark, name) for name, marks in every.panels if (mark := _latest(marks))]
    known = [(mark.value, name) for mark, name in latest if usable(mark.value)]
    if not known:
        return f"{len(every.panels)} panels without a figure."
    low, high = min(known), max(known)
    gaps = sum(not usable(mark.value) for mark in every.marks())
    special = listed(
        f"{name} {look_of(mark.signal).words.lower()}"
        for mark, name in latest
        if look_of(mark.signal).is_special
    )
    return paragraph(
        f"{len(every.panels)} panels on one scale. Latest figures from "
        f"{figure(low[0], every.axis)} ({low[1]}) to {figure(high[0], every.axis)} ({high[1]}).",
        f"Signals: {special}." if special else "",
        f"{gaps} of {len(every.marks())} figures are not shown." if gaps else "",
    )


def _latest(marks: Sequence[Mark]) -> Mark | None:
    return next((mark for mark in reversed(marks) if usable(mark.value)), None)


def _drawn(every: _Panels, sheet: Sheet) -> Drawing:
    head, top = key(_entries(every), sheet)
    unit = heading(every.axis)
    head += text(0, top + SIZE, shortened(unit, sheet.width), "soft")
    top += LINE + 6 if unit else 0
    per_row, height = _PER_ROW[sheet.name], _HEIGHT[sheet.name]
    left = margin(every.scale(0, 1))
    across = (sheet.width - left - HALF - _BETWEEN * (per_row - 1)) / per_row
    titles = [_title(every, name, marks, across, sheet) for name, marks in every.panels]
    begin, parts, first = top, [head], None
    for n, title in enumerate(titles):
        row, column = divmod(n, per_row)
        beside = titles[row * per_row : (row + 1) * per_row]
        y = begin + max(each.height for each in beside) + 8
        x = left + column * (across + _BETWEEN)
        plot = Plot(x, y, x + across, y + height)
        if first is None:
            first = plot
            parts.append(_shared(every, plot, sheet))
        parts += [_panel(every, every.panels[n][1], plot, first, sheet), title.drawn(plot)]
        if column == 0:
            parts.append(rungs_beside(plot, every.scale(plot.bottom, plot.top)))
        if column == per_row - 1 or n == len(titles) - 1:
            begin = y + height + _FOOT
    return Drawing(max(begin, top + SIZE), "".join(parts))


def _entries(every: _Panels) -> list[Entry]:
    entries = of_signals(mark.signal for _, marks in every.panels if (mark := _latest(marks)))
    if every.reference:
        entries.append(of_line(every.reference_label or "All", "reference"))
    if any(not usable(mark.value) for mark in every.marks()):
        entries.append(of_gap("No figure shown"))
    return entries


def _shared(every: _Panels, plot: Plot, sheet: Sheet) -> str:
    """What all panels show, told once: hairlines and reference."""
    scale = every.scale(plot.bottom, plot.top)
    reference = course(every.reference, every.places(plot)[0], scale)
    grid = hairlines(plot, scale)
    paths = f'<path id="{sheet.prefix}-grid" d="{grid}"/>' if grid else ""
    paths += f'<path id="{sheet.prefix}-all" d="{reference}"/>' if reference else ""
    return f"<defs>{paths}</defs>" if paths else ""


def _copies(every: _Panels, plot: Plot, first: Plot, sheet: Sheet) -> str:
    """What is shared, moved from the first panel to this one.

    The class stands at the copy, which hands its colours down: browsers do not agree on which rules
    reach inside of one.
    """
    at = f'x="{coordinate(plot.left - first.left)}" y="{coordinate(plot.top - first.top)}"'
    has_grid = bool(every.scale(0, 1).ticks)
    copies = f'<use class="grid" href="#{sheet.prefix}-grid" {at}/>' if has_grid else ""
    if any(usable(mark.value) for mark in every.reference):
        copies += f'<use class="reference" href="#{sheet.prefix}-all" {at}/>'
    return copies


def _panel(every: _Panels, marks: Sequence[Mark], plot: Plot, first: Plot, sheet: Sheet) -> str:
    """Gaps, what is shared, line and last point; first and last period below."""
    scale, (xs, edges) = every.scale(plot.bottom, plot.top), every.places(plot)
    points = [
        marker((x, scale.at(mark.value)), look_of(mark.signal), said(mark, every.axis))
        for x, mark in zip(xs, marks, strict=False)
        if usable(mark.value)
    ]
    drawn = (
        washes(marks, edges, plot),
        _copies(every, plot, first, sheet),
        base(plot),
        line(marks, xs, scale, "line bold"),
        *points[-1:],
        first_and_last([mark.label for mark in marks], plot),
    )
    return "".join(drawn)


def _title(every: _Panels, name: str, marks: Sequence[Mark], room: float, sheet: Sheet) -> Title:
    latest = _latest(marks)
    figures = number(latest.value, every.axis.decimals) if latest and usable(latest.value) else ""
    return titled(name, figures, room, is_beside=sheet.is_wide)
