"""How the figures are made, in plain words: statistics, disclosure, linkage, revisions, symbols.

Belongs here: what stands on that page. Does not belong here: formulas (docs/statistics.md), or the
words of symbols (words.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.exhibits import Table
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.store import Store

NAVIGATION = (70, "Methods", "methods.html")
# Statistic → what it is, its interval, and whose method it is.
_STATISTICS = (
    (
        "proportion",
        "Proportion",
        "the share of cases in which something happened",
        "Wilson",
        "Wilson 1927; Newcombe 1998",
    ),
    (
        "rate",
        "Rate",
        "events for so many people",
        "Byar; exact Poisson below 10 events",
        "Breslow and Day 1987",
    ),
    (
        "dsr",
        "Directly standardised rate",
        "the rate there would be if the borough had the ages of Europe",
        "Dobson; no figure below 10 events",
        "Dobson and others 1991; European Standard Population 2013",
    ),
    (
        "isr",
        "Indirectly standardised ratio",
        "events for every 100 that would be expected of people like these",
        "Byar; exact Poisson below 10 events",
        "Breslow and Day 1987",
    ),
    ("mean", "Mean", "the sum of amounts over those who have them", "Student's t", "Student 1908"),
    (
        "median",
        "Median",
        "the middle value: as many have less as have more",
        "between two of the values in order; none for few people",
        "Conover 1999",
    ),
    (
        "weighted_proportion",
        "Weighted proportion",
        "the share of all who were asked, each answer standing for those like it",
        "Wilson, for as many answers as the weighted ones are worth",
        "Kish 1965; Särndal, Swensson and Wretman 1992",
    ),
    ("count", "Count", "a number of cases", "none", ""),
)


def pages(store: Store) -> Iterator[Page]:
    yield page(
        "methods.html",
        "methods.html",
        store,
        title="Methods",
        statistics=_statistics(store),
        rounded=_rounded(store),
        linked=_linked(store),
        symbols=tuple(words.SHORTHAND.items()),
    )


def _statistics(store: Store) -> Table:
    """The statistics that indicators of this release use, with how many do."""
    used = [each.statistic for each in store.indicators]
    return Table(
        "statistics-table",
        "Kinds of figures in this release.",
        ("Figure", "What it says", "95 % interval", "Source", "Indicators"),
        tuple(
            (name, meaning, interval, source, f"{used.count(code)}")
            for code, name, meaning, interval, source in _STATISTICS
            if code in used
        ),
        texts=4,
    )


def _rounded(store: Store) -> str:
    """'to the nearest 5'; every step that figures of this release are rounded to."""
    steps = sorted({each.rounded_to for each in store.figures})
    if steps == [1]:
        return "not rounded"
    return f"rounded to the nearest {words.listed(str(each) for each in steps)}"


def _linked(store: Store) -> str:
    """'98 to 100': linkage rates of the latest complete totals; 99.7 % linked is not all."""
    latest = [
        total.latest for each in store.indicators if (total := store.total(each.indicator_id))
    ]
    rates = [each.linkage_rate for each in latest if each and each.linkage_rate is not None]
    if not rates:
        return ""
    low, high = (f"{int(each * Decimal(100))}" for each in (min(rates), max(rates)))
    return low if low == high else f"{low} to {high}"
