"""A small warehouse in memory: the macros, and empty tables the indicators room reads."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT

TABLES = {
    "internal.linkage_rate": {
        "service_code": "VARCHAR",
        "rows_received": "BIGINT",
        "rows_linked": "BIGINT",
    },
    "reference.service_contract": {
        "service_code": "VARCHAR",
        "provider_id": "VARCHAR",
        "from_date": "DATE",
        "to_date": "DATE",
    },
    "core.dim_area": {"area_code": "VARCHAR", "area_name": "VARCHAR", "area_type": "VARCHAR"},
    "core.dim_provider_reporting": {
        "service_code": "VARCHAR",
        "provider_id": "VARCHAR",
        "reported_from": "DATE",
        "reported_to": "DATE",
    },
    "core.dim_service_reporting": {
        "service_code": "VARCHAR",
        "reported_from": "DATE",
        "reported_to": "DATE",
    },
}
MEASURE = {
    "period_from": "DATE",
    "period_to": "DATE",
    "area_code": "VARCHAR",
    "provider_id": "VARCHAR",
    "breakdown_type": "VARCHAR",
    "breakdown": "VARCHAR",
    "numerator": "BIGINT",
    "denominator": "BIGINT",
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Macros installed, tables empty; `indicators.kept` and `indicators.admitted` to fill."""
    with duckdb.connect() as opened:
        install_macros(opened, load_macros(ROOT / "dbt_like_sql" / "functions"))
        for relation, columns in TABLES.items():
            create_empty(opened, relation, columns)
        create_empty(opened, "indicators.kept", MEASURE)
        create_empty(opened, "indicators.admitted", MEASURE)
        yield opened
