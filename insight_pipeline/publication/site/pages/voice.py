"""How people find the services, beside what happens to people in them.

Belongs here: what stands on that page. Does not belong here: figures of a service in words
(site/voice.py), or a question at length (indicator.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from insight_pipeline.publication.site import voice, words
from insight_pipeline.publication.site.compared import side_by_side
from insight_pipeline.publication.site.exhibits import Exhibit
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.outcomes import caveats_of, outcome, shorthands
from insight_pipeline.publication.site.store import Store

PATH = "voice.html"
NAVIGATION = (60, "Citizen voice", PATH)


def pages(store: Store) -> Iterator[Page]:
    asked = voice.questions(store)
    totals = [total for each in asked if (total := store.total(each.indicator_id))]
    of_services = [each for it in asked for each in store.series_of(it.indicator_id, voice.SERVICE)]
    yield page(
        PATH,
        "voice.html",
        store,
        title="How people find the services",
        questions=[outcome(each, store.total(each.indicator_id)) for each in asked],
        exhibits=_exhibits(store),
        services=voice.services(store),
        caveats=caveats_of(store, asked),
        symbols=words.symbols(shorthands([*totals, *of_services])),
    )


def _exhibits(store: Store) -> list[Exhibit]:
    groups = (voice.side_by_side_of(store, each) for each in voice.questions(store))
    return [found for group in groups if group and (found := side_by_side(group))]
