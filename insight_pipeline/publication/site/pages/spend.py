"""What is spent on each outcome theme, what of it shows outcomes yet, and what one of them costs.

Belongs here: what stands on that page. Does not belong here: charts and tables (spend_exhibits.py),
or what contracts cost (contracts.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.exhibits import Exhibit
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.spend_exhibits import (
    cost_exhibit,
    latest_costs,
    limits,
    pounds,
    share,
    spend_exhibit,
    unseen_exhibit,
)
from insight_pipeline.publication.site.spend_records import ThemeSpend, UnitCost
from insight_pipeline.publication.site.store import Store

NAVIGATION = (30, "Spending", "spending.html")
_YEAR = 4  # quarters


@dataclass(frozen=True)
class Costs:
    """Unit costs of one kind: the picture, each latest line in words, and what they are not."""

    exhibit: Exhibit
    told: tuple[str, ...]
    notes: tuple[str, ...]


def pages(store: Store) -> Iterator[Page]:
    spends = store.theme_spends
    yield page(
        "spending.html",
        "spend.html",
        store,
        title="What is spent, and what for",
        summary=_summary(spends) if spends else None,
        spend=spend_exhibit(spends) if spends else None,
        unseen=unseen_exhibit(spends) if spends else None,
        persons=_costs(store, "person_served"),
        outcomes=_costs(store, "outcome"),
        symbols=words.symbols(each.shorthand for each in store.unit_costs),
    )


@dataclass(frozen=True)
class Summary:
    """What the last quarters cost, which those are, and how much of it is not seen yet."""

    amount: str
    over: str
    unseen: str


def _summary(spends: Sequence[ThemeSpend]) -> Summary:
    quarters = sorted({each.period_from for each in spends})[-_YEAR:]
    recent = [each for each in spends if each.period_from in quarters]
    amount = sum((each.amount_gbp for each in recent), Decimal(0))
    part = share(sum((each.unseen_gbp for each in recent), Decimal(0)), amount)
    over = words.plural(len(quarters), "quarter")
    return Summary(
        amount=pounds(amount),
        over=f"in the {over} up to {words.day(max(each.period_to for each in recent))}",
        unseen="" if part is None else f"What came of {part} % of it cannot be seen yet.",
    )


def _costs(store: Store, kind: str) -> Costs | None:
    """None where there is no line of this kind."""
    costs = [each for each in store.unit_costs if each.kind == kind]
    latest = latest_costs(costs)
    if not latest:
        return None
    shown = [each for each in latest if each.unit_cost_gbp is not None]
    what = {"person_served": "for each person served", "outcome": "for each outcome achieved"}[kind]
    finding = f"Spend {what}, in the latest complete period; in no order of merit"
    return Costs(
        exhibit=cost_exhibit(kind.replace("_", "-"), finding, costs),
        told=tuple(_told(each) for each in shown),
        notes=tuple(dict.fromkeys(each.note for each in latest)),
    )


def _told(cost: UnitCost) -> str:
    """'Tenancy kept, 2025/26: £4,556 (95 % interval 3,700 to 5,900), of £410,000 spent.'"""
    between = f" (95 % interval {limits(cost)})" if limits(cost) else ""
    of = f"of {pounds(cost.amount_gbp)} spent"
    return f"{cost.title}, {cost.period}: {pounds(cost.unit_cost_gbp)}{between}, {of}."
