"""Wards, providers, sexes and age bands side by side in one period, fairly compared.

Belongs here: charts of one period with intervals or a funnel. Does not belong here: time
(over_time.py), or how a chart is drawn (charts/). Nothing is called better or worse but what the
release judges so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.charts.funnel import funnel_chart
from insight_pipeline.publication.site.charts.intervals import interval_chart
from insight_pipeline.publication.site.charts.model import Chart, FunnelPoint
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.funnel_limits import LimitsAt, funnel_limits
from insight_pipeline.publication.site.funnel_words import about_limits, dispersion_of
from insight_pipeline.publication.site.marks import DOUBTS, at_period
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.verdicts import comparison

_POINTS_OF_A_FUNNEL = 3
_DELIVERERS = ("provider", "care unit")


@dataclass(frozen=True)
class Group:
    """Series of one kind at one period. one, many: what they are ('ward', 'wards')."""

    name: str
    one: str
    many: str
    indicator: Indicator
    series: tuple[Series, ...]
    period_from: date
    total: Figure | None

    @property
    def figures(self) -> list[tuple[str, Figure]]:
        found = ((each.label, each.at(self.period_from)) for each in self.series)
        return [(label, figure) for label, figure in found if figure]

    @property
    def shown(self) -> list[tuple[str, Figure]]:
        return [(label, figure) for label, figure in self.figures if figure.value is not None]


def side_by_side(group: Group) -> Exhibit | None:
    """Each with its interval and the borough's figure; None where nothing is there at all."""
    if not group.figures:
        return None
    total = group.total.value if group.total else None
    finding = _finding(group)
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
    finding = _finding(group)
    chart = funnel_chart(
        f"{group.name}-chart",
        finding,
        points,
        words.axis(group.indicator),
        centre=total,
        limits=limits,
    )
    return _exhibit(group, finding, chart, *about_limits(group.many, _shown(group)))


def _exhibit(group: Group, finding: str, chart: Chart, *notes: str) -> Exhibit:
    return Exhibit(group.name, finding, chart, _table(group), (*notes, *_notes(group)))


def _shown(group: Group) -> list[Figure]:
    return [figure for _, figure in group.shown]


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
    tau_squared = dispersion_of(_shown(group))[1]
    wider = None if tau_squared is None else float(tau_squared)
    return funnel_limits(indicator.statistic, float(total.value), indicator.multiplier, wider)


def _finding(group: Group) -> str:
    """Who is better and worse than the borough; else that nobody is, or what the range is."""
    figures = _shown(group)
    if not figures:
        return f"All {group.many} are withheld in {group.figures[0][1].period}"
    outcomes = [figure.judgement.compared_outcome for figure in figures]
    told = [
        f"{words.listed(names)}: {outcome} than the borough"
        for outcome in ("worse", "better", "higher", "lower")
        if (names := _named(group, outcome))
    ]
    if told:
        return "; ".join(told)
    if "similar" in outcomes:
        if group.name == "by-sex":
            return "Neither sex differs from the borough by more than chance"
        some = "" if len(figures) == len(group.figures) else " that is shown"
        return f"No {group.one}{some} differs from the borough by more than chance"
    return _range(group)


def _named(group: Group, outcome: str) -> list[str]:
    return [label for label, each in group.shown if each.judgement.compared_outcome == outcome]


def _range(group: Group) -> str:
    """'From 33 % (Aged 18 to 64) to 52 % (Aged 85 and over)'; who is better is not said.

    Nobody who delivers is named for having the lowest or highest figure: that would blame chance.
    """
    ranked = sorted((each.value, label) for label, each in group.shown if each.value is not None)
    low, high = (
        f"{words.value(group.indicator, value)} ({label})"
        for value, label in (ranked[0], ranked[-1])
    )
    if len(ranked) > 1 and group.one in _DELIVERERS:
        ends = (words.value(group.indicator, ranked[place][0]) for place in (0, -1))
        return f"{group.many.capitalize()}: from {' to '.join(ends)}; not tested against chance"
    if len(ranked) > 1:
        return f"From {low} to {high}; not tested against chance"
    only = f"{ranked[0][1]}: {words.value(group.indicator, ranked[0][0])}"
    if len(group.figures) > 1:
        return f"{only}, the only {group.one} that is shown"
    return f"{only}, the only {group.one} in {group.figures[0][1].period}"


def _notes(group: Group) -> tuple[str, ...]:
    """How many are withheld, and what hollow marks are."""
    doubts = words.symbols(figure.shorthand for _, figure in group.shown)
    hollow = [meaning for symbol, meaning in doubts if symbol in DOUBTS]
    drawn = f"Hollow marks are {'; '.join(hollow)}." if hollow else ""
    notes = (_newcomers(group), _withheld(group), drawn)
    return tuple(note for note in notes if note)


def _newcomers(group: Group) -> str:
    """Who has only just begun, so that nothing is said of how they compare."""
    names = [label for label, figure in group.shown if figure.is_not_comparable]
    if not names:
        return ""
    have, are = ("has", "is") if len(names) == 1 else ("have", "are")
    return f"{words.listed(names)} {have} only just begun and {are} not compared yet."


def _withheld(group: Group) -> str:
    hidden = [figure for _, figure in group.figures if figure.value is None]
    if not hidden:
        return ""
    is_secret = all("[c]" in figure.shorthand for figure in hidden)
    state = "withheld" if is_secret else "not shown"
    return (
        f"{len(hidden)} of {len(group.figures)} {group.many} "
        f"{'is' if len(hidden) == 1 else 'are'} {state}."
    )


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


def order_of(series: Sequence[Series]) -> tuple[Series, ...]:
    """By label, as readers look for a place; age bands begin with the youngest that way."""
    return tuple(sorted(series, key=lambda each: (each.label, each.series_id)))
