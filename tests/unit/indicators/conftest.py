"""A small warehouse in memory: the macros, and empty tables the indicators room reads."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT
from tests.unit.indicators.measures import HEADERS, STANDARD, create_measures

TABLES = {
    "internal.linkage_rate": {
        "service_code": "VARCHAR",
        "provider_id": "VARCHAR",
        "month": "DATE",
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
    "seeds.esp2013": {"age_band": "VARCHAR", "persons": "INTEGER"},
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Macros installed, an empty table for each indicator of measures.HEADERS, ESP 2013."""
    with duckdb.connect() as opened:
        install_macros(opened, load_macros(ROOT / "dbt_like_sql" / "functions"))
        for relation, columns in TABLES.items():
            create_empty(opened, relation, columns)
        opened.executemany("insert into seeds.esp2013 values (?, ?)", list(STANDARD.items()))
        for name, header in HEADERS.items():
            create_measures(opened, name, header)
        yield opened
