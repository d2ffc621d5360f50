"""Macros of hand-offs: when a return ends, and whose ward a contract covers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        install_macros(opened, load_macros(ROOT / "dbt_like_sql" / "functions"))
        yield opened


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2025-01-31", 1, "2025-01-31"),
        ("2024-02-01", 1, "2024-02-29"),
        ("2025-02-01", 2, "2025-03-31"),
        ("2025-01-01", 3, "2025-03-31"),
        ("2025-03-31", 3, "2025-03-31"),
        ("2025-12-31", 3, "2025-12-31"),
        ("2025-04-01", 6, "2026-03-31"),
        ("2025-03-31", 12, "2025-03-31"),
    ],
)
def test_a_return_ends_with_its_month_quarter_or_financial_year(
    connection: duckdb.DuckDBPyConnection, day: str, months: int, end: str
) -> None:
    found = connection.execute("select return_end($1::date, $2)", [day, months]).fetchall()
    assert found == [(date.fromisoformat(end),)]


@pytest.mark.parametrize(
    ("wards", "ward", "is_covered"),
    [
        (None, "E1", True),
        ("E1", "E1", True),
        ("E1,E2", "E2", True),
        ("E1,E2", "E3", False),
        ("E12", "E1", False),
        ("E1", None, True),
        (None, None, True),
    ],
)
def test_a_contract_covers_its_wards_every_ward_or_one_that_is_not_known(
    connection: duckdb.DuckDBPyConnection, wards: str | None, ward: str | None, is_covered: bool
) -> None:
    found = connection.execute("select covers_area($1::varchar, $2::varchar)", [wards, ward])
    assert found.fetchall() == [(is_covered,)]
