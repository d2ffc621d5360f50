"""How far the figures of a release can be trusted, in sentences for the top of the home page.

Belongs here: what is said of linkage, coverage, deliveries and withheld figures. Does not belong
here: the scorecard itself (pages of providers), or what figures say (findings.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.frame import Link
from insight_pipeline.publication.site.provider_records import Card
from insight_pipeline.publication.site.records import Figure
from insight_pipeline.publication.site.store import Store

# Below this share of records linked, or of contracts reported on, a figure is pointed out.
ENOUGH_LINKED = 0.95
ENOUGH_COVERED = 1.0
_MONTHS_LOOKED_AT = 3


@dataclass(frozen=True)
class Remark:
    """One sentence; is_warning where something is wrong. links follow the sentence."""

    text: str
    is_warning: bool
    links: tuple[Link, ...] = ()


def remarks(store: Store) -> tuple[Remark, ...]:
    latest = [figure for _, figure in latest_totals(store)]
    return (
        *_shares(store, latest),
        *_late(store),
        *_overdue(store),
        *_at_fault(store),
        _withheld(store),
    )


def latest_totals(store: Store) -> Iterator[tuple[str, Figure]]:
    """The latest complete figure of each indicator's total."""
    for indicator in store.indicators:
        total = store.total(indicator.indicator_id)
        if total and total.latest:
            yield indicator.title, total.latest


def _shares(store: Store, latest: list[Figure]) -> Iterator[Remark]:
    linked = [each for each in latest if each.linkage_rate is not None]
    covered = [each for each in latest if each.coverage is not None]
    low = [each for each in linked if (each.linkage_rate or 0) < ENOUGH_LINKED]
    if low:
        worst = min(each.linkage_rate or 0 for each in low)
        text = (
            f"Few records could be linked to a person (at worst {_percent(worst)}), so these "
            "figures may miss people:"
        )
        yield Remark(text, True, _indicators(store, low))
    elif linked:
        least = min(each.linkage_rate or 0 for each in linked)
        share = "All" if least == 1 else f"{_percent(least)} or more of the"
        yield Remark(f"{share} records behind each latest figure are linked to a person.", False)
    part = [each for each in covered if (each.coverage or 0) < ENOUGH_COVERED]
    if part:
        least = min(each.coverage or 0 for each in part)
        text = f"Not every provider has reported (at worst {_percent(least)} of the contracts):"
        yield Remark(text, True, _indicators(store, part))
    elif covered:
        yield Remark("Every contract behind the latest figures was reported on.", False)


def _percent(share: object) -> str:
    """A share in whole per cent, rounded down: 99.7 % linked is not all."""
    return f"{int(float(str(share)) * 100 + 1e-9)}\N{NO-BREAK SPACE}%"


def _indicators(store: Store, figures: list[Figure]) -> tuple[Link, ...]:
    return tuple(
        Link(store.indicator(each.indicator_id).title, f"indicators/{each.indicator_id}.html")
        for each in figures
    )


def recent_cards(store: Store) -> list[Card]:
    """Each provider's cards over all its datasets, in the last three months of the scorecard."""
    day = store.release.as_of_date
    cards = [each for each in store.cards if each.dataset == "all" and each.period_month <= day]
    months = sorted({each.period_month for each in cards})[-_MONTHS_LOOKED_AT:]
    return [each for each in cards if each.period_month in months]


def _late(store: Store) -> Iterator[Remark]:
    cards = recent_cards(store)
    late = [card for card in cards if card.is_latency_kept is False]
    if late:
        worst = _worst(late)
        text = (
            f"{words.plural(len(worst), 'provider')} delivered late or not at all "
            f"{_span([card.period_month for card in cards])}:"
        )
        links = tuple(
            Link(f"{store.provider_name(name)}{_how_late(card)}", f"providers/{name}.html")
            for name, card in worst.items()
        )
        yield Remark(text, True, links)
    elif any(card.is_latency_kept for card in cards):
        months = _span([card.period_month for card in cards])
        yield Remark(f"Every delivery due {months} came on time.", False)


def _overdue(store: Store) -> Iterator[Remark]:
    """Providers whose missing data keep figures from being shown, with the age of their last."""
    ages = {each.provider_id: "" for each in store.reporting if each.is_overdue}
    for each in store.reporting:
        if each.is_overdue and each.last_reported_date:
            ages[each.provider_id] = f" (until {words.day(each.last_reported_date)})"
    if ages:
        text = (
            "Data overdue; newer figures of their services are not shown, and the latest ones "
            "grow old:"
        )
        links = tuple(
            Link(f"{store.provider_name(name)}{age}", f"providers/{name}.html")
            for name, age in sorted(ages.items())
        )
        yield Remark(text, True, links)


def _worst(cards: list[Card]) -> dict[str, Card]:
    """The card of each provider's longest delay, by provider."""
    ranked = sorted(cards, key=lambda card: (card.worst_late_days or 0, card.period_month))
    return dict(sorted((card.provider_id, card) for card in ranked))


def _how_late(card: Card) -> str:
    if not card.worst_late_days:
        return f" (nothing in {words.month(card.period_month)})"
    return f" ({words.days(card.worst_late_days)} in {words.month(card.period_month)})"


def _span(months: list[date]) -> str:
    first, last = min(months), max(months)
    if first == last:
        return f"in {words.month(last)}"
    return f"from {words.month(first)} to {words.month(last)}"


def _at_fault(store: Store) -> Iterator[Remark]:
    open_faults: dict[str, int] = {}
    for card in recent_cards(store):
        left = (card.deliveries_at_fault or 0) - (card.deliveries_mended or 0)
        if left > 0:
            open_faults[card.provider_id] = open_faults.get(card.provider_id, 0) + left
    if open_faults:
        links = tuple(
            Link(f"{store.provider_name(name)} ({count})", f"providers/{name}.html")
            for name, count in sorted(open_faults.items())
        )
        yield Remark("Recent deliveries with faults that were not mended yet:", True, links)


def _withheld(store: Store) -> Remark:
    hidden = [figure for figure in store.figures if figure.value is None]
    secret = sum("[c]" in figure.shorthand for figure in hidden)
    open_ = sum("[x]" in figure.shorthand for figure in hidden)
    text = (
        f"{len(hidden):,} of {len(store.figures):,} figures show no number: {secret:,} so that "
        f"nobody can be recognised [c], {open_:,} because their period is not complete [x]."
    )
    return Remark(text, False)
