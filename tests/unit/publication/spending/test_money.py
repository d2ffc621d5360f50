"""Public spend by theme: whole quarters, and whether their outcomes can be seen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from insight_pipeline.publication.spending.money import make_spend
from tests.unit.publication.spending.conftest import CLOSED_TO, HEADERS, KEPT, SERVED, Pay, Show

YEAR = {"period_from": date(2025, 1, 1), "period_to": date(2025, 12, 31)}


def spend(
    connection: duckdb.DuckDBPyConnection, columns: str, closed_to: date = CLOSED_TO
) -> list[tuple[Any, ...]]:
    make_spend(connection, HEADERS, closed_to)
    return connection.execute(f"select {columns} from public_spend").fetchall()


def test_months_of_a_quarter_are_added_up_by_theme_service_and_provider(
    connection: duckdb.DuckDBPyConnection, pay: Pay
) -> None:
    pay("treatment", "10.01", range(1, 4))
    pay("treatment", "1.00", range(2, 4), provider="q")
    pay("housing", "5.00", range(1, 4), theme="physical_activity")
    assert spend(connection, "theme_code, service_code, provider_id, amount_gbp") == [
        ("homelessness", "treatment", "p", Decimal("30.03")),
        ("homelessness", "treatment", "q", Decimal("2.00")),
        ("physical_activity", "housing", "p", Decimal("15.00")),
    ]


def test_quarters_that_payments_do_not_cover_to_the_end_are_left_out(
    connection: duckdb.DuckDBPyConnection, pay: Pay
) -> None:
    pay("treatment", "10.00", range(2, 9))
    assert spend(connection, "period_from, period_to") == [(date(2025, 4, 1), date(2025, 6, 30))]


def test_quarters_that_have_not_closed_are_left_out(
    connection: duckdb.DuckDBPyConnection, pay: Pay
) -> None:
    pay("treatment", "10.00")
    assert len(spend(connection, "*", date(2025, 6, 30))) == 2
    assert len(spend(connection, "*", date(2025, 6, 29))) == 1


def test_without_payments_there_is_no_spend(connection: duckdb.DuckDBPyConnection) -> None:
    assert spend(connection, "*") == []


def test_outcomes_are_seen_in_every_quarter_of_a_shown_figures_period(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "10.00")
    show(KEPT, 20, 40, period_to=date(2025, 6, 30))
    assert spend(connection, "period_from, is_outcome_seen") == [
        (date(2025, 1, 1), True),
        (date(2025, 4, 1), True),
        (date(2025, 7, 1), False),
        (date(2025, 10, 1), False),
    ]


def test_outcomes_are_not_seen_where_withheld_not_mature_of_a_part_or_of_another_theme_or_service(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "10.00", range(1, 4))
    pay("treatment", "10.00", range(1, 4), theme="physical_activity")
    pay("leisure", "10.00", range(1, 4))
    show(KEPT, None, None, **YEAR)
    show(KEPT, 20, 40, is_not_mature=True)
    show(KEPT, 20, 40, breakdown_type="sex", breakdown="F")
    assert {seen for (seen,) in spend(connection, "is_outcome_seen")} == {False}
    show(KEPT, 20, 40, **YEAR)
    seen = spend(connection, "theme_code, service_code, is_outcome_seen")
    assert [row[:2] for row in seen if row[2]] == [("homelessness", "treatment")]


def test_a_count_of_people_served_is_no_outcome(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "10.00", range(1, 4), theme="all_services")
    show(SERVED, 20, None)
    assert spend(connection, "is_outcome_seen") == [(False,)]
