"""A sample of two releases with a bit of everything in it, made once for all tests here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from insight_pipeline.contracts.promise.vocabulary import load_vocabularies
from insight_pipeline.indicators.header import Period, Yardstick
from insight_pipeline.publication.release import publish
from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.services import load_services, service_contracts, service_titles
from tests.conftest import ROOT
from tests.unit.publication.conftest import (
    Plant,
    card_planter,
    header,
    leave_out_pages,
    open_warehouse,
    planter,
)

AS_OF = date(2026, 6, 30)
REVISED, HANDED_OFF = "hom_prevented_relieved", "treatment_tenancy_kept_6m"
SHARED, MISSED = "drug_complete_no_return", "handoff_missed"
QUARTERS = tuple(date(2022 + (n + 3) // 4, (n + 3) % 4 * 3 + 1, 1) for n in range(13))
HEADERS = {
    REVISED: header(
        title="Homelessness prevented or relieved",
        theme="homelessness",
        services=("homelessness",),
        window_days=0,
        benchmark=Yardstick(value=55.5, name="England 2024/25", source="A yearbook"),
    ),
    SHARED: header(
        title="Treatment completed",
        theme="multiple_disadvantage",
        services=("substance_misuse",),
        period=Period.FINANCIAL_YEAR,
    ),
    HANDED_OFF: header(
        title="Tenancy kept",
        theme="multiple_disadvantage",
        services=("substance_misuse", "housing_tenancy"),
        period=Period.FINANCIAL_YEAR,
        outcome_spend=("substance_misuse",),
    ),
    MISSED: header(
        title="Hand-offs missed",
        theme="between_services",
        services=("community_health", "adult_social_care"),
        window_days=28,
    ),
}
ALERT = """
create or replace table indicators.alert as
select
    'pick_up_slows' as rule_code,
    'People wait longer' as title,
    'special_cause_deterioration' as kind,
    'substance_misuse' as service_code,
    'recoverwell' as provider_id,
    date '2026-01-01' as since_month,
    date '2026-02-01' as opened_month,
    null::date as closed_month,
    'public-health@ashmere.example' as owner,
    'performance' as clause_topic,
    'Clause 8' as clause,
    '2 months in a row, to February 2026: longer than this provider took before.' as words,
    null::varchar as indicator_id,
    0.025 as false_alarm_rate,
    40 as least_cases
"""
PAID = """
insert into internal.contract_spend
select
    'substance_misuse' as service_code,
    'newleaf' as provider_id,
    unnest(generate_series(date '2025-04-01', date '2026-03-01', interval 1 month))::date,
    34000.00 as amount_gbp;
insert into journeys.fct_theme_spend
select 'multiple_disadvantage' as theme_code, * from internal.contract_spend
"""


@dataclass(frozen=True)
class Sample:
    """The first release and the second, which revised one figure of it."""

    first: Path
    second: Path

    def ask(self, query: str, path: Path | None = None) -> list[tuple[Any, ...]]:
        """Rows of a query on the second release, or another."""
        with duckdb.connect(str((path or self.second) / "indicators.duckdb"), read_only=True) as c:
            return c.execute(query).fetchall()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    home = tmp_path_factory.mktemp("sample")
    settings = Settings(home=home, project=ROOT, release_frequency="nightly")
    with open_warehouse() as connection, pytest.MonkeyPatch.context() as patch:
        leave_out_pages(patch)
        _reference(connection)
        _figures(planter(connection))
        card_planter(connection)(None)
        first = publish(connection, HEADERS, settings, AS_OF)
        connection.execute(
            "update indicators.figure set numerator = 900 "
            f"where period_from = '2025-04-01' and indicator_id = '{REVISED}'"
        )
        second = publish(connection, HEADERS, settings, AS_OF)
    return Sample(first.path, second.path)


def _reference(connection: duckdb.DuckDBPyConnection) -> None:
    services = load_services(ROOT / "data_contracts" / "services.yaml")
    vocabularies = load_vocabularies(ROOT / "data_contracts" / "vocabularies")
    tables: dict[str, pl.DataFrame] = {
        "service_contract": service_contracts(services),
        "service": service_titles(services),
        "vocabulary": vocabularies.select("vocabulary", "code", "label"),
    }
    for name, frame in tables.items():
        connection.register("given", frame.to_arrow())
        connection.execute(f"insert into reference.{name} by name from given")
        connection.unregister("given")
    connection.execute(
        "insert into journeys.fct_contract_change values ('substance_misuse', 'newleaf', "
        "'recoverwell', '2025-09-30', '2025-10-01', '2025-10-01', 0, 0, null, 410000, 465000, 28)"
    )
    connection.execute(
        "insert into reference.provider values ('otherhomes', 'Other Homes'), "
        "('newleaf', 'New Leaf'), ('recoverwell', 'RecoverWell')"
    )
    connection.execute("insert into core.dim_area values ('E05900001', 'Abbey', 'ward')")
    connection.execute(
        "insert into core.dim_breakdown "
        "values ('provider_pair', 'wellpath_to_brightcare', 'Wellpath to BrightCare')"
    )
    connection.execute(ALERT)
    connection.execute(PAID)


def _figures(plant: Plant) -> None:
    """13 quarters of one indicator with breakdowns in the last, a 14th not mature, and others."""
    for number, start in enumerate(QUARTERS):
        _plant(plant, start, "total", "all", 1200 + 10 * (number % 3), 2000)
    _plant(plant, QUARTERS[-1], "provider", "homestead", 900, 1000)
    _plant(plant, QUARTERS[-1], "provider", "otherhomes", 300, 1000)
    _plant(plant, QUARTERS[-1], "area", "E05900001", 500, 600, area_name="Abbey")
    _plant(plant, QUARTERS[-1], "area", "E05900002", 710, 1400, area_name="Bankside")
    _plant(plant, QUARTERS[-1], "sex", "F", 4, 1000)
    _plant(plant, QUARTERS[-1], "sex", "M", 1196, 1000 + 200)
    _plant(plant, QUARTERS[-1], "age_band", "85+", 30, 60)
    unripe = date(2026, 4, 1)
    _plant(plant, unripe, "total", "all", 1200, 2000, is_not_mature=True)
    for year in (2024, 2025):
        days = {"period_from": date(year, 4, 1), "period_to": date(year + 1, 3, 31)}
        plant("total", "all", 80, 160, **_of(HANDED_OFF), **days)
    for kind, breakdown in (("total", "all"), ("provider_pair", "wellpath_to_brightcare")):
        _plant(plant, QUARTERS[-1], kind, breakdown, 60, 200, **_of(MISSED))
    for kind, breakdown, numerator in (
        ("total", "all", 500),
        ("provider", "newleaf", 200),
        ("provider", "recoverwell", 300),
    ):
        plant(kind, breakdown, numerator, 2 * numerator + 50, **_of(SHARED), **days)


def _plant(
    plant: Plant, start: date, kind: str, breakdown: str, x: int, n: int, **others: Any
) -> None:
    following = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
    days = {"period_from": start, "period_to": following - timedelta(days=1)}
    plant(kind, breakdown, x, n, **{**_of(REVISED), **days, **others})


def _of(indicator: str) -> dict[str, Any]:
    return {"indicator_id": indicator, "title": HEADERS[indicator].title}
