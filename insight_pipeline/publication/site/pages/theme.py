"""A page for each outcome theme: what is spent, and what came of it, side by side.

Belongs here: what stands on a theme's page. Does not belong here: spend divided by outcomes
(spend.py), or one indicator at length (indicator.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insight_pipeline.publication.site import verdicts, words
from insight_pipeline.publication.site.contracts import (
    contract_table,
    in_force,
    pounds,
    yearly,
)
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.outcomes import (
    caveats_of,
    figures_table,
    outcome,
    shorthands,
)
from insight_pipeline.publication.site.provider_records import Service
from insight_pipeline.publication.site.records import Indicator, Series
from insight_pipeline.publication.site.store import Store


def pages(store: Store) -> Iterator[Page]:
    for code, theme in store.themes.items():
        yield _page(store, code, theme)


def _page(store: Store, code: str, theme: str) -> Page:
    path = f"themes/{code}.html"
    indicators = [each for each in store.indicators if each.theme_code == code]
    totals = [total for each in indicators if (total := store.total(each.indicator_id))]
    contracts = _contracts(store, indicators, "index")
    now = in_force(contracts, store.release.as_of_date)
    caption = "Contracts of the services in which cases of this theme begin."
    return page(
        path,
        "theme.html",
        store,
        title=theme,
        indicators=indicators,
        tally=_tally(totals),
        price=pounds(yearly(now)) if yearly(now) else "",
        contracts=contract_table(store, path, contracts, caption, by_provider=True)
        if contracts
        else None,
        elsewhere=_elsewhere(store, code, now),
        unpaid=words.listed(
            dict.fromkeys(each.service_title for each in now if not each.annual_price_gbp)
        ),
        involved=_involved(store, indicators),
        outcomes=[outcome(each, store.total(each.indicator_id)) for each in indicators],
        figures=figures_table(store, totals, f"{theme}: figures of the borough, by period."),
        caveats=caveats_of(store, indicators),
        symbols=words.symbols(shorthands(totals)),
    )


def _codes(store: Store, indicators: Sequence[Indicator], role: str) -> set[str]:
    names = {each.indicator_id for each in indicators}
    return {
        each.service_code
        for each in store.indicator_services
        if each.indicator_id in names and each.role == role
    }


def _contracts(store: Store, indicators: Sequence[Indicator], role: str) -> list[Service]:
    codes = _codes(store, indicators, role)
    found = [each for each in store.services if each.service_code in codes]
    return sorted(found, key=lambda each: (each.service_title, each.from_date, each.provider_id))


def _tally(totals: Sequence[Series]) -> str:
    """How many of the theme's indicators get better or worse, as they are judged."""
    tones = [verdicts.change(each).tone for each in totals]
    told = [
        f"{tones.count(tone)} {word}"
        for tone, word in (("bad", "getting worse"), ("good", "getting better"))
        if tone in tones
    ]
    whole = words.plural(len(totals), "indicator")
    if told:
        return words.sentence(f"Of {whole}, {words.listed(told)} beyond chance")
    return f"{whole}; none can be said to get better or worse."


def _elsewhere(store: Store, code: str, contracts: Sequence[Service]) -> str:
    """Services that other themes count as well, each with those themes."""
    found = []
    for service, title in {each.service_code: each.service_title for each in contracts}.items():
        names = {
            each.indicator_id
            for each in store.indicator_services
            if each.service_code == service and each.role == "index"
        }
        themes = [
            theme
            for other, theme in store.themes.items()
            if other != code
            and any(i.theme_code == other and i.indicator_id in names for i in store.indicators)
        ]
        if themes:
            found.append(f"{title} ({words.listed(themes)})")
    return "; ".join(found)


def _involved(store: Store, indicators: Sequence[Indicator]) -> str:
    """Services that cases of the theme are followed into, whose prices are not counted."""
    codes = _codes(store, indicators, "followed") - _codes(store, indicators, "index")
    return words.listed(
        sorted({each.service_title for each in store.services if each.service_code in codes})
    )
