"""How a provider keeps what its contracts promise, month by month.

Belongs here: chart and tables of the scorecard. Does not belong here: how shares are reckoned
(publication/scorecard.py), or what the figures of outcomes say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.charts.model import Axis, Mark
from insight_pipeline.publication.site.charts.multiples import small_multiples
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.provider_records import Card
from insight_pipeline.publication.site.store import Store

ALL = "all"
_PER_CENT = Axis("%", 0, from_zero=True)
# What stands over a panel → the field of a card.
SHARES: Mapping[str, str] = MappingProxyType(
    {
        "On time": "on_time_pct",
        "Complete": "completeness_pct",
        "Valid": "validity_pct",
        "Linkable": "linkability_pct",
    }
)
MEANINGS = (
    ("On time", "deliveries that came within the days agreed, of those due"),
    ("Complete", "cells filled in, of those promised"),
    ("Valid", "rows that kept every rule, of those received"),
    ("Linkable", "records of people that can be joined with other services', of all of them"),
)
_HEAD = (
    "Came",
    *(f"{name} (%)" for name in SHARES),
    "Delay (days)",
    "Faulty",
    "Mended",
    "Figures revised",
    "By (%)",
)


@dataclass(frozen=True)
class Promises:
    """The course over all datasets, and the latest month of each where there are several.

    latest: the newest month over all datasets that the data reach.
    """

    over_time: Exhibit
    datasets: Table | None
    latest: Card


def promises(store: Store, provider_id: str) -> Promises | None:
    """None for a provider that never owed a delivery."""
    cards = [each for each in store.cards if each.provider_id == provider_id]
    whole = [each for each in cards if each.dataset == ALL]
    if not whole:
        return None
    finding = _finding(whole, store.release.as_of_date)
    last = latest(whole, store.release.as_of_date)
    chart = small_multiples("promises-chart", finding, _panels(whole), _PER_CENT)
    table = Table(
        "promises-table",
        "Deliveries of all datasets together, by the month in which their period ends: how many "
        "came of those due, the longest delay, how many had faults, how many were mended, and how "
        "many of the provider's published figures late or corrected data changed, by how much.",
        ("Month", *_HEAD),
        tuple((words.month(each.period_month), *_cells(each)) for each in whole),
    )
    return Promises(Exhibit("promises", finding, chart, table), _datasets(cards), last)


def _panels(cards: Sequence[Card]) -> dict[str, list[Mark]]:
    return {name: [_mark(each, field) for each in cards] for name, field in SHARES.items()}


def _mark(card: Card, field: str) -> Mark:
    value: int | None = getattr(card, field)
    return Mark(
        label=f"{card.period_month:%b %y}",
        value=None if value is None else float(value),
        shorthand=card.shorthand if value is None else "",
        long_label=words.month(card.period_month),
    )


def latest(cards: Sequence[Card], as_of: date) -> Card:
    """The newest month that the data reach; some deliveries are about months ahead."""
    reached = [each for each in cards if each.period_month <= as_of]
    return max(reached or cards, key=lambda each: each.period_month)


def standards_told(card: Card) -> list[tuple[str, str, str]]:
    """What is measured, the month, and the share or number, of one month."""
    when = words.month(card.period_month)
    shares = [
        (name, when, card.shorthand if share is None else f"{share}\N{NO-BREAK SPACE}%")
        for name, field in SHARES.items()
        for share in (getattr(card, field),)
    ]
    revised = words.count(card.figures_revised) or "0"
    return [*shares, ("Published figures its late or corrected data changed", when, revised)]


def _finding(cards: Sequence[Card], as_of: date) -> str:
    due = [each for each in cards if each.is_latency_kept is not None]
    kept = sum(each.is_latency_kept is True for each in due)
    last = latest(cards, as_of)
    shares = [
        f"{name.lower()} {share}\N{NO-BREAK SPACE}%"
        for name, field in list(SHARES.items())[1:]
        if (share := getattr(last, field)) is not None
    ]
    told = [f"On time in {kept} of {words.plural(len(due), 'month')}"] if due else []
    told += [f"in {words.month(last.period_month)} {', '.join(shares)}"] if shares else []
    return "; ".join(told) or "Nothing is known of its deliveries"


def _cells(card: Card) -> tuple[str, ...]:
    shares = [getattr(card, field) for field in SHARES.values()]
    return (
        f"{words.count(card.deliveries_received)} of {words.count(card.deliveries_expected)}",
        *(words.count(each) if each is not None else card.shorthand for each in shares),
        words.count(card.worst_late_days),
        words.count(card.deliveries_at_fault),
        words.count(card.deliveries_mended),
        words.count(card.figures_revised),
        "" if card.revision_pct is None else f"{card.revision_pct:.1f}",
    )


def _datasets(cards: Sequence[Card]) -> Table | None:
    """The last month of each dataset; None for a single one."""
    newest = {each.dataset: each for each in cards if each.dataset != ALL}
    if len(newest) < 2:
        return None
    return Table(
        "datasets-table",
        "Each dataset in its latest month.",
        ("Dataset", "Month", *_HEAD),
        tuple(
            (name.replace("_", " "), words.month(each.period_month), *_cells(each))
            for name, each in sorted(newest.items())
        ),
        texts=2,
    )
