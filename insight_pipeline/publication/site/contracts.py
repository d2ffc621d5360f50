"""Contracts as tables: which service, by whom, from when until when, for how much a year.

Belongs here: contracts and their prices, which are public. Does not belong here: outcomes, which no
price is divided by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.exhibits import Cell, Table
from insight_pipeline.publication.site.frame import Link, anchor
from insight_pipeline.publication.site.provider_records import Service
from insight_pipeline.publication.site.store import Store


def in_force(services: Iterable[Service], when: date) -> tuple[Service, ...]:
    """Contracts that ran on a day."""
    return tuple(
        each
        for each in services
        if each.from_date <= when and (each.to_date is None or each.to_date >= when)
    )


def yearly(services: Iterable[Service]) -> Decimal:
    """What a year of contracts costs together, in pounds."""
    return sum((each.annual_price_gbp or Decimal(0) for each in services), Decimal(0))


def pounds(amount: Decimal | None) -> str:
    """'£820,000', pence only where there are any."""
    if amount is None:
        return ""
    return f"£{amount:,.2f}".removesuffix(".00")


def price(service: Service) -> str:
    """The price of a year; 0 means that it is paid for elsewhere."""
    if service.annual_price_gbp is None:
        return "not stated"
    return pounds(service.annual_price_gbp) if service.annual_price_gbp else "paid for elsewhere"


def contract_table(
    store: Store, path: str, services: Sequence[Service], caption: str, *, by_provider: bool
) -> Table:
    """One row a contract; with a link to who delivers it unless the page is that provider's."""
    head = ("Service", *(("Provider",) if by_provider else ()), "From", "Until")
    return Table(
        "contracts-table",
        caption,
        (*head, "Price of a year"),
        tuple(_row(store, path, each, by_provider=by_provider) for each in services),
        texts=len(head),
    )


def _row(store: Store, path: str, service: Service, *, by_provider: bool) -> tuple[Cell, ...]:
    until = words.day(service.to_date) if service.to_date else "no end agreed"
    return (
        service.service_title,
        *((provider_anchor(store, path, service.provider_id),) if by_provider else ()),
        words.day(service.from_date),
        until,
        price(service),
    )


def provider_anchor(store: Store, path: str, provider_id: str) -> Cell:
    """A link to a provider's page."""
    link = Link(store.provider_name(provider_id), f"providers/{provider_id}.html")
    return anchor(path, link)
