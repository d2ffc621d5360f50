"""Missed hand-offs and the days they take: by pathway, by pair of providers and by ward.

Belongs here: exhibits of indicators that are broken down by pathway, in one period. Does not belong
here: how figures went (over_time.py), or hand-offs told by an indicator each (between.py). Pathways
have clocks of their own: they stand side by side in the order of their names and are never ranked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.between import PATHWAY
from insight_pipeline.publication.site.charts.intervals import interval_chart
from insight_pipeline.publication.site.compared import side_by_side
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.frame import Link
from insight_pipeline.publication.site.group import Group, order_of
from insight_pipeline.publication.site.marks import at_period
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.store import Store

_PAIR = "provider_pair"


@dataclass(frozen=True)
class ByPathway:
    """One indicator by pathway, by pair of providers and by ward; None where nothing is there."""

    indicator: Indicator
    link: Link
    pathways: Exhibit | None
    pairs: Exhibit | None
    areas: Exhibit | None

    @property
    def exhibits(self) -> list[Exhibit]:
        return [each for each in (self.pathways, self.pairs, self.areas) if each]


def by_pathway(store: Store) -> tuple[ByPathway, ...]:
    """Every indicator that is broken down by pathway, shares first, then by their ids."""
    found = [each for each in store.indicators if store.series_of(each.indicator_id, PATHWAY)]
    found.sort(key=lambda each: (each.statistic != "proportion", each.indicator_id))
    return tuple(_by_pathway(store, indicator) for indicator in found)


def series_by_pathway(store: Store) -> list[Series]:
    """All series behind these exhibits, for the legend of a page."""
    return [
        series
        for each in store.indicators
        if store.series_of(each.indicator_id, PATHWAY)
        for kind in (PATHWAY, _PAIR, "area")
        for series in store.series_of(each.indicator_id, kind)
    ]


def clocks(store: Store) -> Table | None:
    """Each pathway with its clock and who sets it; None where there is none."""
    if not store.pathways:
        return None
    return Table(
        "clock-table",
        "Pathways and their clocks.",
        ("Pathway", "Who sets the clock", "Clock (days)"),
        tuple(
            (each.pathway, each.standard, words.count(each.clock_days)) for each in store.pathways
        ),
        texts=2,
    )


def _by_pathway(store: Store, indicator: Indicator) -> ByPathway:
    link = Link(indicator.title, f"indicators/{indicator.indicator_id}.html")
    return ByPathway(
        indicator=indicator,
        link=link,
        pathways=_apart(store, indicator, PATHWAY, "pathway", "pathways"),
        pairs=_apart(store, indicator, _PAIR, "pair of providers", "pairs of providers"),
        areas=_areas(store, indicator),
    )


def _apart(store: Store, indicator: Indicator, kind: str, one: str, many: str) -> Exhibit | None:
    """Side by side without a line to compare with: different people, different clocks."""
    group = _group(store, indicator, kind, one, many)
    if group is None or not group.figures:
        return None
    marks = [replace(mark, signal="") for mark in at_period(group.series, group.period_from)]
    finding = _finding(group)
    chart = interval_chart(f"{group.name}-chart", finding, marks, words.axis(indicator))
    return Exhibit(group.name, finding, chart, _table(group), _notes(group))


def _areas(store: Store, indicator: Indicator) -> Exhibit | None:
    group = _group(store, indicator, "area", "ward", "wards")
    return side_by_side(group) if group else None


def _group(store: Store, indicator: Indicator, kind: str, one: str, many: str) -> Group | None:
    period = store.latest_period(indicator.indicator_id)
    if period is None:
        return None
    total = store.total(indicator.indicator_id)
    return Group(
        name=f"{indicator.indicator_id.replace('_', '-')}-by-{kind.replace('_', '-')}",
        one=one,
        many=many,
        indicator=indicator,
        series=order_of(store.series_of(indicator.indicator_id, kind)),
        period_from=period,
        total=total.at(period) if total else None,
    )


def _finding(group: Group) -> str:
    """How far the figures lie apart, by name; who is better is not said."""
    shown = [figure.value for _, figure in group.shown if figure.value is not None]
    period = group.figures[0][1].period
    if not shown:
        return f"{group.indicator.title}: all {group.many} are withheld in {period}"
    low, high = (words.value(group.indicator, value) for value in (min(shown), max(shown)))
    span = low if low == high else f"{low} to {high}"
    return f"{group.indicator.title}, {period}: {span}, by {group.one}"


def _notes(group: Group) -> tuple[str, ...]:
    hidden = len(group.figures) - len(group.shown)
    told = f"{hidden} of {len(group.figures)} {group.many} not shown." if hidden else ""
    apart = "Each has its own clock and its own people: they cannot be ranked against each other."
    return tuple(note for note in (apart, told) if note)


def _table(group: Group) -> Table:
    unit = words.axis(group.indicator).unit
    return Table(
        f"{group.name}-table",
        f"{group.indicator.title} by {group.one}, {group.figures[0][1].period}; "
        "counts are rounded.",
        (
            group.one.capitalize(),
            f"Figure{f' ({unit})' if unit else ''}",
            "95 % interval",
            "Above",
            "Below",
        ),
        tuple(_row(group.indicator, label, figure) for label, figure in group.figures),
    )


def _row(indicator: Indicator, label: str, figure: Figure) -> tuple[str, ...]:
    return (
        label,
        words.cell(indicator, figure.value, figure.shorthand),
        words.cell_limits(indicator, figure),
        words.count(figure.numerator),
        words.count(figure.denominator),
    )
