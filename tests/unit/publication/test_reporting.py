"""How far data reach, and what stands in the way of more, follows from declared periods alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from insight_pipeline.publication.database.reporting_columns import REPORTING_COLUMNS
from insight_pipeline.publication.reporting import PUBLIC_REPORTING, make_reporting

AS_OF = date(2026, 9, 30)
FIRST, MARCH, JUNE = date(2025, 4, 1), date(2026, 3, 31), date(2026, 6, 30)
NO_END = date(9999, 12, 31)


def under_contract(
    connection: duckdb.DuckDBPyConnection,
    provider: str,
    since: date = FIRST,
    until: date = NO_END,
    service: str = "leisure",
) -> None:
    """A contract, and a quarterly feed with 14 days to come."""
    connection.execute(
        "insert into reference.service_contract (service_code, provider_id, from_date, to_date) "
        "values (?, ?, ?, ?)",
        [service, provider, since, until],
    )
    connection.execute(
        "insert into reference.event_feed values (?, ?, 3, 14)",
        [f"{provider}__{service}", provider],
    )


def delivered(
    connection: duckdb.DuckDBPyConnection, provider: str, *periods: tuple[date, date]
) -> None:
    for since, until in periods:
        connection.execute(
            "insert into reference.feed_period values (?, ?, ?, ?)",
            [f"{provider}__leisure", provider, since, until],
        )
        connection.execute(
            "insert into core.dim_provider_reporting values ('leisure', ?, ?, ?)",
            [provider, since, until],
        )


def came(connection: duckdb.DuckDBPyConnection, provider: str, outcome: str) -> None:
    """A delivery of the summer that is not used."""
    connection.execute(
        "insert into reference.unused_delivery values (?, ?, ?, ?, ?)",
        [f"{provider}__leisure", provider, date(2026, 7, 1), AS_OF, outcome],
    )


def told(connection: duckdb.DuckDBPyConnection, as_of: date = AS_OF) -> dict[str, tuple[Any, ...]]:
    """Provider → everything after it."""
    make_reporting(connection, as_of)
    rows = connection.execute(f"from {PUBLIC_REPORTING}").fetchall()
    assert [column[0] for column in connection.description or ()] == list(REPORTING_COLUMNS)
    return {row[1]: row[2:] for row in rows}


def test_who_has_reported_up_to_the_last_day_misses_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, AS_OF))
    assert told(connection) == {"gym": (AS_OF, 0, None, None, False, "complete")}


def test_what_is_not_due_yet_is_awaited(connection: duckdb.DuckDBPyConnection) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, JUNE))
    due = date(2026, 10, 14)
    assert told(connection)["gym"] == (JUNE, 92, date(2026, 7, 1), due, False, "awaited")


def test_overdue_is_what_was_due_before_the_last_day_anybody_told_of(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, MARCH))
    due = date(2026, 7, 14)
    assert told(connection)["gym"] == (MARCH, 183, date(2026, 4, 1), due, True, "overdue")
    assert told(connection, due)["gym"][-2:] == (False, "awaited")
    assert told(connection, date(2026, 7, 15))["gym"][-2:] == (True, "overdue")


@pytest.mark.parametrize(
    ("outcome", "state"), [("error", "engine_error"), ("held", "held"), ("refused", "refused")]
)
def test_what_came_and_is_not_used_says_what_became_of_it(
    connection: duckdb.DuckDBPyConnection, outcome: str, state: str
) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, JUNE))
    came(connection, "gym", outcome)
    assert told(connection)["gym"][-1] == state


def test_a_refused_delivery_that_was_corrected_is_no_reason_any_more(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, JUNE), (date(2026, 7, 1), AS_OF))
    came(connection, "gym", "refused")
    connection.execute("update core.dim_provider_reporting set reported_to = ?", [AS_OF])
    assert told(connection)["gym"][-1] == "complete"


def test_a_quarter_left_out_is_missing_whatever_came_after_it(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, MARCH), (date(2026, 7, 1), AS_OF))
    assert told(connection)["gym"][:3] == (AS_OF, 0, date(2026, 4, 1))
    assert told(connection)["gym"][-1] == "overdue"


def test_nobody_waits_for_days_after_a_contract(connection: duckdb.DuckDBPyConnection) -> None:
    under_contract(connection, "gym", until=MARCH)
    delivered(connection, "gym", (FIRST, MARCH))
    assert told(connection)["gym"] == (MARCH, 183, None, None, False, "complete")


def test_who_never_delivered_has_no_age_and_is_overdue_from_its_first_day(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, AS_OF))
    under_contract(connection, "pool", since=date(2026, 1, 10))
    found = told(connection)["pool"]
    assert found == (None, None, date(2026, 1, 10), date(2026, 4, 14), True, "overdue")


def test_a_contract_that_ended_before_any_data_is_left_out(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, AS_OF))
    under_contract(connection, "pool", since=date(2020, 1, 1), until=date(2025, 3, 31))
    # Estimates of a whole year are no data of events.
    connection.execute(
        "insert into reference.feed_period values "
        "('council__estimates', 'council', '2025-01-01', '2026-12-31')"
    )
    assert list(told(connection)) == ["gym"]


def test_history_from_before_the_first_delivery_is_not_waited_for(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    under_contract(connection, "gym")
    delivered(connection, "gym", (FIRST, AS_OF))
    under_contract(connection, "pool", since=date(2020, 1, 1))
    delivered(connection, "pool", (date(2026, 1, 1), AS_OF))
    assert told(connection)["pool"][-1] == "complete"
