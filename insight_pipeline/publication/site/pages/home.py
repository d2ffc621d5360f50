"""The first page: headline messages, how good the data are, and every indicator under its theme.

Belongs here: what stands on the home page. Does not belong here: which messages come first
(headlines.py), or what is said of the data (quality.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from insight_pipeline.publication.site import findings, verdicts, words
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.headlines import headlines
from insight_pipeline.publication.site.over_time import spark
from insight_pipeline.publication.site.quality import remarks
from insight_pipeline.publication.site.records import Indicator, Series
from insight_pipeline.publication.site.store import Store
from insight_pipeline.publication.site.verdicts import Signal

NAVIGATION = (0, "Home", "index.html")


@dataclass(frozen=True)
class Row:
    """One indicator in its theme's card."""

    indicator: Indicator
    value: str
    unit: str
    note: str
    signal: Signal
    spark: Markup


def pages(store: Store) -> Iterator[Page]:
    yield page(
        "index.html",
        "home.html",
        store,
        title="Home",
        headlines=headlines(store),
        remarks=remarks(store),
        themes=[
            (code, theme, [_row(store, i) for i in store.indicators if i.theme_code == code])
            for code, theme in store.themes.items()
        ],
        downloads=words.downloads(store.files),
    )


def _row(store: Store, indicator: Indicator) -> Row:
    series = store.total(indicator.indicator_id)
    latest = series.latest if series else None
    if series is None or latest is None:
        return Row(indicator, "No figure yet", "", "", verdicts.change(series), Markup(""))
    limits = words.limits(indicator, latest)
    value = words.number_alone(indicator, latest.value) or latest.shorthand
    unit = words.headline_axis(indicator).unit if latest.value is not None else ""
    note = latest.period + (f"; 95\N{NO-BREAK SPACE}% interval {limits}" if limits else "")
    signal = _signal(indicator, series)
    if findings.is_own_standard(indicator, series):
        note, signal = "by definition; see its wards and providers", Signal("plain", "A standard")
    name = f"spark-{indicator.indicator_id}"
    drawing = Markup(spark(indicator, series, name).svg)  # noqa: S704
    return Row(indicator, value, unit, note, signal, drawing)


def _signal(indicator: Indicator, series: Series) -> Signal:
    """Whether it changes; where that cannot be said, how it compares with target or benchmark."""
    change, against = verdicts.change(series), verdicts.against_yardstick(indicator, series)
    return against if against and not change.is_special else change
