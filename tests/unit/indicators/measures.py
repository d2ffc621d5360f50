"""One indicator of each statistic, and rows for its table: what the figure step is given."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb

from insight_pipeline.indicators.header import (
    IndicatorHeader,
    Period,
    Polarity,
    Standard,
    Statistic,
    Unit,
)
from insight_pipeline.indicators.measure import optional_columns
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.header_tests import TableTest

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
OPTIONAL = {"stratum": "VARCHAR", "stratum_population": "BIGINT", "sum_of_squares": "DOUBLE"}
STANDARD = {"65-69": 5500, "70-74": 5000, "75-79": 4000}
QUARTER = {"period_from": "2025-01-01", "period_to": "2025-03-31"}


def header(**changes: Any) -> IndicatorHeader:
    """A complete header; a proportion of two services followed for 28 days."""
    text = ("title", "question", "definition", "cohort", "index_date")
    values: dict[str, Any] = {
        **{name: name for name in text},
        "description": "d",
        "owner": "a@b.example",
        "grain": "g",
        "theme": "homelessness",
        "standard": Standard(framework="Local", id="kept"),
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


def _of_one_service(statistic: Statistic, multiplier: int) -> IndicatorHeader:
    return header(
        statistic=statistic,
        multiplier=multiplier,
        unit=Unit.PEOPLE,
        polarity=Polarity.LOWER_IS_BETTER,
        services=("social_care",),
        window_days=0,
    )


HEADERS = {
    "kept": header(),
    "admitted": _of_one_service(Statistic.RATE, 100_000),
    "fallen": _of_one_service(Statistic.DSR, 100_000),
    "readmitted": _of_one_service(Statistic.ISR, 100),
    "delayed": _of_one_service(Statistic.MEAN, 1),
    "housed": _of_one_service(Statistic.COUNT, 1),
    "waited": _of_one_service(Statistic.MEDIAN, 1),
    "content": _of_one_service(Statistic.WEIGHTED_PROPORTION, 100),
}


def create_measures(
    connection: duckdb.DuckDBPyConnection, name: str, described: IndicatorHeader
) -> None:
    """An empty table `indicators.<name>` with the columns its statistic asks for."""
    optional = {c: OPTIONAL[c] for c in optional_columns(described.statistic)}
    create_empty(connection, f"indicators.{name}", {**MEASURE, **optional})


def insert(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    numerator: int | None,
    denominator: int | None,
    **cells: Any,
) -> None:
    """A row of `indicators.<name>`: the total of the first quarter of 2025, unless said."""
    row = {
        **QUARTER,
        "area_code": "E1",
        "provider_id": "all",
        "breakdown_type": "total",
        "breakdown": "all",
        "numerator": numerator,
        "denominator": denominator,
        **cells,
    }
    places = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into indicators.{name} ({', '.join(row)}) values ({places})", list(row.values())
    )


def insert_ward(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    ward: str,
    numerator: int,
    denominator: int,
    **cells: Any,
) -> None:
    """A row of one ward."""
    place = {"area_code": ward, "breakdown_type": "area", "breakdown": ward}
    insert(connection, name, numerator, denominator, **{**place, **cells})
