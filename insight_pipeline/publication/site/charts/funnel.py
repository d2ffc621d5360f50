"""Areas or providers in a funnel: how far chance alone takes a figure, by the size behind it.

Belongs here: the picture. Does not belong here: the limits, which the caller computes. Source:
Spiegelhalter 2005, Statistics in Medicine 24: funnel plots for comparing institutional performance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from insight_pipeline.publication.site.charts.frame import (
    Drawing,
    Plot,
    Sheet,
    base,
    columns,
    framed,
    margin,
    rungs,
)
from insight_pipeline.publication.site.charts.key import Entry, key, of_line, of_signals
from insight_pipeline.publication.site.charts.model import Axis, Chart, FunnelPoint
from insight_pipeline.publication.site.charts.numbers import figure, heading, number, usable
from insight_pipeline.publication.site.charts.placement import placed
from insight_pipeline.publication.site.charts.scale import Scale, value_scale
from insight_pipeline.publication.site.charts.series import runs
from insight_pipeline.publication.site.charts.shapes import HALF, Point, marker, path, text
from insight_pipeline.publication.site.charts.signals import look_of
from insight_pipeline.publication.site.charts.text import LINE, SIZE, shortened
from insight_pipeline.publication.site.charts.wording import listed, paragraph

LimitsAt = Callable[[float], tuple[float, float, float, float]]
_HEIGHT = {"wide": 330.0, "narrow": 270.0}
_SAMPLES = 60
_KINDS = ("limit", "inner", "inner", "limit")  # from the lowest of the four limits to the highest
_COUNT = Axis("", 0, from_zero=True)


@dataclass(frozen=True)
class _Funnel:
    """All that one chart shows."""

    points: tuple[FunnelPoint, ...]
    axis: Axis
    centre: float
    limits: LimitsAt
    size_label: str

    def levels(self) -> list[float | None]:
        """What the upright axis holds: the points, and the 95 % limits of the smallest."""
        least = min((point.size for point in self.points), default=None)
        inner = () if least is None else sorted(self.limits(least))[1:3]
        return [*(point.value for point in self.points), self.centre, *inner]


def funnel_chart(
    chart_id: str,
    title: str,
    points: Sequence[FunnelPoint],
    axis: Axis,
    *,
    centre: float,
    limits: LimitsAt,
    size_label: str = "Number behind the figure",
) -> Chart:
    """Points over their size, with 95 % and 99.8 % limits around the centre; outliers are named.

    `limits(size)` gives the four limits at a size above 0, in the unit of the axis, in any order:
    the outer two are the 99.8 % limits. Points without a usable value or size are left out.
    """
    shown = [point for point in points if usable(point.value) and usable(point.size)]
    kept = tuple(sorted((p for p in shown if p.size > 0), key=lambda p: (-p.size, p.label)))
    funnel = _Funnel(kept, axis, centre, limits, size_label)
    return framed(chart_id, title, _alternative(funnel), partial(_drawn, funnel))


def _alternative(funnel: _Funnel) -> str:
    if not funnel.points:
        return "No figure is shown."
    outside = listed(
        f"{point.label} {figure(point.value, funnel.axis)} ({look_of(point.flag).words.lower()})"
        for point in funnel.points
        if look_of(point.flag).is_special
    )
    count = f"{len(funnel.points)} figures around {figure(funnel.centre, funnel.axis)}."
    return paragraph(count, f"Marked: {outside}." if outside else "None is marked.")


def _drawn(funnel: _Funnel, sheet: Sheet) -> Drawing:
    head, top = key(_entries(funnel), sheet)
    unit = heading(funnel.axis)
    head += text(0, top + SIZE, shortened(unit, sheet.width), "soft")
    begin = top + (LINE + 2 if unit else 0) + 6
    bottom = begin + _HEIGHT[sheet.name]
    ys = value_scale(funnel.levels(), funnel.axis, bottom, begin, 6)
    plot = Plot(margin(ys), begin, sheet.width - HALF - 4, bottom)
    sizes = [point.size for point in funnel.points]
    xs = value_scale(sizes, _COUNT, plot.left, plot.right, 6 if sheet.is_wide else 4)
    curves = _curves(funnel, xs, ys)
    below = shortened(funnel.size_label, plot.right)
    parts = (
        head,
        rungs(plot, ys),
        columns(plot, xs, sheet, bottom + SIZE + 5),
        base(plot),
        *(path(curve, kind) for kind, curve in curves),
        path([(plot.left, ys.at(funnel.centre)), (plot.right, ys.at(funnel.centre))], "mean"),
        _points(funnel, xs, ys, [point for _, curve in curves for point in curve], plot),
        text(plot.right, bottom + 2 * SIZE + 9, below, "soft end"),
    )
    return Drawing(bottom + 2 * SIZE + 15, "".join(parts))


def _points(funnel: _Funnel, xs: Scale, ys: Scale, near: Sequence[Point], plot: Plot) -> str:
    """Names of the outliers, then all points; `near` are the curves that names avoid."""
    places = [(xs.at(point.size), ys.at(point.value)) for point in funnel.points]
    placed_points = list(zip(funnel.points, places, strict=True))
    named = [
        (point.label, place) for point, place in placed_points if look_of(point.flag).is_special
    ]
    names = (name.drawn() for name in placed(named, places, near, plot))
    dots = (
        marker(place, look_of(point.flag), _said(funnel, point)) for point, place in placed_points
    )
    return "".join([*names, *dots])


def _entries(funnel: _Funnel) -> list[Entry]:
    centre = f"Average {number(funnel.centre, funnel.axis.decimals)}"
    return [
        *of_signals(point.flag for point in funnel.points),
        of_line(centre, "mean"),
        of_line("95 % limits", "inner"),
        of_line("99.8 % limits", "limit"),
    ]


def _said(funnel: _Funnel, point: FunnelPoint) -> str:
    words = look_of(point.flag).words.lower()
    said = f"{point.label}: {figure(point.value, funnel.axis)}, {number(point.size, 0)}"
    return f"{said} {funnel.size_label.lower()}{', ' if words else ''}{words}"


def _curves(funnel: _Funnel, xs: Scale, ys: Scale) -> list[tuple[str, list[Point]]]:
    """Four curves in the parts that lie within the axis, more samples where they bend more."""
    if not funnel.points:
        return []
    sizes = [xs.high * (n / _SAMPLES) ** 2 for n in range(2, _SAMPLES + 1)]
    levels = [sorted(funnel.limits(size)) for size in sizes]
    drawn = []
    for place, kind in enumerate(_KINDS):
        curve = [level[place] for level in levels]
        for stretch in runs([ys.holds(value) for value in curve]):
            drawn.append((kind, [(xs.at(sizes[n]), ys.at(curve[n])) for n in stretch]))
    return drawn
