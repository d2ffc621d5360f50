"""Services that changed hands: what it cost, what became of people in them, and what of outcomes.

Belongs here: what stands on that page. Does not belong here: what may be said of a figure before
and after (changed_hands.py), or contracts as such (contracts.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.change_records import ContractChange
from insight_pipeline.publication.site.changed_hands import (
    exhibit,
    lost_indicator,
    people,
    shorthands,
    sides,
)
from insight_pipeline.publication.site.contracts import pounds
from insight_pipeline.publication.site.exhibits import Exhibit
from insight_pipeline.publication.site.frame import Link, Page, page
from insight_pipeline.publication.site.store import Store

NAVIGATION = (25, "Changes of provider", "changes-of-provider.html")
_QUESTION = "changed_hands"


@dataclass(frozen=True)
class Section:
    """One change of provider; facts: (what, how it was)."""

    section_id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    people: str
    lost: Link | None
    exhibits: tuple[Exhibit, ...]
    providers: tuple[Link, ...]


def pages(store: Store) -> Iterator[Page]:
    changes = [each for each in store.contract_changes if _is_past(store, each)]
    yield page(
        "changes-of-provider.html",
        "change_of_provider.html",
        store,
        title="When a service changes hands",
        sections=[_section(store, each) for each in changes],
        coming=[_title(store, each) for each in store.contract_changes if each not in changes],
        symbols=words.symbols(shorthands(store, changes)),
        question=next(each for each in load_questions() if each.question_id == _QUESTION),
    )


def _is_past(store: Store, change: ContractChange) -> bool:
    return change.changed_date <= store.release.as_of_date


def _title(store: Store, change: ContractChange) -> str:
    old, new = (
        store.provider_name(each) for each in (change.from_provider_id, change.to_provider_id)
    )
    return f"{change.service_title}: {old} to {new}, {words.month(change.changed_date)}"


def _section(store: Store, change: ContractChange) -> Section:
    ids = (change.from_provider_id, change.to_provider_id)
    place = f"-{change.area_codes.replace(',', '-')}" if change.area_codes else ""
    return Section(
        section_id=f"{change.service_code}-{change.changed_date}{place}",
        title=_title(store, change),
        facts=tuple(_facts(store, change)),
        people=people(store, change),
        lost=_lost(store),
        exhibits=tuple(exhibit(store, each) for each in sides(store, change)),
        providers=tuple(Link(store.provider_name(each), f"providers/{each}.html") for each in ids),
    )


def _lost(store: Store) -> Link | None:
    lost = lost_indicator(store)
    return (
        Link("People lost in transition", f"indicators/{lost.indicator_id}.html") if lost else None
    )


def _facts(store: Store, change: ContractChange) -> Iterator[tuple[str, str]]:
    yield "Last day of the old provider", words.day(change.ended_date)
    yield "First day of the new contract", words.day(change.began_date)
    if change.gap_days:
        yield "Nobody under contract between them", words.days(change.gap_days)
    if change.overlap_days:
        yield "Both under contract", words.days(change.overlap_days)
    where = [each.area_name for each in store.areas if change.covers(each.area_code)]
    yield "Where", words.listed(where) if change.area_codes else "the whole borough"
    yield "Price of a year before", pounds(change.from_price_gbp)
    yield "Price of a year after", pounds(change.to_price_gbp)
    yield (
        "Not compared with anybody",
        f"periods of the new provider that begin before {words.day(change.comparable_date)}",
    )
