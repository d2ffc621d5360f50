"""Alerts in words and as tables: what was seen, since when, who has to answer, which clause.

Belongs here: what pages say of alerts. Does not belong here: which alerts may be told
(publication/alerts.py). There are no counts in any of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.alert_records import Alert
from insight_pipeline.publication.site.contracts import provider_anchor
from insight_pipeline.publication.site.exhibits import Cell, Exhibit, Table
from insight_pipeline.publication.site.over_time import course
from insight_pipeline.publication.site.store import Store


def is_open(alert: Alert) -> bool:
    return alert.closed_month is None


def alert_table(
    store: Store, path: str, alerts: Sequence[Alert], table_id: str, *, by_provider: bool
) -> Table | None:
    """One row an alert; None without any. by_provider: with a column that names the provider."""
    if not alerts:
        return None
    head = ("Service", *(("Provider",) if by_provider else ()), "What", "Since", "Until")
    return Table(
        table_id,
        "Alerts, open ones first; dated by the month whose data raised them.",
        (*head, "Seen", "Owner", "Clause"),
        tuple(_row(store, path, each, by_provider=by_provider) for each in alerts),
        texts=len(head) + 3,
    )


def _row(store: Store, path: str, alert: Alert, *, by_provider: bool) -> tuple[Cell, ...]:
    return (
        alert.service_title,
        *((provider_anchor(store, path, alert.provider_id),) if by_provider else ()),
        alert.title,
        words.month(alert.opened_month),
        words.month(alert.closed_month) if alert.closed_month else "open",
        alert.words,
        alert.owner or "nobody named",
        f"{alert.clause or 'none named'} ({alert.clause_topic})",
    )


def summary(alerts: Sequence[Alert]) -> str:
    """'2 alerts are open, 1 has closed.'"""
    still = sum(is_open(each) for each in alerts)
    if not alerts:
        return "No alert has been raised in the months this release covers."
    told = f"{words.plural(still, 'alert')} {'is' if still == 1 else 'are'} open"
    closed = len(alerts) - still
    if closed:
        told += f", {closed:,} {'has' if closed == 1 else 'have'} closed"
    return f"{told}."


def expected_by_chance(alerts: Sequence[Alert]) -> str:
    """The largest rate at which a rule of these raises an alert where nothing is wrong."""
    rate = max((each.false_alarm_rate for each in alerts), default=0.0)
    if not rate:
        return ""
    return (
        "Where nothing is wrong, a rule raises an alert in at most "
        f"{100 * rate:.1f}\N{NO-BREAK SPACE}% of the months of a series. An alert is a reason to "
        "ask, not a finding."
    )


def public_chart(store: Store, alert: Alert) -> Exhibit | None:
    """The course of the public series that shows what the alert is about; None without one.

    The provider's own where there is one, else the borough's.
    """
    found = [each for each in store.series if each.indicator_id == alert.indicator_id]
    own = [e for e in found if (e.breakdown_type, e.breakdown) == ("provider", alert.provider_id)]
    series = next(iter(own), store.total(alert.indicator_id)) if alert.indicator_id else None
    return course(store, store.indicator(alert.indicator_id), series) if series else None
