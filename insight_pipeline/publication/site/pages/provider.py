"""A page for each provider: its services, its outcomes fairly compared, its promises, hand-offs.

Belongs here: what stands on a provider's page. Does not belong here: which comparison is fair
(attributed.py), the scorecard (promises.py), or hand-offs (between.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.alerting import alert_table, summary
from insight_pipeline.publication.site.attributed import (
    comparisons,
    series_of_provider,
    standing,
    tally,
    verdict,
)
from insight_pipeline.publication.site.between import HandOff, hand_offs, missed, within
from insight_pipeline.publication.site.contracts import contract_table, in_force, pounds
from insight_pipeline.publication.site.exhibits import Cell, Table
from insight_pipeline.publication.site.frame import Link, Page, anchor, page
from insight_pipeline.publication.site.outcomes import (
    Outcome,
    caveats_of,
    figures_table,
    outcome,
    shorthands,
)
from insight_pipeline.publication.site.promises import (
    MEANINGS,
    Promises,
    promises,
    standards_told,
)
from insight_pipeline.publication.site.provider_records import Provider, Service
from insight_pipeline.publication.site.reach import reach_table
from insight_pipeline.publication.site.records import Series
from insight_pipeline.publication.site.store import Store


def pages(store: Store) -> Iterator[Page]:
    for provider in store.providers:
        yield _page(store, provider)


def _page(store: Store, provider: Provider) -> Page:
    name, path = provider.provider_name, f"providers/{provider.provider_id}.html"
    contracts = [each for each in store.services if each.provider_id == provider.provider_id]
    series = series_of_provider(store, provider.provider_id)
    kept = promises(store, provider.provider_id)
    passing = _passing(store, path, contracts)
    alerts = [each for each in store.alerts if each.provider_id == provider.provider_id]
    return page(
        path,
        "provider.html",
        store,
        title=name,
        provider=provider,
        lead=_lead(store, contracts),
        tally=tally(store, provider.provider_id),
        contracts=contract_table(store, path, contracts, f"Contracts of {name}.", by_provider=False)
        if contracts
        else None,
        glance=_glance(store, path, series, kept),
        alerts=alert_table(store, path, alerts, "alerts-table", by_provider=False),
        alerts_told=summary(alerts),
        outcomes=_outcomes(store, series),
        figures=figures_table(store, series, f"Figures of {name}, by indicator and period."),
        comparisons=comparisons(store, provider.provider_id),
        promises=kept,
        promise_meanings=MEANINGS,
        reach=reach_table(store, provider.provider_id),
        passing=passing,
        caveats=caveats_of(store, (store.indicator(each.indicator_id) for each in series)),
        symbols=words.symbols(_symbols(store, provider, series, passing)),
    )


def _lead(store: Store, contracts: Sequence[Service]) -> str:
    """What it delivers now, and what a year of that costs."""
    when = store.release.as_of_date
    now = in_force(contracts, when)
    if not contracts:
        return "It delivers data, and has no contract for a service of its own here."
    if not now:
        return f"Its contracts had ended by {words.day(when)}."
    titles = "; ".join(dict.fromkeys(each.service_title for each in now))
    priced = _priced([each.annual_price_gbp or Decimal(0) for each in now])
    return f"Under contract on {words.day(when)}: {titles}.{priced}"


def _priced(prices: Sequence[Decimal]) -> str:
    """' Together £900,000 a year.', of those that have a price here; empty where none has."""
    paid = [each for each in prices if each]
    if not paid:
        return ""
    whole = "Together " if len(paid) > 1 else ""
    rest = ", without what is paid for elsewhere" if len(paid) < len(prices) else ""
    return f" {whole}{pounds(sum(paid, Decimal(0)))} a year{rest}."


def _glance(
    store: Store, path: str, series: Sequence[Series], kept: Promises | None
) -> Table | None:
    """Latest outcomes and standards below each other: neither is told without the other."""
    if not series or kept is None:
        return None
    outcomes = [
        (
            "Outcome",
            anchor(path, Link(it.title, f"indicators/{it.indicator_id}.html")),
            latest.period,
            words.value(it, latest.value) or latest.shorthand,
        )
        for each in series
        if (latest := each.latest)
        for it in (store.indicator(each.indicator_id),)
    ]
    standards = [("Standard", *each) for each in standards_told(kept.latest)]
    return Table(
        "glance-table",
        "The latest outcomes beside the standards of the data they are made from.",
        ("Kind", "What", "When", "Latest"),
        (*outcomes, *standards),
        texts=3,
    )


def _outcomes(store: Store, series: Iterable[Series]) -> list[Outcome]:
    return [
        outcome(
            store.indicator(each.indicator_id),
            each,
            finding=verdict(store, each),
            signal=standing(store, each),
        )
        for each in series
    ]


def _passing(store: Store, path: str, contracts: Sequence[Service]) -> Table | None:
    """Hand-offs that one of its services begins or takes on, in a period of its contract."""
    codes = {each.service_code for each in contracts}
    found = [
        (direction, each)
        for each in hand_offs(store)
        for direction, code in (("out", each.source.service_code), ("in", each.target.service_code))
        if code in codes
    ]
    if not found:
        return None
    return Table(
        "passing-table",
        "The whole borough's figure of the latest complete period in which its contract ran.",
        ("Direction", "From", "To", "What is followed", "Period", "Not seen as hoped", "Figure"),
        tuple(_row(path, direction, each, contracts) for direction, each in found),
        texts=5,
    )


def _row(
    path: str, direction: str, each: HandOff, contracts: Sequence[Service]
) -> tuple[Cell, ...]:
    own = each.source if direction == "out" else each.target
    ran = [one for one in contracts if one.service_code == own.service_code]
    figure = within(each.series, ran)
    link = Link(each.indicator.title, f"hand-offs.html#{each.indicator.indicator_id}")
    return (
        "Hands over" if direction == "out" else "Takes on",
        each.source.service_title,
        each.target.service_title,
        anchor(path, link),
        figure.period if figure else "",
        missed(each, figure),
        words.cell(each.indicator, figure.value, figure.shorthand) if figure else "",
    )


def _symbols(
    store: Store, provider: Provider, series: Sequence[Series], passing: Table | None
) -> Iterator[str]:
    yield from shorthands(series)
    yield from (e.shorthand for e in store.cards if e.provider_id == provider.provider_id)
    yield from (str(row[-1]) for row in (passing.rows if passing else ()))
