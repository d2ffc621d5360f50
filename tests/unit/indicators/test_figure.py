"""Figures from measures: values, limits, and what is said about how far to trust them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.figure import build_figures
from insight_pipeline.indicators.header import (
    IndicatorHeader,
    Period,
    Polarity,
    Statistic,
    Unit,
)
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.header import TableTest

QUARTER = ["2025-01-01", "2025-03-31"]


def _header(**changes: Any) -> IndicatorHeader:
    text = ("title", "question", "definition", "cohort", "index_date", "standard")
    values: dict[str, Any] = {
        **{name: name for name in text},
        "description": "d",
        "owner": "a@b.example",
        "grain": "g",
        "window_days": 28,
        "unit": Unit.EVENTS,
        "statistic": Statistic.PROPORTION,
        "multiplier": 100,
        "polarity": Polarity.HIGHER_IS_BETTER,
        "period": Period.QUARTER,
        "services": ("health", "leisure"),
        "caveats": ("c",),
        "since": date(2024, 4, 1),
        "tests": (TableTest(unique=("period_from",)),),
    }
    return IndicatorHeader(**{**values, **changes})


HEADERS = {
    "kept": _header(),
    "admitted": _header(
        statistic=Statistic.RATE,
        multiplier=100000,
        unit=Unit.PEOPLE,
        polarity=Polarity.LOWER_IS_BETTER,
        services=("social_care",),
        window_days=0,
    ),
}


def _measure(
    connection: duckdb.DuckDBPyConnection, name: str, numerator: int, denominator: int
) -> None:
    connection.execute(
        f"insert into indicators.{name} values (?, ?, 'E1', 'all', 'total', 'all', ?, ?)",
        [*QUARTER, numerator, denominator],
    )


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


def test_a_proportion_gets_its_wilson_interval(connection: duckdb.DuckDBPyConnection) -> None:
    _measure(connection, "kept", 65, 100)
    found = _figure(connection, "kept", "value, lower95, upper95, lower998, upper998, ci_method")
    limits = ["65.0000", "55.2544", "73.6358", "49.5495", "77.8354"]
    assert found == (*map(Decimal, limits), "Wilson")


def test_a_rate_gets_an_exact_interval_below_ten_and_byars_above(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _measure(connection, "admitted", 5, 100)
    found = _figure(connection, "admitted", "value, lower95, upper95, ci_method")
    assert found == (*map(Decimal, ["5000.0000", "1623.4864", "11668.3321"]), "Exact")
    connection.execute("update indicators.admitted set numerator = 65")
    found = _figure(connection, "admitted", "lower95, upper95, ci_method")
    assert found == (*map(Decimal, ["50163.1877", "82849.1385"]), "Byars")


def test_the_header_travels_with_the_figure(connection: duckdb.DuckDBPyConnection) -> None:
    _measure(connection, "admitted", 5, 100)
    found = _figure(connection, "admitted", "statistic, multiplier, unit, polarity")
    assert found == ("rate", 100000, "people", "lower_is_better")


def test_the_linkage_rate_covers_the_records_of_all_its_services(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _measure(connection, "kept", 5, 100)
    connection.execute(
        "insert into internal.linkage_rate values "
        "('health', 300, 240), ('leisure', 100, 80), ('social_care', 1000, 0)"
    )
    assert _figure(connection, "kept", "linkage_rate") == (Decimal("0.8000"),)


def test_coverage_is_the_share_of_expected_providers_that_reported_the_period(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _measure(connection, "kept", 5, 100)
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
    _measure(connection, "kept", 5, 100)
    _report(connection, "health", health_to)
    _report(connection, "leisure", leisure_to)
    assert _figure(connection, "kept", "is_not_mature") == (is_not_mature,)


def test_an_indicator_of_one_service_is_followed_in_that_service(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _measure(connection, "admitted", 5, 100)
    _report(connection, "social_care", "2025-03-31")
    assert _figure(connection, "admitted", "is_not_mature") == (False,)
    longer = {**HEADERS, "admitted": HEADERS["admitted"].model_copy(update={"window_days": 1})}
    build_figures(connection, longer)
    query = "select is_not_mature from indicators.figure"
    assert connection.execute(query).fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("name", "numerator", "denominator"), [("kept", 101, 100), ("kept", -1, 5), ("admitted", 1, -1)]
)
def test_counts_that_cannot_be_stop_the_figures_and_name_the_indicator(
    connection: duckdb.DuckDBPyConnection, name: str, numerator: int, denominator: int
) -> None:
    _measure(connection, name, numerator, denominator)
    with pytest.raises(InsightError, match=f"indicators.{name}"):
        build_figures(connection, HEADERS)


def test_more_events_than_people_is_possible_for_a_rate(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _measure(connection, "admitted", 250, 220)
    assert _figure(connection, "admitted", "value") == (Decimal("113636.3636"),)


def test_a_denominator_of_zero_gives_no_value(connection: duckdb.DuckDBPyConnection) -> None:
    _measure(connection, "kept", 0, 0)
    _measure(connection, "admitted", 0, 0)
    for name in HEADERS:
        assert _figure(connection, name, "value, lower95, upper998") == (None, None, None)
