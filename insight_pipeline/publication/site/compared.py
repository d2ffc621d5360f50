"""Wards, providers, sexes and age bands side by side in one period, fairly compared.

Belongs here: charts of one period with intervals or a funnel. Does not belong here: time
(over_time.py), what is said of a group (compared_words.py), or how a chart is drawn (charts/).
Nothing is called better or worse but what the release judges so.
"""

from __future__ import annotations

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.charts.funnel import funnel_chart
from insight_pipeline.publication.site.charts.intervals import interval_chart
from insight_pipeline.publication.site.charts.model import Chart, FunnelPoint
from insight_pipeline.publication.site.compared_words import finding_of, notes_of
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.funnel_limits import LimitsAt, funnel_limits
from insight_pipeline.publication.site.funnel_words import about_limits, dispersion_of
from insight_pipeline.publication.site.group import Group
from insight_pipeline.publication.site.marks import at_period
from insight_pipeline.publication.site.records import Figure, Indicator
from insight_pipeline.publication.site.verdicts import comparison

_POINTS_OF_A_FUNNEL = 3


def side_by_side(group: Group) -> Exhibit | None:
    """Each with its interval and the borough's figure; None where nothing is there at all."""
    if not group.figures:
        return None
    total = group.total.value if group.total else None
    finding = finding_of(group)
    chart = interval_chart(
        f"{group.name}-chart",
        finding,
        at_period(group.series, group.period_from),
        words.axis(group.indicator),
        benchmark=None if total is None else float(total),
        benchmark_label="Borough",
    )
    return _exhibit(group, finding, chart)


def in_a_funnel(group: Group) -> Exhibit | None:
    """Each by the size behind it, with the limits of chance; None for fewer than three."""
    limits, points = _limits(group), _points(group)
    if limits is None or len(points) < _POINTS_OF_A_FUNNEL or not group.total:
        return None
    total = float(group.total.value or 0)
    finding = finding_of(group)
    chart = funnel_chart(
        f"{group.name}-chart",
        finding,
        points,
        words.axis(group.indicator),
        centre=total,
        limits=limits,
    )
    return _exhibit(group, finding, chart, *about_limits(group.many, group.shown_figures))


def _exhibit(group: Group, finding: str, chart: Chart, *notes: str) -> Exhibit:
    return Exhibit(group.name, finding, chart, _table(group), (*notes, *notes_of(group)))


def _points(group: Group) -> list[FunnelPoint]:
    return [
        FunnelPoint(
            label, float(figure.value), float(figure.basis), figure.judgement.funnel_flag or ""
        )
        for label, figure in group.shown
        if figure.value is not None and figure.basis
    ]


def _limits(group: Group) -> LimitsAt | None:
    total, indicator = group.total, group.indicator
    if total is None or total.value is None:
        return None
    tau_squared = dispersion_of(group.shown_figures)[1]
    wider = None if tau_squared is None else float(tau_squared)
    return funnel_limits(indicator.statistic, float(total.value), indicator.multiplier, wider)


def _table(group: Group) -> Table:
    indicator, unit = group.indicator, words.axis(group.indicator).unit
    return Table(
        f"{group.name}-table",
        f"{indicator.title} by {group.one}, {group.figures[0][1].period}; counts are rounded.",
        (
            group.one.capitalize(),
            "Compared with the borough",
            f"Figure{f' ({unit})' if unit else ''}",
            "95 % interval",
            "Above",
            "Below",
        ),
        tuple(_row(indicator, label, figure) for label, figure in group.figures),
        texts=2,
    )


def _row(indicator: Indicator, label: str, figure: Figure) -> tuple[str, ...]:
    signal = comparison(figure)
    told = f"{signal.words}{f' ({signal.sureness})' if signal.is_special else ''}"
    return (
        label,
        told if figure.value is not None else "",
        words.cell(indicator, figure.value, figure.shorthand),
        words.cell_limits(indicator, figure),
        words.count(figure.numerator),
        words.count(figure.denominator),
    )
