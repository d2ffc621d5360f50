"""Early warning: what went wrong long enough to be told, who answers, and the series behind it.

Belongs here: what stands on that page. Does not belong here: the words of an alert (alerting.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.alert_records import Alert
from insight_pipeline.publication.site.alerting import (
    alert_table,
    expected_by_chance,
    public_chart,
    summary,
)
from insight_pipeline.publication.site.exhibits import Exhibit
from insight_pipeline.publication.site.frame import Page, page
from insight_pipeline.publication.site.outcomes import shorthands
from insight_pipeline.publication.site.store import Store

PATH = "alerts.html"
NAVIGATION = (40, "Early warning", PATH)


def pages(store: Store) -> Iterator[Page]:
    charts = _charts(store, store.alerts)
    named = {each.indicator_id for each in store.alerts}
    series = [each for each in store.series if each.indicator_id in named]
    yield page(
        PATH,
        "alerts.html",
        store,
        title="Early warning",
        lead=summary(store.alerts),
        chance=expected_by_chance(store.alerts),
        table=alert_table(store, PATH, store.alerts, "alerts-table", by_provider=True),
        charts=charts,
        symbols=words.symbols(shorthands(series)) if charts else (),
    )


def _charts(store: Store, alerts: Sequence[Alert]) -> list[Exhibit]:
    """Each public series once, whichever alerts it is about."""
    found = [chart for each in alerts if (chart := public_chart(store, each))]
    return list({each.exhibit_id: each for each in found}.values())
