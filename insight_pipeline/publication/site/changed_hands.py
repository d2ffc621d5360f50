"""What a change of provider did: each outcome before and after, and the people in the middle of it.

Belongs here: which figures stand for before and after, and what may be said of them. Does not
belong here: the page (pages/change_of_provider.py). Before is the old provider's last complete
period, after the new one's first that may be compared; where their intervals overlap no difference
can be told, and what else changed in between is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from insight_pipeline.indicators.roles import Role
from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.change_records import ContractChange
from insight_pipeline.publication.site.charts.intervals import interval_chart
from insight_pipeline.publication.site.charts.model import Mark
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.records import Figure, Indicator
from insight_pipeline.publication.site.store import Store

UNTOLD = "no difference can be told, the intervals overlap"
_TOLD = ("better", "worse", "higher", "lower")
_BETTER = {"higher_is_better": ("better", "worse"), "lower_is_better": ("worse", "better")}


@dataclass(frozen=True)
class Sides:
    """One indicator before and after a change; None where there is no such figure."""

    change: ContractChange
    indicator: Indicator
    before: Figure | None
    after: Figure | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(each for each in (self.before, self.after) if each)


def sides(store: Store, change: ContractChange) -> tuple[Sides, ...]:
    """Every indicator of the service that either provider has a figure of, by their ids."""
    about = {
        each.indicator_id
        for each in store.indicator_services
        if each.service_code == change.service_code
    }
    lost = lost_indicator(store)
    indicators = [each for each in store.indicators if each.indicator_id in about and each != lost]
    indicators.sort(key=lambda each: each.indicator_id)
    found = (_sides(store, change, each) for each in indicators)
    return tuple(each for each in found if each.figures)


def _sides(store: Store, change: ContractChange, indicator: Indicator) -> Sides:
    old = _figures(store, indicator.indicator_id, change.from_provider_id)
    new = _figures(store, indicator.indicator_id, change.to_provider_id)
    before = [each for each in old if each.period_to < change.changed_date]
    after = [each for each in new if each.period_from >= change.comparable_date]
    return Sides(
        change,
        indicator,
        _one(max, before),
        _one(min, after),
    )


def _one(choose: Callable[..., Figure], figures: list[Figure]) -> Figure | None:
    return choose(figures, key=lambda each: each.period_from) if figures else None


def _figures(store: Store, indicator_id: str, provider_id: str) -> list[Figure]:
    every = store.series_of(indicator_id, "provider")
    return [
        each for series in every if series.provider_id == provider_id for each in series.complete
    ]


def difference(it: Sides) -> str:
    """'better', 'worse', 'higher' or 'lower' under the new provider, or why nothing can be told."""
    if it.after is None:
        return "there is no complete period of the new provider that may be compared yet"
    if it.before is None:
        return "there is no complete period of the old provider"
    low, high = it.before.lower95, it.before.upper95
    later_low, later_high = it.after.lower95, it.after.upper95
    if low is None or high is None or later_low is None or later_high is None:
        return "nothing can be told, a figure or its interval is not shown"
    if later_low <= high and low <= later_high:
        return UNTOLD
    up, down = _BETTER.get(it.indicator.polarity, ("higher", "lower"))
    return up if later_low > high else down


def exhibit(store: Store, it: Sides) -> Exhibit:
    """Both figures with their intervals, under what can be told of them."""
    name = f"{it.change.service_code}-{it.change.changed_date}-{it.indicator.indicator_id}"
    told = difference(it)
    under = f" under {store.provider_name(it.change.to_provider_id)}" if told in _TOLD else ""
    finding = f"{it.indicator.title}: {told}{under}"
    marks = [_mark(store, each) for each in it.figures]
    chart = interval_chart(f"{name}-chart", finding, marks, words.axis(it.indicator))
    return Exhibit(name, finding, chart, _table(store, name, it))


def _mark(store: Store, figure: Figure) -> Mark:
    value, low, high = (
        None if each is None else float(each)
        for each in (figure.value, figure.lower95, figure.upper95)
    )
    label = f"{store.provider_name(figure.provider_id)}, {words.short_period(figure.period)}"
    return Mark(
        label, value, low, high, figure.shorthand if value is None else "", long_label=label
    )


def _table(store: Store, name: str, it: Sides) -> Table:
    unit = words.axis(it.indicator).unit
    return Table(
        f"{name}-table",
        f"{it.indicator.title}, before and after; counts are rounded.",
        ("Provider", "Period", f"Figure{f' ({unit})' if unit else ''}", "95 % interval"),
        tuple(
            (
                store.provider_name(each.provider_id),
                each.period,
                words.cell(it.indicator, each.value, each.shorthand),
                words.cell_limits(it.indicator, each),
            )
            for each in it.figures
        ),
        texts=2,
    )


def people(store: Store, change: ContractChange) -> str:
    """What became of those in the middle of the service, as far as it may be shown."""
    indicator, figure = lost_indicator(store), lost_figure(store, change)
    if indicator is None or figure is None or figure.is_not_mature:
        return "It is too early to tell, or nobody was in the middle of the service."
    if figure.value is None:
        return f"What became of them is not shown {figure.shorthand}: too few people."
    interval = words.limits(indicator, figure)
    share = words.value(indicator, figure.value)
    told = (
        f"Of {words.count(figure.denominator)} people in the middle of the service, "
        f"{words.count(figure.numerator)} ({share}; 95 % interval {interval}) had not been seen by "
        f"the new provider when {words.days(change.handover_days)} had passed"
    )
    return f"{told}; the others had been.{_shared(store, change, figure)}"


def lost_indicator(store: Store) -> Indicator | None:
    """The indicator of people lost when a service changes hands, if there is one."""
    return store.of_role(Role.LOST_IN_TRANSITION)


def lost_figure(store: Store, change: ContractChange) -> Figure | None:
    """The figure of people lost in the period in which the service changed hands."""
    indicator = lost_indicator(store)
    every = store.series_of(indicator.indicator_id, "service") if indicator else ()
    figures = (
        figure
        for series in every
        if series.breakdown == change.service_code
        for figure in series.figures
    )
    return next((each for each in figures if _holds(each, change)), None)


def _shared(store: Store, change: ContractChange, figure: Figure) -> str:
    same = [
        each
        for each in store.contract_changes
        if each.service_code == change.service_code and _holds(figure, each)
    ]
    if len(same) < 2:
        return ""
    return f" That is of all {len(same)} changes of the service in {figure.period}."


def _holds(figure: Figure, change: ContractChange) -> bool:
    return figure.period_from <= change.changed_date <= figure.period_to


def shorthands(store: Store, changes: Iterable[ContractChange]) -> list[str]:
    """Every symbol beside a figure of these changes."""
    return [
        figure.shorthand
        for change in changes
        for it in sides(store, change)
        for figure in it.figures
    ] + [each.shorthand for change in changes if (each := lost_figure(store, change))]
