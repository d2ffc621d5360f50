"""The page of early warning: alerts in words, who answers, and public series beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from insight_pipeline.publication.site.alert_records import Alert
from insight_pipeline.publication.site.alerting import expected_by_chance, public_chart, summary
from insight_pipeline.publication.site.pages import alerts, provider
from insight_pipeline.publication.site.store import Store
from tests.unit.publication.site.conftest import IMPROVING, Release

ALERT = Alert(
    rule_code="missed_hand_offs_worsen",
    title="More people are not picked up",
    kind="special_cause_deterioration",
    service_code="pools",
    service_title="Swimming pools",
    provider_id="splash",
    opened_month=date(2026, 3, 1),
    closed_month=None,
    owner="somebody@ashmere.example",
    clause_topic="performance",
    clause="Clause 4",
    words="2 months in a row, to March 2026: worse.",
    indicator_id="",
    false_alarm_rate=0.008,
)
CLOSED = replace(ALERT, opened_month=date(2025, 6, 1), closed_month=date(2025, 9, 1))


def page_of(store: Store, *found: Alert) -> str:
    (page,) = alerts.pages(replace(store, alerts=found))
    return page.html


def test_a_release_without_alerts_says_so(release: Release) -> None:
    text = release.text("alerts.html")
    assert "No alert has been raised in the months this release covers." in text
    assert "alerts-table" not in text


def test_an_alert_names_service_provider_month_owner_and_clause(store: Store) -> None:
    text = page_of(store, ALERT, CLOSED)
    for told in ("Swimming pools", "Splash &amp; Sons", "March 2026", "somebody@ashmere.example"):
        assert told in text
    assert "Clause 4 (performance)" in text and "September 2025" in text and ">open<" in text
    assert "at most 0.8\N{NO-BREAK SPACE}% of the months" in text


def test_open_and_closed_alerts_are_counted() -> None:
    assert summary([ALERT]) == "1 alert is open."
    assert summary([ALERT, ALERT, CLOSED]) == "2 alerts are open, 1 has closed."
    assert summary([CLOSED]) == "0 alerts are open, 1 has closed."
    assert expected_by_chance([]) == ""


def test_the_public_series_of_a_rule_stands_beside_once_and_none_without_one(store: Store) -> None:
    shown = replace(ALERT, indicator_id=IMPROVING)
    assert public_chart(store, ALERT) is None
    chart = public_chart(store, shown)
    assert chart is not None
    assert page_of(store, shown, replace(shown, provider_id="nobody")).count("<figure") >= 1
    again = page_of(store, shown, replace(shown, opened_month=date(2025, 1, 1)))
    assert again.count(f'id="{chart.exhibit_id}"') == 1


def test_a_providers_page_has_its_own_alerts_only(store: Store) -> None:
    other = replace(ALERT, provider_id="icebreak", title="Another matter")
    pages = provider.pages(replace(store, alerts=(ALERT, other)))
    (text,) = (each.html for each in pages if str(each.path) == "providers/splash.html")
    assert 'id="alerts"' in text and "Another matter" not in text


def test_a_providers_outcomes_stand_beside_its_standards(release: Release) -> None:
    text = release.text("providers/splash.html")
    assert 'id="glance-table"' in text
    table = text.split('id="glance-table"')[1].split("</table>")[0]
    assert ">Outcome<" in table and ">Standard<" in table and "Linkable" in table
    assert 'id="glance-table"' not in release.text("providers/icebreak.html")
