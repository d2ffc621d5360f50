"""Given months of measures, and the alerts that come of them.

Belongs here: a warehouse in memory with the rules of data_contracts/early_warning.yaml. Does not
belong here: any expectation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import duckdb
import polars as pl

from insight_pipeline.indicators.early_warning.alerts import ALERT, build_alerts
from insight_pipeline.indicators.early_warning.signals import POINT
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.warehouse.alert_rules import RULES_FILE, alert_rules, load_rules
from tests.conftest import ROOT

SERVICE, PROVIDER = "adult_social_care", "brightcare"
POLARITY = {
    "missed_hand_off_share": "lower_is_better",
    "pickup_days_mean": "lower_is_better",
    "open_gaps": "lower_is_better",
    "treatment_completed_share": "higher_is_better",
    "data_sla_broken": "lower_is_better",
}
CONTRACT_COLUMNS = {
    "service_code": pl.String,
    "provider_id": pl.String,
    "from_date": pl.Date,
    "to_date": pl.Date,
    "tolerance": pl.String,
    "owner": pl.String,
    "performance_clause": pl.String,
    "data_clause": pl.String,
    "handover_clause": pl.String,
}


def month(number: int) -> date:
    """The month of this place in a series that begins in April 2024."""
    index = 2024 * 12 + 3 + number
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True)
class Contract:
    """A contract with every clause; `provider` under it from `first` to `last`."""

    provider: str = PROVIDER
    tolerance: str = "ordinary"
    first: date = date(2020, 1, 1)
    last: date = date(9999, 12, 31)
    service: str = SERVICE

    def row(self) -> tuple[object, ...]:
        clauses = ("clause 4", "clause 2", "clause 9")
        owner = f"{self.provider}@ashmere.example"
        return (self.service, self.provider, self.first, self.last, self.tolerance, owner, *clauses)


def rows(
    measure: str,
    numerators: Sequence[int | None],
    denominator: int | Sequence[int] = 100,
    provider: str = PROVIDER,
) -> list[tuple[object, ...]]:
    """One row a month from April 2024; None is a month that was not fully reported."""
    below = [denominator] * len(numerators) if isinstance(denominator, int) else list(denominator)
    is_share = measure.endswith(("_share", "_mean"))
    return [
        (measure, SERVICE, provider, month(place), above, cases,
         above / cases if is_share else float(above), POLARITY[measure])
        for place, (above, cases) in enumerate(zip(numerators, below, strict=True))
        if above is not None
    ]  # fmt: skip


@contextmanager
def warehouse(
    months: Iterable[tuple[object, ...]], contracts: Sequence[Contract] = (Contract(),)
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables early warning reads, with the project's own rules, and the alerts made."""
    schema = {
        "measure_code": pl.String,
        "service_code": pl.String,
        "provider_id": pl.String,
        "month_date": pl.Date,
        "numerator": pl.Int64,
        "denominator": pl.Int64,
        "value": pl.Float64,
        "polarity": pl.String,
    }
    given = {
        "journeys.fct_service_month": pl.DataFrame(list(months), schema=schema, orient="row"),
        "reference.service_contract": pl.DataFrame(
            [each.row() for each in contracts], schema=CONTRACT_COLUMNS, orient="row"
        ),
        "reference.alert_rule": alert_rules(load_rules(ROOT / "data_contracts" / RULES_FILE)),
    }
    with _with_macros().cursor() as connection:
        for relation, frame in given.items():
            connection.execute(f"create schema if not exists {relation.partition('.')[0]}")
            connection.register("given", frame.to_arrow())
            connection.execute(f"create or replace table {relation} as from given")
            connection.unregister("given")
        build_alerts(connection)
        yield connection


@lru_cache(maxsize=1)
def _with_macros() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    install_macros(connection, load_macros(ROOT / "dbt_like_sql" / "functions"))
    return connection


def alerts(
    months: Iterable[tuple[object, ...]], contracts: Sequence[Contract] = (Contract(),)
) -> pl.DataFrame:
    """indicators.alert of these months."""
    with warehouse(months, contracts) as connection:
        return pl.DataFrame(connection.sql(f"from {ALERT} order by all").to_arrow_table())


def points(
    months: Iterable[tuple[object, ...]], contracts: Sequence[Contract] = (Contract(),)
) -> pl.DataFrame:
    """indicators.alert_point of these months."""
    with warehouse(months, contracts) as connection:
        return pl.DataFrame(connection.sql(f"from {POINT} order by all").to_arrow_table())
