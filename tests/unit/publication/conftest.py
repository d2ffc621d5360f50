"""A warehouse in memory with unsuppressed figures to plant, and settings of a temporary home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from insight_pipeline.contracts.service_levels.scorecard import COLUMNS as SCORECARD_COLUMNS
from insight_pipeline.indicators.header import (
    IndicatorHeader,
    Period,
    Polarity,
    Standard,
    Statistic,
    Unit,
)
from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.publication.releasing import building
from insight_pipeline.publication.releasing.reading import read_release
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.header_tests import TableTest
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.warehouse.sources import REFERENCE_COLUMNS
from tests.conftest import ROOT

CONTRACT_CHANGE = {
    "service_code": "VARCHAR",
    "from_provider_id": "VARCHAR",
    "to_provider_id": "VARCHAR",
    "ended_date": "DATE",
    "began_date": "DATE",
    "changed_date": "DATE",
    "gap_days": "INTEGER",
    "overlap_days": "INTEGER",
    "area_codes": "VARCHAR",
    "from_price_gbp": "DECIMAL(18,2)",
    "to_price_gbp": "DECIMAL(18,2)",
    "handover_days": "INTEGER",
}
FIGURE = {
    "indicator_id": "VARCHAR",
    "title": "VARCHAR",
    "period_from": "DATE",
    "period_to": "DATE",
    "area_code": "VARCHAR",
    "area_name": "VARCHAR",
    "provider_id": "VARCHAR",
    "breakdown_type": "VARCHAR",
    "breakdown": "VARCHAR",
    "numerator": "BIGINT",
    "denominator": "BIGINT",
    "basis": "DOUBLE",
    "spread": "DOUBLE",
    "value": "DECIMAL(18,4)",
    "lower95": "DECIMAL(18,4)",
    "upper95": "DECIMAL(18,4)",
    "lower998": "DECIMAL(18,4)",
    "upper998": "DECIMAL(18,4)",
    "statistic": "VARCHAR",
    "ci_method": "VARCHAR",
    "multiplier": "INTEGER",
    "unit": "VARCHAR",
    "polarity": "VARCHAR",
    "linkage_rate": "DECIMAL(5,4)",
    "coverage": "DECIMAL(5,4)",
    "is_not_mature": "BOOLEAN",
}
READ = (
    "service",
    "service_contract",
    "vocabulary",
    "pathway",
    "event_feed",
    "feed_period",
    "unused_delivery",
)
REPORTED = {
    "service_code": "VARCHAR",
    "provider_id": "VARCHAR",
    "reported_from": "DATE",
    "reported_to": "DATE",
}
PROPORTION = {
    "statistic": "proportion",
    "ci_method": "Wilson",
    "multiplier": 100,
    "unit": "events",
    "polarity": "higher_is_better",
    "linkage_rate": "0.9500",
    "coverage": "1.0000",
    "is_not_mature": False,
}
CARD = {
    "period_month": "2025-03-01",
    "deliveries_expected": 2,
    "deliveries_received": 3,
    "on_time_share": "0.5000",
    "worst_late_days": 4,
    "rows_received": 7_919_009,
    "rows_accepted": 7_918_000,
    "rows_rejected": 100,
    "completeness": "0.9149",
    "validity": "0.8851",
    "rejected_share": "0.0050",
    "duplicates_share": "0.0049",
    "record_count": 7_918_013,
    "linkability": "0.9999",
    "deliveries_at_fault": 1,
    "deliveries_mended": 1,
    "correction_days": "10.5",
    "is_frequency_kept": True,
    "is_latency_kept": False,
}
Plant = Callable[..., None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Every night publishes, so that a test can follow release after release."""
    return Settings(home=tmp_path / "home", project=ROOT, release_frequency="nightly")


@pytest.fixture(autouse=True)
def figures_alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases without pages and gate, read again in this process: most tests are about figures.

    Tests that are marked `whole_release` build them as a night does.
    """
    if request.node.get_closest_marker("whole_release"):
        return
    leave_out_pages(monkeypatch)


def leave_out_pages(patch: pytest.MonkeyPatch) -> None:
    for step in ("write_open_data", "write_site", "write_explore", "scan_release"):
        patch.setattr(building, step, lambda folder, settings: False)
    patch.setattr(building, "read_again", lambda *given: raise_all(read_release(*given)))


@contextmanager
def open_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with its macros and empty tables."""
    with duckdb.connect() as opened:
        install_macros(opened, load_macros(ROOT / "dbt_like_sql" / "functions"))
        create_empty(opened, "indicators.figure", FIGURE)
        create_empty(
            opened,
            "reference.provider",
            {"provider_id": "VARCHAR", "provider_name": "VARCHAR"},
        )
        create_empty(opened, "reference.scorecard", SCORECARD_COLUMNS)
        spent = {
            "service_code": "VARCHAR",
            "provider_id": "VARCHAR",
            "month_date": "DATE",
            "amount_gbp": "DECIMAL(18,2)",
        }
        create_empty(opened, "internal.contract_spend", spent)
        create_empty(opened, "journeys.fct_theme_spend", {"theme_code": "VARCHAR", **spent})
        create_empty(opened, "journeys.fct_contract_change", CONTRACT_CHANGE)
        for relation in READ:
            name = f"reference.{relation}"
            create_empty(opened, name, REFERENCE_COLUMNS[name])
        create_empty(
            opened,
            "core.dim_area",
            {"area_code": "VARCHAR", "area_name": "VARCHAR", "area_type": "VARCHAR"},
        )
        create_empty(opened, "core.dim_provider_reporting", REPORTED)
        labels = {"breakdown_type": "VARCHAR", "breakdown": "VARCHAR", "label": "VARCHAR"}
        create_empty(opened, "core.dim_breakdown", labels)
        opened.execute("insert into reference.provider values ('homestead', 'Homestead Homes')")
        opened.execute("insert into core.dim_area values ('E06900001', 'Ashmere', 'borough')")
        yield opened


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse() as opened:
        yield opened


def planter(connection: duckdb.DuckDBPyConnection) -> Plant:
    """Adds one unsuppressed figure: kind, breakdown, numerator, denominator, other columns."""

    def add(kind: str, breakdown: str, numerator: int, denominator: int, **others: Any) -> None:
        row = {
            "indicator_id": "kept",
            "title": "Kept",
            "period_from": "2025-01-01",
            "period_to": "2025-03-31",
            "area_code": breakdown if kind == "area" else "E06900001",
            "area_name": "Ashmere",
            "provider_id": breakdown if kind == "provider" else "all",
            "breakdown_type": kind,
            "breakdown": breakdown,
            "numerator": numerator,
            "denominator": denominator,
            "basis": denominator,
            "value": f"{100 * numerator / max(denominator, 1):.4f}",
            "lower95": "0.1111",
            "upper95": "99.1111",
            "lower998": "0.0111",
            "upper998": "99.9111",
            **PROPORTION,
            **others,
        }
        columns, places = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(
            f"insert into indicators.figure ({columns}) values ({places})", list(row.values())
        )

    return add


@pytest.fixture
def plant(connection: duckdb.DuckDBPyConnection) -> Plant:
    return planter(connection)


def card_planter(connection: duckdb.DuckDBPyConnection) -> Plant:
    """Adds one line of the scorecard: dataset (None for all) and other columns."""

    def add(stem: str | None, **others: Any) -> None:
        row = {"provider_id": "homestead", "stem": stem, **CARD, **others}
        columns, places = ", ".join(row), ", ".join("?" for _ in row)
        connection.execute(
            f"insert into reference.scorecard ({columns}) values ({places})", list(row.values())
        )

    return add


@pytest.fixture
def plant_card(connection: duckdb.DuckDBPyConnection) -> Plant:
    return card_planter(connection)


def header(**changes: Any) -> IndicatorHeader:
    """A complete header: a proportion of two services by quarter, followed for 28 days."""
    values: dict[str, Any] = {
        "title": "Kept",
        "theme": "physical_activity",
        "question": "How many?",
        "definition": "These of those.",
        "cohort": "Those.",
        "index_date": "Then.",
        "standard": Standard(framework="Local", id="kept"),
        "description": "d",
        "owner": "commissioning@ashmere.example",
        "grain": "g",
        "window_days": 28,
        "minimum_maturity_days": 28,
        "unit": Unit.EVENTS,
        "statistic": Statistic.PROPORTION,
        "multiplier": 100,
        "polarity": Polarity.HIGHER_IS_BETTER,
        "period": Period.QUARTER,
        "services": ("health", "leisure"),
        "caveats": ("First.", "Second."),
        "since": date(2024, 4, 1),
        "tests": (TableTest(unique=("period_from",)),),
    }
    return IndicatorHeader(**{**values, **changes})


@pytest.fixture
def headers() -> dict[str, IndicatorHeader]:
    return {"kept": header()}
