"""How far the records behind a figure go: what is said of a period, and of a provider alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.figure import build_figures
from tests.unit.indicators.measures import HEADERS, header, insert


def _report(connection: duckdb.DuckDBPyConnection, service: str, reported_to: str) -> None:
    connection.execute(
        "insert into core.dim_service_reporting values (?, '2024-04-01', ?)",
        [service, reported_to],
    )


def _figure(connection: duckdb.DuckDBPyConnection, name: str, columns: str) -> tuple[Any, ...]:
    build_figures(connection, HEADERS)
    query = f"select {columns} from indicators.figure where indicator_id = ?"
    rows: list[tuple[Any, ...]] = connection.execute(query, [name]).fetchall()
    assert len(rows) == 1
    return rows[0]


def _linked(connection: duckdb.DuckDBPyConnection, *rows: tuple[str, str, str, int, int]) -> None:
    """(service, provider, month, rows received, rows linked)."""
    connection.executemany("insert into internal.linkage_rate values (?, ?, ?, ?, ?)", rows)


def _under_contract(connection: duckdb.DuckDBPyConnection, *rows: tuple[str, str]) -> None:
    """(service, provider), throughout."""
    connection.executemany(
        "insert into reference.service_contract values (?, ?, '2024-04-01', '9999-12-31')", rows
    )


def _by_provider(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, Decimal | None]:
    """Provider or 'all' → what is said of the figure of the first quarter of 2025."""
    for provider in ("activelife", "swimwell"):
        place = {"provider_id": provider, "breakdown_type": "provider", "breakdown": provider}
        insert(connection, "kept", 5, 50, **place)
    insert(connection, "kept", 5, 100)
    build_figures(connection, HEADERS)
    query = f"select provider_id, {column} from indicators.figure"
    return dict(connection.execute(query).fetchall())


def test_the_linkage_rate_covers_the_records_of_all_its_services(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "kept", 5, 100)
    _linked(
        connection,
        ("health", "wellpath", "2025-01-01", 300, 240),
        ("leisure", "activelife", "2025-02-01", 50, 30),
        ("leisure", "swimwell", "2025-02-01", 50, 50),
        ("social_care", "brightcare", "2025-02-01", 1000, 0),
    )
    assert _figure(connection, "kept", "linkage_rate") == (Decimal("0.8000"),)


@pytest.mark.parametrize(
    ("service", "month", "is_looked_at"),
    [
        ("health", "2024-12-01", False),
        ("health", "2025-01-01", True),
        ("health", "2025-03-01", True),
        ("health", "2025-04-01", False),
        ("leisure", "2024-12-01", False),
        ("leisure", "2025-01-01", True),
        ("leisure", "2025-04-01", True),
        ("leisure", "2025-05-01", False),
    ],
)
def test_the_linkage_rate_is_that_of_the_periods_months_and_of_the_window_of_services_followed(
    connection: duckdb.DuckDBPyConnection, service: str, month: str, is_looked_at: bool
) -> None:
    insert(connection, "kept", 5, 100)
    _linked(connection, ("health", "w", "2025-02-01", 100, 100), (service, "other", month, 100, 0))
    expected = Decimal("0.5000") if is_looked_at else Decimal("1.0000")
    assert _figure(connection, "kept", "linkage_rate") == (expected,)


def test_a_window_that_ends_on_the_last_day_of_a_month_does_not_reach_the_next(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "kept", 5, 100)
    rows = [("leisure", "a", "2025-02-01", 100, 100), ("leisure", "a", "2025-05-01", 100, 0)]
    _linked(connection, *rows)
    for days, rate in ((30, "1.0000"), (31, "0.5000")):
        longer = {**HEADERS, "kept": header(window_days=days)}
        build_figures(connection, longer)
        found = connection.execute("select linkage_rate from indicators.figure").fetchall()
        assert found == [(Decimal(rate),)]


def test_a_collapse_in_one_period_shows_there_and_in_no_other(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "kept", 5, 100)
    insert(connection, "kept", 5, 100, period_from="2025-07-01", period_to="2025-09-30")
    insert(connection, "kept", 5, 100, period_from="2025-10-01", period_to="2025-12-31")
    _linked(
        connection,
        ("health", "wellpath", "2025-02-01", 900, 900),
        ("health", "wellpath", "2025-08-01", 100, 10),
    )
    build_figures(connection, HEADERS)
    query = "select linkage_rate from indicators.figure order by period_from"
    found = [rate for (rate,) in connection.execute(query).fetchall()]
    assert found == [Decimal("1.0000"), Decimal("0.1000"), None]


def test_a_providers_rate_is_its_own_of_what_it_delivers_and_everybodys_of_other_services(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _under_contract(
        connection, ("health", "wellpath"), ("leisure", "activelife"), ("leisure", "swimwell")
    )
    _linked(
        connection,
        ("health", "wellpath", "2025-01-01", 100, 90),
        ("leisure", "activelife", "2025-01-01", 100, 70),
        ("leisure", "swimwell", "2025-01-01", 100, 20),
    )
    rates = {"all": "0.6000", "activelife": "0.8000", "swimwell": "0.5500"}
    found = _by_provider(connection, "linkage_rate")
    assert found == {name: Decimal(rate) for name, rate in rates.items()}


def test_a_provider_without_a_contract_answers_for_the_rows_it_sent(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _under_contract(connection, ("leisure", "activelife"))
    _linked(
        connection,
        ("leisure", "activelife", "2025-01-01", 100, 70),
        ("leisure", "swimwell", "2025-01-01", 100, 20),
    )
    rates = {"all": "0.4500", "activelife": "0.7000", "swimwell": "0.2000"}
    found = _by_provider(connection, "linkage_rate")
    assert found == {name: Decimal(rate) for name, rate in rates.items()}


def test_a_provider_that_sent_nothing_does_not_bear_the_rate_of_another(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _under_contract(connection, ("leisure", "activelife"), ("leisure", "swimwell"))
    _linked(connection, ("leisure", "activelife", "2025-01-01", 100, 70))
    found = _by_provider(connection, "linkage_rate")
    assert found == {"all": Decimal("0.7000"), "activelife": Decimal("0.7000"), "swimwell": None}


def test_a_providers_coverage_says_whether_it_reported_and_nothing_of_others(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _under_contract(connection, ("health", "wellpath"), ("leisure", "activelife"))
    _under_contract(connection, ("health", "activelife"))
    connection.execute(
        "insert into core.dim_provider_reporting values "
        "('health', 'wellpath', '2024-04-01', '2025-03-30'),"
        "('leisure', 'activelife', '2024-04-01', '2025-03-31')"
    )
    found = _by_provider(connection, "coverage")
    shares = {"all": Decimal("0.3333"), "activelife": Decimal("0.5000"), "swimwell": None}
    assert found == shares


def test_coverage_is_the_share_of_expected_providers_that_reported_the_period(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "kept", 5, 100)
    connection.execute(
        "insert into reference.service_contract values "
        "('health', 'wellpath', '2024-04-01', '9999-12-31'),"
        "('leisure', 'activelife', '2024-04-01', '2025-02-15'),"
        "('leisure', 'swimwell', '2025-02-16', '9999-12-31'),"
        "('leisure', 'longgone', '2024-04-01', '2024-12-31')"
    )
    connection.execute(
        "insert into core.dim_provider_reporting values "
        "('health', 'wellpath', '2024-04-01', '2025-03-30'),"
        "('leisure', 'activelife', '2024-04-01', '2025-02-15'),"
        "('leisure', 'swimwell', '2025-02-16', '2025-03-31')"
    )
    assert _figure(connection, "kept", "coverage") == (Decimal("0.6667"),)


@pytest.mark.parametrize(
    ("health_to", "leisure_to", "is_not_mature"),
    [
        ("2025-03-31", "2025-04-28", False),
        ("2025-03-31", "2025-04-27", True),
        ("2025-03-30", "2025-04-28", True),
    ],
)
def test_a_figure_is_mature_when_the_services_followed_have_reported_the_window(
    connection: duckdb.DuckDBPyConnection, health_to: str, leisure_to: str, is_not_mature: bool
) -> None:
    insert(connection, "kept", 5, 100)
    _report(connection, "health", health_to)
    _report(connection, "leisure", leisure_to)
    assert _figure(connection, "kept", "is_not_mature") == (is_not_mature,)


def test_an_indicator_of_one_service_is_followed_in_that_service(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "admitted", 5, 100)
    _report(connection, "social_care", "2025-03-31")
    assert _figure(connection, "admitted", "is_not_mature") == (False,)
    longer = {**HEADERS, "admitted": HEADERS["admitted"].model_copy(update={"window_days": 1})}
    build_figures(connection, longer)
    query = "select is_not_mature from indicators.figure"
    assert connection.execute(query).fetchall() == [(True,)]


def test_services_named_as_followed_must_have_reported_the_window(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "kept", 5, 100)
    _report(connection, "health", "2025-03-31")
    _report(connection, "leisure", "2025-04-28")
    both = {**HEADERS, "kept": header(followed=("health", "leisure"))}
    query = "select is_not_mature from indicators.figure"
    build_figures(connection, both)
    assert connection.execute(query).fetchall() == [(True,)]
    connection.execute("update core.dim_service_reporting set reported_to = '2025-04-28'")
    build_figures(connection, both)
    assert connection.execute(query).fetchall() == [(False,)]


@pytest.mark.parametrize(
    ("stretches", "is_not_mature"),
    [
        ([("2024-04-01", "2025-04-28")], False),
        ([("2025-01-01", "2025-04-28")], False),
        ([("2025-01-02", "2025-04-28")], True),
        ([("2024-04-01", "2025-03-31"), ("2025-04-03", "2025-12-31")], True),
        ([], True),
    ],
)
def test_a_period_before_reporting_began_or_with_a_gap_in_its_window_keeps_its_row_and_is_marked(
    connection: duckdb.DuckDBPyConnection,
    stretches: list[tuple[str, str]],
    is_not_mature: bool,
) -> None:
    insert(connection, "kept", 5, 100)
    _report(connection, "health", "2025-12-31")
    for stretch in stretches:
        connection.execute(
            "insert into core.dim_service_reporting values ('leisure', ?, ?)", list(stretch)
        )
    found = _figure(connection, "kept", "numerator, denominator, is_not_mature")
    assert found == (5, 100, is_not_mature)
