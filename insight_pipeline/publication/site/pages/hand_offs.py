"""Who falls between services: missed hand-offs, all hand-offs in one picture, each over time.

Belongs here: what stands on that page. Does not belong here: what a hand-off is (between.py), or
figures by pathway (pathway_exhibits.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insight_pipeline.publication.database.questions.book import load_questions
from insight_pipeline.publication.site import verdicts, words
from insight_pipeline.publication.site.between import HandOff, hand_offs, missed_words
from insight_pipeline.publication.site.contracts import in_force
from insight_pipeline.publication.site.exhibits import Exhibit, Table
from insight_pipeline.publication.site.frame import Link, Page, page
from insight_pipeline.publication.site.hand_off_exhibits import (
    flow_exhibit,
    hand_off_table,
    missed_table,
)
from insight_pipeline.publication.site.outcomes import caveats_of, shorthands
from insight_pipeline.publication.site.over_time import course
from insight_pipeline.publication.site.pathway_exhibits import (
    ByPathway,
    by_pathway,
    clocks,
    series_by_pathway,
)
from insight_pipeline.publication.site.records import Indicator
from insight_pipeline.publication.site.store import Store
from insight_pipeline.publication.site.verdicts import Signal

NAVIGATION = (20, "Hand-offs", "hand-offs.html")
_QUESTION = "between_services"


@dataclass(frozen=True)
class Section:
    """One indicator that follows people over; paths: each pair of its services in words."""

    hand_off: HandOff
    paths: tuple[str, ...]
    signal: Signal
    missed: str
    course: Exhibit | None
    providers: tuple[Link, ...]


def pages(store: Store) -> Iterator[Page]:
    pairs = hand_offs(store)
    followed = by_pathway(store)
    series = [each.series for each in pairs if each.series] + series_by_pathway(store)
    question = next(each for each in load_questions() if each.question_id == _QUESTION)
    yield page(
        "hand-offs.html",
        "hand_offs.html",
        store,
        title="Who falls between services",
        followed=followed,
        clocks=clocks(store),
        flow=flow_exhibit(pairs),
        missed=missed_table(pairs),
        others=_others(pairs),
        sections=_sections(store, pairs),
        caveats=caveats_of(store, _indicators(followed, pairs)),
        symbols=words.symbols(shorthands(series)),
        question=question,
    )


def _indicators(followed: tuple[ByPathway, ...], pairs: tuple[HandOff, ...]) -> list[Indicator]:
    return [*(each.indicator for each in followed), *(each.indicator for each in pairs)]


def _others(pairs: tuple[HandOff, ...]) -> Table | None:
    """Hand-offs that are followed by something else than a share, which no arrow can show."""
    found = [each for each in pairs if not each.is_share]
    return hand_off_table(found, "others-table") if found else None


def _sections(store: Store, pairs: tuple[HandOff, ...]) -> list[Section]:
    grouped: dict[str, list[HandOff]] = {}
    for each in pairs:
        grouped.setdefault(each.indicator.indicator_id, []).append(each)
    return [_section(store, each) for each in grouped.values()]


def _section(store: Store, pairs: list[HandOff]) -> Section:
    first = pairs[0]
    return Section(
        hand_off=first,
        paths=tuple(each.path for each in pairs),
        signal=verdicts.change(first.series),
        missed=missed_words(first),
        course=course(store, first.indicator, first.series) if first.series else None,
        providers=_providers(store, pairs),
    )


def _providers(store: Store, pairs: list[HandOff]) -> tuple[Link, ...]:
    """Who delivers the services now, those that hand over first."""
    codes = [each.source.service_code for each in pairs]
    codes += [each.target.service_code for each in pairs]
    now = in_force(store.services, store.release.as_of_date)
    names = [s.provider_id for code in codes for s in now if s.service_code == code]
    return tuple(
        Link(store.provider_name(name), f"providers/{name}.html") for name in dict.fromkeys(names)
    )
