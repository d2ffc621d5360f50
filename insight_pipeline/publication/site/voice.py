"""How people found each service, beside what happens to people in it.

Belongs here: which figures of a release say so of a service, and one service in words. Does not
belong here: the page (pages/voice.py), or charts (compared.py). A service stands beside its own
outcomes, and is never ranked by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.group import Group, order_of
from insight_pipeline.publication.site.outcomes import Outcome, outcome
from insight_pipeline.publication.site.records import Figure, Indicator
from insight_pipeline.publication.site.store import Store

CITIZEN_VOICE = "citizen_voice"
SERVICE = "service"


@dataclass(frozen=True)
class Service:
    """said: sentences about its latest figures. outcomes: those of the cases that begin in it."""

    code: str
    title: str
    said: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


def questions(store: Store) -> tuple[Indicator, ...]:
    """The indicators made from answers, weighted to all who were asked, by their titles."""
    return tuple(each for each in _of_the_survey(store) if each.statistic == "weighted_proportion")


def _response_rate(store: Store) -> Indicator | None:
    """The indicator of who answers at all."""
    found = (each for each in _of_the_survey(store) if each.statistic == "proportion")
    return next(found, None)


def _of_the_survey(store: Store) -> list[Indicator]:
    names = {
        each.indicator_id
        for each in store.indicator_services
        if each.service_code == CITIZEN_VOICE and each.role == "index"
    }
    found = (each for each in store.indicators if each.indicator_id in names)
    return sorted(found, key=lambda each: (each.title, each.indicator_id))


def side_by_side_of(store: Store, indicator: Indicator) -> Group | None:
    """All services of one question in its latest complete period; None before there is one."""
    series = store.series_of(indicator.indicator_id, SERVICE)
    period = store.latest_period(indicator.indicator_id)
    total = store.total(indicator.indicator_id)
    if not series or period is None:
        return None
    return Group(
        f"services-{indicator.indicator_id}",
        SERVICE,
        "services",
        indicator,
        order_of(series),
        period,
        total.at(period) if total else None,
    )


def services(store: Store) -> tuple[Service, ...]:
    """Every service that anybody was asked about, by its title."""
    labels = {
        each.breakdown: each.label
        for indicator in questions(store)
        for each in store.series_of(indicator.indicator_id, SERVICE)
    }
    ordered = sorted(labels.items(), key=lambda item: (item[1], item[0]))
    return tuple(_service(store, code, title) for code, title in ordered)


def _service(store: Store, code: str, title: str) -> Service:
    return Service(code, title, tuple(_said(store, code)), tuple(_outcomes(store, code)))


def _said(store: Store, code: str) -> Iterator[str]:
    """'People who found a service good: 72 % (95 % interval 63 to 80) in 2026/27 Q2.' for each
    question, then how many answered."""
    for indicator in questions(store):
        figure = _latest(store, indicator.indicator_id, code)
        if figure:
            yield words.sentence(f"{indicator.title}: {_told(indicator, figure)}")
    rate = _response_rate(store)
    answered = _latest(store, rate.indicator_id, code) if rate else None
    if rate and answered and answered.value is not None:
        share = words.value(rate, answered.value)
        yield words.sentence(f"Of those invited in {answered.period}, {share} answered")


def _told(indicator: Indicator, figure: Figure) -> str:
    value, limits = words.value(indicator, figure.value), words.limits(indicator, figure)
    if not value:
        return f"withheld or not known in {figure.period} {figure.shorthand}"
    within = f" (95 % interval {limits})" if limits else ""
    marks = f" {figure.shorthand}" if figure.shorthand else ""
    return f"{value}{within} in {figure.period}{marks}"


def _latest(store: Store, indicator_id: str, code: str) -> Figure | None:
    series = store.series_of(indicator_id, SERVICE)
    return next((each.latest for each in series if each.breakdown == code), None)


def _outcomes(store: Store, code: str) -> Iterator[Outcome]:
    names = {
        each.indicator_id
        for each in store.indicator_services
        if each.service_code == code and each.role == "index"
    }
    for each in store.indicators:
        # What is counted over all services together is no outcome of this one.
        if each.indicator_id in names and each.theme_code != "all_services":
            yield outcome(each, store.total(each.indicator_id))
