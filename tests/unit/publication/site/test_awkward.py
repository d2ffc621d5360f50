"""Releases as they should not be: pages are still made, whole, escaped, and say nothing untrue."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from insight_pipeline.publication.site.frame import all_pages
from insight_pipeline.publication.site.records import Figure
from insight_pipeline.publication.site.store import Store

_MARKUP = 'Tom & "Jerry\'s" <blink>home</blink>'
Change = Callable[[Store], Store]


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]

    def levels(self) -> list[int]:
        return [int(tag[1]) for tag in self.tags if re.fullmatch("h[1-6]", tag)]


def _figures(store: Store, change: Callable[[Figure], Figure]) -> Store:
    return replace(
        store,
        series=tuple(replace(s, figures=tuple(map(change, s.figures))) for s in store.series),
    )


def _blank(figure: Figure, shorthand: str = "[c]") -> Figure:
    names = ("value", "lower95", "upper95", "numerator", "denominator", "basis")
    none: dict[str, Any] = dict.fromkeys(names)
    judged = replace(figure.judgement, compared_outcome="not_compared", funnel_flag=None)
    return replace(figure, **none, shorthand=shorthand, judgement=judged)


def _withheld(store: Store) -> Store:
    return _figures(store, _blank)


def _immature(store: Store) -> Store:
    return _figures(store, lambda each: replace(_blank(each, "[x]"), is_not_mature=True))


def _zero(store: Store) -> Store:
    nothing: dict[str, Any] = dict.fromkeys(("value", "lower95", "upper95"), Decimal(0))

    def emptied(figure: Figure) -> Figure:
        return figure if figure.value is None else replace(figure, numerator=0, **nothing)

    return _figures(store, emptied)


def _marked_up(store: Store) -> Store:
    said: dict[str, Any] = {
        "title": _MARKUP,
        "question": _MARKUP,
        "unit": _MARKUP,
        "target_name": _MARKUP,
    }
    return replace(
        store,
        indicators=tuple(replace(each, **said) for each in store.indicators),
        series=tuple(replace(each, label=_MARKUP + each.label) for each in store.series),
        providers=tuple(replace(each, provider_name=_MARKUP) for each in store.providers),
        services=tuple(replace(each, service_title=_MARKUP) for each in store.services),
    )


def _counts(store: Store) -> Store:
    counted: dict[str, Any] = {"statistic": "count", "multiplier": 1}
    return replace(store, indicators=tuple(replace(i, **counted) for i in store.indicators))


def _long(store: Store) -> Store:
    return replace(
        store,
        series=tuple(replace(each, label=each.label + 200 * "x") for each in store.series),
        indicators=tuple(replace(each, title=40 * "very long ") for each in store.indicators),
    )


def _single(store: Store) -> Store:
    return replace(store, series=tuple(replace(s, figures=s.figures[:1]) for s in store.series))


def _alone(store: Store) -> Store:
    (only, *_) = store.indicators
    own = tuple(each for each in store.series if each.indicator_id == only.indicator_id)
    return replace(store, indicators=(only,), series=own)


def _first(store: Store) -> Store:
    return replace(store, releases=store.releases[-1:], revisions=(), changes=())


def _no_providers(store: Store) -> Store:
    kept = tuple(each for each in store.series if each.breakdown_type != "provider")
    return replace(store, providers=(), services=(), cards=(), series=kept)


def _no_cards(store: Store) -> Store:
    return replace(store, cards=())


def _nothing(store: Store) -> Store:
    return replace(store, indicators=(), series=(), indicator_services=(), revisions=())


@pytest.mark.parametrize(
    "change",
    [
        _alone,
        _counts,
        _first,
        _immature,
        _long,
        _marked_up,
        _no_cards,
        _no_providers,
        _nothing,
        _single,
        _withheld,
        _zero,
    ],
)
def test_every_page_is_made_escaped_with_one_title_headings_in_order_and_ids_apart(
    store: Store, change: Change
) -> None:
    for page in all_pages(change(store)):
        seen = _Seen()
        seen.feed(page.html)
        levels = seen.levels()
        assert levels.count(1) == 1, page.path
        assert all(b <= a + 1 for a, b in pairwise(levels)), page.path
        assert len(seen.ids) == len(set(seen.ids)), page.path
        assert "blink" not in seen.tags, page.path


def _page(store: Store, path: str) -> str:
    (html,) = [each.html for each in all_pages(store) if str(each.path) == path]
    return html


def test_where_nothing_could_be_compared_nobody_is_said_to_be_no_different(store: Store) -> None:
    html = _page(_withheld(store), "index.html")
    assert "could be compared with the borough" in html
    assert "by more than chance" not in html


def test_hand_offs_without_a_figure_are_not_said_to_be_none(store: Store) -> None:
    html = _page(_immature(store), "hand-offs.html")
    assert "No hand-off has a share of a complete period yet" in html
    assert "follows people from one service to another" not in html


def test_of_a_withheld_figure_the_doubt_of_its_linkage_is_not_told(store: Store) -> None:
    moved: dict[str, Any] = {"linkage_lower": Decimal(3), "linkage_upper": Decimal(9)}
    doubtful = _figures(_withheld(store), lambda each: replace(each, **moved))
    told = [each.html for each in all_pages(doubtful) if str(each.path).startswith("indicators/")]
    assert told and not any("that could move the figure" in html for html in told)
