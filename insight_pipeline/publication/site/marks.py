"""Figures as the marks of charts.

Belongs here: which figure becomes which mark. Does not belong here: charts and their findings
(over_time.py, compared.py), or drawing (charts/).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.charts.model import Change, Limits, Mark
from insight_pipeline.publication.site.provider_records import Service
from insight_pipeline.publication.site.records import Figure, Series
from insight_pipeline.publication.site.store import Store

# Symbols that say how a figure is to be taken; the others are drawn otherwise, or in the table.
DOUBTS = ("[u]", "[p]", "[low]")


def over_time(series: Series) -> list[Mark]:
    """One mark a period, with the signal of ordinary or special variation."""
    return [_at_time(figure) for figure in series.figures]


def along(series: Series, periods: Sequence[tuple[date, str]]) -> list[Mark]:
    """One mark for each of `periods` (first day, label), a gap where the series has no figure."""
    found = {figure.period_from: _at_time(figure) for figure in series.figures}
    return [
        found.get(start, Mark(words.short_period(label), None, long_label=label))
        for start, label in periods
    ]


def _at_time(figure: Figure) -> Mark:
    return _mark(figure, words.short_period(figure.period), figure.period, _variation(figure))


def _variation(figure: Figure) -> str:
    return figure.judgement.spc_variation or ""


def at_period(series: Sequence[Series], period_from: date) -> list[Mark]:
    """One mark a series, each at the same period, with how it compares; in the order given."""
    found = [(each, each.at(period_from)) for each in series]
    return [
        _mark(figure, each.label, each.label, figure.judgement.compared_outcome)
        for each, figure in found
        if figure
    ]


def _mark(figure: Figure, label: str, long_label: str, signal: str) -> Mark:
    value = _number(figure.value)
    doubts = "".join(s for s in DOUBTS if s in figure.shorthand)
    return Mark(
        label=label,
        value=value,
        lower=_number(figure.lower95),
        upper=_number(figure.upper95),
        shorthand=figure.shorthand if value is None else doubts,
        signal="" if value is None else signal,
        long_label=long_label,
    )


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def process_limits(series: Series) -> list[Limits] | None:
    """Mean and process limits, one for each figure; None where the series is not judged so."""
    judged = [each.judgement for each in series.figures]
    if all(each.spc_mean is None for each in judged):
        return None
    return [
        Limits(_number(each.spc_mean), _number(each.spc_lpl), _number(each.spc_upl))
        for each in judged
    ]


def handovers(store: Store, series: Series) -> list[Change]:
    """Services of the series that change hands or begin, after its first period, within its last.

    Each stands before the period in which it does. A series of one service is about that alone, a
    series of an area about what changes there.
    """
    codes = {each.service_code for each in store.services_of(series.indicator_id)}
    if series.breakdown_type == "service":
        codes &= {series.breakdown}
    taken_over = [
        (each.changed_date, each.to_provider_id, "takes over", each.service_title)
        for each in store.contract_changes
        if each.service_code in codes
        and (series.breakdown_type != "area" or each.covers(series.area_code))
    ]
    begun = [
        (each.from_date, each.provider_id, "begins", each.service_title)
        for each in store.services
        if each.service_code in codes and _is_new(store, each)
    ]
    return [
        Change(
            place,
            f"{store.provider_name(provider)} {does} {service[:1].lower()}{service[1:]}, "
            f"{words.month(when)}",
        )
        for when, provider, does, service in sorted({*taken_over, *begun})
        for place, figure in enumerate(series.figures)
        if place and figure.period_from <= when <= figure.period_to
    ]


def _is_new(store: Store, service: Service) -> bool:
    """Whether the contract neither follows one of its provider nor takes over from another's."""
    key = (service.service_code, service.provider_id)
    takes_over = any(
        (each.service_code, each.to_provider_id) == key and each.began_date == service.from_date
        for each in store.contract_changes
    )
    goes_on = any(
        (each.service_code, each.provider_id) == key and each.from_date < service.from_date
        for each in store.services
    )
    return not takes_over and not goes_on
