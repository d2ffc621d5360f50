"""All partners' standards by month, side by side: a disparity between them is itself a risk.

Belongs here: what stands on that page. Does not belong here: charts and gaps (disparity.py), or one
provider at length (provider.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.disparity import Gap, by_provider, gaps, side_by_side
from insight_pipeline.publication.site.exhibits import Table
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.promises import MEANINGS, SHARES, latest
from insight_pipeline.publication.site.provider_records import Card
from insight_pipeline.publication.site.store import Store

PATH = "standards.html"
NAVIGATION = (50, "Standards", PATH)
# Partners further apart than this in one standard do not work to the same standard.
_FAR_APART_POINTS = 10


def pages(store: Store) -> Iterator[Page]:
    partners, when = by_provider(store), store.release.as_of_date
    found = gaps(partners, when)
    told = {gap.standard: gap.words for gap in found}
    yield page(
        PATH,
        "standards.html",
        store,
        title="Standards of all partners",
        risk=_risk(found),
        exhibits=[
            side_by_side(partners, name, told.get(name, f"{name}: nothing to compare"))
            for name in SHARES
        ]
        if partners
        else [],
        latest=_latest(partners, store),
        meanings=MEANINGS,
        symbols=words.symbols(card.shorthand for cards in partners.values() for card in cards),
    )


def _risk(found: Sequence[Gap]) -> str:
    """What the widest gap means for every figure that needs both partners' data."""
    if not found:
        return "There are no two partners with deliveries to compare yet."
    far = [gap for gap in found if gap.points >= _FAR_APART_POINTS]
    if not far:
        return f"Partners are close together. Furthest apart: {found[0].words}."
    return (
        f"{words.sentence('; '.join(gap.words for gap in far))} Partners that far apart are a risk "
        "in itself: a figure that joins their data is only as good as the weaker side's, and a "
        "change there can look like a change for people."
    )


def _latest(partners: Mapping[str, Sequence[Card]], store: Store) -> Table | None:
    """One row a partner: its newest month, and how late, faulty and revised its data were."""
    if not partners:
        return None
    return Table(
        "latest-table",
        "Each partner in its newest month.",
        ("Partner", "Month", *SHARES, "Delay (days)", "Faulty", "Mended", "Figures revised"),
        tuple(
            _row(name, latest(cards, store.release.as_of_date)) for name, cards in partners.items()
        ),
        texts=2,
    )


def _row(name: str, card: Card) -> tuple[str, ...]:
    shares = (getattr(card, field) for field in SHARES.values())
    return (
        name,
        words.month(card.period_month),
        *(card.shorthand if share is None else words.count(share) for share in shares),
        words.count(card.worst_late_days),
        words.count(card.deliveries_at_fault),
        words.count(card.deliveries_mended),
        words.count(card.figures_revised),
    )
