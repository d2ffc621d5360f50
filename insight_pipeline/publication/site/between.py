"""Hand-offs: from the service where a case begins to another one that has to take it on.

Belongs here: which indicators follow people between two services, and what they say of those who do
not arrive. Does not belong here: charts and tables of them (hand_off_exhibits.py). Shares only, and
only of figures that are shown; published counts are rounded and are never subtracted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.charts.model import Axis
from insight_pipeline.publication.site.charts.numbers import figure as figure_of
from insight_pipeline.publication.site.charts.numbers import interval
from insight_pipeline.publication.site.provider_records import IndicatorService, Service
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.store import Store

# An indicator by pathway says itself who hands over to whom; its services are those of all of them.
PATHWAY = "pathway"
_WHOLE = Decimal(100)
PER_CENT = Axis("%", 0)


@dataclass(frozen=True)
class HandOff:
    """One indicator that follows cases from one service to another, with the borough's series."""

    indicator: Indicator
    source: IndicatorService
    target: IndicatorService
    series: Series | None

    @property
    def latest(self) -> Figure | None:
        return self.series.latest if self.series else None

    @property
    def path(self) -> str:
        """'Community health to adult social care', as it stands in a sentence."""
        target = self.target.service_title
        return f"{self.source.service_title} to {target[:1].lower()}{target[1:]}"

    @property
    def label(self) -> str:
        """What is followed, and whether it is what should not happen."""
        is_avoided = self.indicator.polarity == "lower_is_better"
        return f"{'To avoid: ' if is_avoided else ''}{self.indicator.title}"

    @property
    def is_share(self) -> bool:
        """Whether it is a share in per cent, of which the rest did not arrive."""
        return self.indicator.statistic == "proportion" and self.indicator.multiplier == 100


def hand_offs(store: Store) -> tuple[HandOff, ...]:
    """Every pair of an index service and another one that is followed, by their titles."""
    return tuple(
        sorted(
            (each for indicator in store.indicators for each in _of(store, indicator)),
            key=lambda each: (
                each.source.service_title,
                each.target.service_title,
                each.indicator.indicator_id,
            ),
        )
    )


def _of(store: Store, indicator: Indicator) -> Iterator[HandOff]:
    if store.series_of(indicator.indicator_id, PATHWAY):
        return
    services = store.services_of(indicator.indicator_id)
    series = store.total(indicator.indicator_id)
    for source in (each for each in services if each.role == "index"):
        for target in services:
            if target.role == "followed" and target.service_code != source.service_code:
                yield HandOff(indicator, source, target, series)


def missed(hand_off: HandOff, figure: Figure | None) -> str:
    """'43 % (95 % interval 33 to 52)': who did not come out as hoped; empty where not known.

    What a higher figure is better of is the share that did, and the rest did not; what a lower one
    is better of is the share that did not.
    """
    if figure is None or figure.value is None or not hand_off.is_share:
        return ""
    low, high = figure.lower95, figure.upper95
    match hand_off.indicator.polarity:
        case "higher_is_better":
            return _share(*(_rest(each) for each in (figure.value, high, low)))
        case "lower_is_better":
            return _share(figure.value, low, high)
    return ""


def _rest(share: Decimal | None) -> Decimal | None:
    """What is left of a hundred beside a share in whole per cent, so that both add up."""
    return None if share is None else _WHOLE - share.quantize(Decimal(1), ROUND_HALF_UP)


def _share(value: Decimal | None, lower: Decimal | None, upper: Decimal | None) -> str:
    if value is None:
        return ""
    told = figure_of(float(value), PER_CENT)
    if lower is None or upper is None:
        return told
    return f"{told} (95 % interval {interval(float(lower), float(upper), PER_CENT)})"


def missed_words(hand_off: HandOff) -> str:
    """'In 43 % of cases … the outcome hoped for was not seen within 21 days.'"""
    share = missed(hand_off, hand_off.latest)
    if not share:
        return ""
    clock = hand_off.indicator.window_days
    within = f" within {words.days(clock)}" if clock else ""
    if hand_off.indicator.polarity == "lower_is_better":
        return f"Fell between: {share} came to what should be avoided{within}."
    return f"Fell between: {share} were not seen to come out as hoped{within}."


def missed_share(each: HandOff) -> Decimal | None:
    """The share in whole per cent that missed() tells of the latest figure."""
    figure = each.latest
    if figure is None or figure.value is None:
        return None
    match each.indicator.polarity:
        case "higher_is_better":
            return _rest(figure.value)
        case "lower_is_better":
            return figure.value
    return None


def within(series: Series | None, contracts: Sequence[Service]) -> Figure | None:
    """The latest complete figure of a period in which one of the contracts ran."""
    found = [
        figure
        for figure in (series.complete if series else ())
        if any(_runs(each, figure) for each in contracts)
    ]
    return max(found, key=lambda figure: figure.period_from, default=None)


def _runs(contract: Service, figure: Figure) -> bool:
    is_begun = contract.from_date <= figure.period_to
    return is_begun and (contract.to_date is None or contract.to_date >= figure.period_from)
