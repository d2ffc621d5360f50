"""All partners' standards side by side, and how far apart they are.

Belongs here: charts and tables of one standard over all partners. Does not belong here: one
provider's promises (promises.py). Partners stand in the order of their names: none is ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.charts.model import Axis, Mark
from insight_pipeline.publication.site.charts.multiples import small_multiples
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.promises import ALL, SHARES, latest
from insight_pipeline.publication.site.provider_records import Card
from insight_pipeline.publication.site.store import Store

_PER_CENT = Axis("%", 0, from_zero=True)
_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Gap:
    """How far apart partners' latest months are in one standard, in percentage points."""

    standard: str
    low: int
    low_names: tuple[str, ...]
    high: int

    @property
    def points(self) -> int:
        return self.high - self.low

    @property
    def words(self) -> str:
        """'Valid: 82 % (Homestead) to 100 %, 18 points apart'."""
        if not self.points:
            return f"{self.standard}: {self.low}{_SPACE}% at every partner"
        return (
            f"{self.standard}: {self.low}{_SPACE}% ({words.listed(self.low_names)}) to "
            f"{self.high}{_SPACE}%, {words.plural(self.points, 'point')} apart"
        )


def by_provider(store: Store) -> dict[str, list[Card]]:
    """Partner → its months over all datasets that the data reach, by name and month."""
    reached = [
        each
        for each in store.cards
        if each.dataset == ALL and each.period_month <= store.release.as_of_date
    ]
    found = {
        provider.provider_name: sorted(
            (each for each in reached if each.provider_id == provider.provider_id),
            key=lambda each: each.period_month,
        )
        for provider in store.providers
    }
    return {name: cards for name, cards in sorted(found.items()) if cards}


def gaps(partners: Mapping[str, Sequence[Card]], as_of: date) -> tuple[Gap, ...]:
    """One for each standard that two partners or more have a share of, the widest first."""
    found = [gap for name in SHARES if (gap := _gap(name, partners, as_of))]
    return tuple(sorted(found, key=lambda gap: -gap.points))


def _gap(standard: str, partners: Mapping[str, Sequence[Card]], as_of: date) -> Gap | None:
    shares: dict[str, int] = {}
    for name, cards in partners.items():
        share: int | None = getattr(latest(cards, as_of), SHARES[standard])
        if share is not None:
            shares[name] = share
    if len(shares) < 2:
        return None
    low = min(shares.values())
    lowest = tuple(name for name, share in shares.items() if share == low)
    return Gap(standard, low, lowest, max(shares.values()))


def side_by_side(partners: Mapping[str, Sequence[Card]], standard: str, finding: str) -> Exhibit:
    """One panel a partner on one scale, and the same as a table: a row each, a column a month.

    The chart has the months in which most partners' periods end, the table all of them.
    """
    months = sorted({each.period_month for cards in partners.values() for each in cards})
    name = f"standard-{SHARES[standard].removesuffix('_pct').replace('_', '-')}"
    panels = {
        partner: [_mark(month, _at(cards, month), standard) for month in _shared(partners)]
        for partner, cards in partners.items()
    }
    table = Table(
        f"{name}-table",
        f"{standard}: per cent, by partner and month. Empty: nothing was due or came.",
        ("Partner", *(f"{month:%b %y}" for month in months)),
        tuple(
            (partner, *(_cell(_at(cards, month), standard) for month in months))
            for partner, cards in partners.items()
        ),
    )
    return Exhibit(
        name, finding, small_multiples(f"{name}-chart", finding, panels, _PER_CENT), table
    )


def _shared(partners: Mapping[str, Sequence[Card]]) -> list[date]:
    """Months in which half as many partners have a line as in the fullest month, or more."""
    counts = Counter(each.period_month for cards in partners.values() for each in cards)
    most = max(counts.values(), default=0)
    return sorted(month for month, count in counts.items() if 2 * count >= most)


def _at(cards: Sequence[Card], month: date) -> Card | None:
    return next((each for each in cards if each.period_month == month), None)


def _mark(month: date, card: Card | None, standard: str) -> Mark:
    share: int | None = getattr(card, SHARES[standard]) if card else None
    return Mark(
        label=f"{month:%b %y}",
        value=None if share is None else float(share),
        shorthand=card.shorthand if card and share is None else "",
        long_label=words.month(month),
    )


def _cell(card: Card | None, standard: str) -> str:
    if card is None:
        return ""
    share: int | None = getattr(card, SHARES[standard])
    return card.shorthand if share is None else words.count(share)
