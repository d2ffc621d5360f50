"""A page for each indicator: what it says, how it went, who differs, and how to check it.

Belongs here: what stands on an indicator's page. Does not belong here: its charts (over_time.py,
compared.py), definition and revisions (definition.py, revised.py), or sentences (findings.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from insight_pipeline.publication.site import findings, verdicts, words
from insight_pipeline.publication.site.compared import in_a_funnel, side_by_side
from insight_pipeline.publication.site.definition import facts, services
from insight_pipeline.publication.site.exhibits import Exhibit
from insight_pipeline.publication.site.frame import Link, Page, page
from insight_pipeline.publication.site.group import Group, order_of
from insight_pipeline.publication.site.kinds import TOTAL, kind_of, kinds_of
from insight_pipeline.publication.site.over_time import course, panels
from insight_pipeline.publication.site.reach import waiting_words
from insight_pipeline.publication.site.records import Figure, Indicator, Series
from insight_pipeline.publication.site.revised import revised_figures, revised_table
from insight_pipeline.publication.site.store import Store
from insight_pipeline.publication.site.verdicts import Signal

NAVIGATION = (1, "Indicators", "index.html#indicators")
# Kinds that have sections of their own on the page.
_OWN_SECTION = (TOTAL, "area", "provider")
# Kinds of many deliverers of one service, some of them small.
_IN_A_FUNNEL = ("unit",)


def pages(store: Store) -> Iterator[Page]:
    for indicator in store.indicators:
        yield _page(store, indicator)


def _page(store: Store, indicator: Indicator) -> Page:
    total = store.total(indicator.indicator_id)
    latest = total.latest if total else None
    period = store.latest_period(indicator.indicator_id)
    revised = revised_table(store, indicator)
    return page(
        f"indicators/{indicator.indicator_id}.html",
        "indicator.html",
        store,
        title=indicator.title,
        trail=[Link(indicator.theme, f"themes/{indicator.theme_code}.html")],
        indicator=indicator,
        latest=latest,
        value=words.value(indicator, latest.value) if latest else "",
        limits=_limits(indicator, total),
        signals=_signals(indicator, total),
        summary=_summary(indicator, total),
        not_yet=findings.not_mature_words(indicator, total) if total else "",
        waiting=waiting_words(store, indicator.indicator_id),
        doubts=_doubts(indicator, latest) if latest else "",
        course=course(store, indicator, total) if total else None,
        providers=_providers(store, indicator, period, latest),
        wards=_wards(store, indicator, period, latest),
        breakdowns=_breakdowns(store, indicator, period, latest),
        services=services(store, indicator),
        is_hand_off=len({each.service_code for each in store.services_of(indicator.indicator_id)})
        > 1,
        facts=facts(indicator),
        caveats=store.caveats_of(indicator.indicator_id),
        revisions=revised,
        more_revisions=len(revised_figures(store, indicator)) - len(revised.rows),
        symbols=words.symbols(_shorthands(store, indicator)),
        downloads=words.downloads(store.files),
    )


def _signals(indicator: Indicator, total: Series | None) -> list[Signal]:
    """How it changes, and how it compares with target or benchmark."""
    if total and findings.is_own_standard(indicator, total):
        return [Signal("plain", "A standard, not a figure")]
    against = verdicts.against_yardstick(indicator, total)
    return [verdicts.change(total), *([against] if against else [])]


def _limits(indicator: Indicator, total: Series | None) -> str:
    """The interval of the latest figure; what is so by definition has none."""
    if total is None or total.latest is None or findings.is_own_standard(indicator, total):
        return ""
    return words.limits(indicator, total.latest)


def _summary(indicator: Indicator, total: Series | None) -> str:
    """What a signal above it has not said already."""
    if verdicts.change(total).is_special:
        return findings.standing(indicator, total)
    return findings.summary(indicator, total)


def _doubts(indicator: Indicator, latest: Figure) -> str:
    """By how much doubtful links could move the figure; empty where they could not.

    A withheld figure has no such limits either, and nothing is said of it in any case.
    """
    low, high = latest.linkage_lower, latest.linkage_upper
    if latest.value is None or low is None or high is None or low == high:
        return ""
    return (
        "Whether some records belong to one person is in doubt; that could move the figure "
        f"between {words.value(indicator, low)} and {words.value(indicator, high)}."
    )


def _group(store: Store, indicator: Indicator, breakdown_type: str, period: date) -> Group:
    total = store.total(indicator.indicator_id)
    kind = kind_of(breakdown_type)
    return Group(
        kind.anchor,
        kind.one,
        kind.many,
        indicator,
        order_of(store.series_of(indicator.indicator_id, breakdown_type)),
        period,
        total.at(period) if total else None,
    )


def _providers(
    store: Store, indicator: Indicator, period: date | None, latest: Figure | None
) -> list[Exhibit]:
    """A funnel of three or more, else intervals; and their course, where there are several."""
    total = store.total(indicator.indicator_id)
    if period is None or latest is None or total is None:
        return []
    group = _group(store, indicator, "provider", period)
    found = [in_a_funnel(group) or side_by_side(group)]
    if len(group.series) > 1:
        found += [panels(indicator, group.series, total, "providers-over-time", "providers")]
    return [each for each in found if each]


def _wards(
    store: Store, indicator: Indicator, period: date | None, latest: Figure | None
) -> list[Exhibit]:
    total = store.total(indicator.indicator_id)
    if period is None or latest is None or total is None:
        return []
    group = _group(store, indicator, "area", period)
    found = (
        side_by_side(group),
        panels(indicator, group.series, total, "wards-over-time", "wards"),
    )
    return [each for each in found if each]


def _breakdowns(
    store: Store, indicator: Indicator, period: date | None, latest: Figure | None
) -> list[Exhibit]:
    if period is None or latest is None:
        return []
    kinds = kinds_of(store.series, indicator.indicator_id)
    groups = (
        (kind, _group(store, indicator, kind, period)) for kind in kinds if kind not in _OWN_SECTION
    )
    found = (
        (in_a_funnel(group) if kind in _IN_A_FUNNEL else None) or side_by_side(group)
        for kind, group in groups
    )
    return [each for each in found if each]


def _shorthands(store: Store, indicator: Indicator) -> Iterator[str]:
    for series in store.series:
        if series.indicator_id == indicator.indicator_id:
            yield from (figure.shorthand for figure in series.figures)
