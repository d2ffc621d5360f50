"""Which alerts are told: closed months only, no series of few cases, and no count in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication.alerts import PUBLIC_ALERT, disclose_alerts
from insight_pipeline.publication.database.alert_columns import ALERT_COLUMNS
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy

HES = DisclosurePolicy(
    title="t", source="s", hide_from=1, hide_to=7, round_to=5, guard_complement=True, secondary=True
)
CLOSED_TO = date(2026, 3, 31)
Raise = Callable[..., None]


@pytest.fixture
def raised(connection: duckdb.DuckDBPyConnection) -> Raise:
    """Plants an alert of `indicators.alert`; each is of another service."""
    connection.execute(
        "create temp table public_figure (indicator_id varchar, breakdown_type varchar, breakdown "
        "varchar, period_from date, period_to date, shorthand varchar)"
    )
    connection.execute(
        "create table indicators.alert (rule_code varchar, service_code varchar, provider_id "
        "varchar, since_month date, opened_month date, closed_month date, title varchar, "
        "kind varchar, indicator_id varchar, owner varchar, clause_topic varchar, "
        "clause varchar, false_alarm_rate double, least_cases bigint, evidence varchar, "
        "words varchar)"
    )

    def plant(**changes: Any) -> None:
        number = connection.execute("select count(*) from indicators.alert").fetchall()[0][0]
        values = {
            "rule_code": "missed",
            "service_code": f"service {number}",
            "provider_id": "homestead",
            "since_month": date(2026, 2, 1),
            "opened_month": date(2026, 3, 1),
            "closed_month": None,
            "title": "More are missed",
            "kind": "special_cause_deterioration",
            "indicator_id": None,
            "owner": "a@ashmere.example",
            "clause_topic": "performance",
            "clause": "Clause 4",
            "false_alarm_rate": 0.01,
            "least_cases": 8,
            "evidence": "61 over 100",
            "words": "2 months in a row, to March 2026: worse.",
            **changes,
        }
        marks = ", ".join("?" for _ in values)
        connection.execute(
            f"insert into indicators.alert ({', '.join(values)}) values ({marks})",
            list(values.values()),
        )

    return plant


def told(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    disclose_alerts(connection, HES, CLOSED_TO)
    found = connection.execute(f"from {PUBLIC_ALERT}")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_an_alert_is_told_in_words_and_its_evidence_is_not(
    connection: duckdb.DuckDBPyConnection, raised: Raise
) -> None:
    raised()
    (alert,) = told(connection)
    assert list(alert) == list(ALERT_COLUMNS)
    assert "61" not in str(alert) and alert["clause"] == "Clause 4"


@pytest.mark.parametrize(("cases", "count"), [(7, 0), (8, 1)])
def test_a_series_with_few_cases_is_not_told_of(
    connection: duckdb.DuckDBPyConnection, raised: Raise, cases: int, count: int
) -> None:
    raised(least_cases=cases)
    assert len(told(connection)) == count


@pytest.mark.parametrize(
    ("provider", "quarter", "shorthand", "count"),
    [
        ("homestead", 1, "[c]", 0),
        ("homestead", 1, None, 1),
        ("homestead", 4, "[c]", 1),
        ("newleaf", 1, "[c]", 1),
    ],
)
def test_nothing_is_told_of_months_whose_public_figure_is_withheld(
    connection: duckdb.DuckDBPyConnection,
    raised: Raise,
    provider: str,
    quarter: int,
    shorthand: str | None,
    count: int,
) -> None:
    raised(indicator_id="handoff_missed")
    first, last = {
        1: (date(2026, 1, 1), date(2026, 3, 31)),
        4: (date(2025, 10, 1), date(2025, 12, 31)),
    }[quarter]
    connection.execute(
        "insert into public_figure values ('handoff_missed', 'provider', ?, ?, ?, ?)",
        [provider, first, last, shorthand],
    )
    assert len(told(connection)) == count


def test_a_signal_that_began_in_a_withheld_period_is_not_told_of(
    connection: duckdb.DuckDBPyConnection, raised: Raise
) -> None:
    raised(indicator_id="handoff_missed", since_month=date(2025, 12, 1))
    connection.execute(
        "insert into public_figure values "
        "('handoff_missed', 'provider', 'homestead', '2025-10-01', '2025-12-31', '[c]')"
    )
    assert told(connection) == []


def test_promises_about_data_count_nobody_and_are_told(
    connection: duckdb.DuckDBPyConnection, raised: Raise
) -> None:
    raised(kind="sla_breach", least_cases=1)
    assert len(told(connection)) == 1


def test_nothing_is_told_of_months_that_are_not_closed(
    connection: duckdb.DuckDBPyConnection, raised: Raise
) -> None:
    raised(opened_month=date(2026, 4, 1))
    raised(opened_month=date(2025, 12, 1), closed_month=date(2026, 4, 1))
    raised(opened_month=date(2025, 12, 1), closed_month=date(2026, 3, 1))
    assert [alert["closed_month"] for alert in told(connection)] == [None, date(2026, 3, 1)]


def test_words_with_a_count_are_refused(
    connection: duckdb.DuckDBPyConnection, raised: Raise
) -> None:
    raised(words="In March 2026: 61 were missed.")
    with pytest.raises(InsightError, match="words without any count"):
        told(connection)


def test_a_warehouse_without_alerts_has_an_empty_table(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert told(connection) == []
