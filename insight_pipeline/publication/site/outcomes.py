"""Several indicators below each other: the latest figure, its course in small, and the finding.

Belongs here: lists of indicators on pages of providers and themes. Does not belong here: one
indicator at length (pages/indicator.py), or who is compared with whom (attributed.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from insight_pipeline.publication.site import findings, verdicts, words
from insight_pipeline.publication.site.exhibits import Table
from insight_pipeline.publication.site.frame import Link
from insight_pipeline.publication.site.over_time import spark
from insight_pipeline.publication.site.records import Caveat, Figure, Indicator, Series
from insight_pipeline.publication.site.store import Store
from insight_pipeline.publication.site.verdicts import Signal


@dataclass(frozen=True)
class Outcome:
    """One row: finding is a sentence, note the period with its interval."""

    link: Link
    value: str
    note: str
    signal: Signal
    finding: str
    spark: Markup


def outcome(
    indicator: Indicator,
    series: Series | None,
    *,
    finding: str = "",
    signal: Signal | None = None,
) -> Outcome:
    """The row of a series; finding, signal: what is said of it instead of its course."""
    latest = series.latest if series else None
    link = _link(indicator)
    told = finding or in_words(indicator, series)
    if series is None or latest is None:
        none = signal or verdicts.change(series)
        return Outcome(link, "No figure yet", "", none, told, Markup(""))
    return Outcome(
        link,
        words.value(indicator, latest.value) or latest.shorthand,
        _note(indicator, latest),
        signal or _signal(indicator, series),
        told,
        drawing(indicator, series),
    )


def in_words(indicator: Indicator, series: Series | None) -> str:
    """What may be said of a figure that stands beside: against what it is held, and its course."""
    latest = series.latest if series else None
    if series is None or latest is None or latest.value is None:
        return findings.summary(indicator, series)
    if findings.is_own_standard(indicator, series):
        return findings.summary(indicator, series)
    held = (findings.benchmark_words(indicator, latest), findings.target_words(indicator, latest))
    told = (words.listed(each for each in held if each), findings.change_words(indicator, series))
    return " ".join(words.sentence(each) for each in told if each)


def _link(indicator: Indicator) -> Link:
    return Link(indicator.title, f"indicators/{indicator.indicator_id}.html")


def drawing(indicator: Indicator, series: Series) -> Markup:
    """The sparkline of a series, whose ids no other series on the page has."""
    name = series.series_id.replace("/", "-")
    return Markup(spark(indicator, series, f"spark-{name}").svg)  # noqa: S704


def _note(indicator: Indicator, figure: Figure) -> str:
    limits = words.limits(indicator, figure)
    return figure.period + (f"; 95 % interval {limits}" if limits else "")


def _signal(indicator: Indicator, series: Series) -> Signal:
    if findings.is_own_standard(indicator, series):
        return Signal("plain", "A standard, not a figure")
    return verdicts.change(series)


def figures_table(
    store: Store, series: Sequence[Series], caption: str, table_id: str = "figures-table"
) -> Table:
    """Every period of several series, with what it is measured in."""
    return Table(
        table_id,
        caption,
        ("Indicator", "Period", "Measured in", "Figure", "95 % interval", "Above", "Below"),
        tuple(
            _row(store.indicator(each.indicator_id), figure)
            for each in series
            for figure in each.figures
        ),
        texts=3,
    )


def _row(indicator: Indicator, figure: Figure) -> tuple[str, ...]:
    return (
        indicator.title,
        figure.period,
        words.axis(indicator).unit or indicator.statistic,
        words.cell(indicator, figure.value, figure.shorthand),
        words.cell_limits(indicator, figure),
        words.count(figure.numerator),
        words.count(figure.denominator),
    )


@dataclass(frozen=True)
class Caveats:
    """shared: sentences about every indicator of the page; own: what else is said of each."""

    shared: tuple[str, ...]
    own: tuple[tuple[Link, tuple[str, ...]], ...]


def caveats_of(store: Store, indicators: Iterable[Indicator]) -> Caveats:
    """What may not be concluded from several indicators, said once where it is of all of them.

    What is said of the data of one period stands on the page of the indicator.
    """
    said = {
        each: [words.sentence(c.caveat) for c in _lasting(store, each)]
        for each in dict.fromkeys(indicators)
    }
    if len(said) < 2:
        return Caveats(tuple(text for texts in said.values() for text in texts), ())
    shared = [text for text in next(iter(said.values())) if all(text in t for t in said.values())]
    own = tuple(
        (_link(indicator), left)
        for indicator, texts in said.items()
        if (left := tuple(text for text in texts if text not in shared))
    )
    return Caveats(tuple(shared), own)


def _lasting(store: Store, indicator: Indicator) -> Iterable[Caveat]:
    return (c for c in store.caveats_of(indicator.indicator_id) if c.about == "definition")


def shorthands(series: Iterable[Series]) -> list[str]:
    """All symbols of several series, for the legend of a page."""
    return [figure.shorthand for each in series for figure in each.figures]
