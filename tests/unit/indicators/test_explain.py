"""The citizens behind a measure, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.indicators.explain import Slice, explain
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.model import Model, load_macros, load_models
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT

INDICATOR = """/*
description: Visits kept.
owner: a@ashmere.example
*/
with
visits as (select * from core.fct_service_event),

members as (
    select
        visits.event_id as member_id,
        visits.citizen_id,
        visits.event_from_date as index_date,
        date '2025-01-01' as period_from,
        date '2025-03-31' as period_to,
        'E1' as area_code,
        provider.provider_id,
        case visits.citizen_id when 'ada' then 'F' else 'M' end as sex_code,
        '18-64' as age_band,
        visits.event_id,
        visits.outcome_code as met_event_id,
        visits.outcome_code is not null as is_met
    from visits
    cross join (values ('one'), ('two')) as provider (provider_id)
    where visits.event_code = 'visit'
)

select
    period_from::date as period_from,
    'total' as breakdown_type,
    'all' as breakdown,
    count(distinct member_id) filter (where is_met)::bigint as numerator,
    count(distinct member_id)::bigint as denominator
from members
group by period_from
"""
FILES = {"d1": "visits.csv"}
QUARTER = date(2025, 1, 1)


@pytest.fixture
def model(tmp_path: Path) -> Model:
    folder = tmp_path / "indicators"
    folder.mkdir()
    (folder / "kept.sql").write_text(INDICATOR)
    return load_models(folder)[0]


@pytest.fixture
def warehouse(model: Model) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two visits of Ada, one kept by a later event; one of Ben. A third event is no visit."""
    with duckdb.connect() as connection:
        install_macros(connection, load_macros(ROOT / "dbt_like_sql" / "functions"))
        connection.execute("""
            create schema core; create schema indicators;
            create table core.dim_breakdown_type as
            select * from (values ('total'), ('sex'), ('provider')) as kind (breakdown_type);
            create table core.fct_service_event as
            select * from (values
                ('f:1', 'ada', 'one', 'leisure', 'visit', date '2025-02-01', 'f:9', 'd1', 4),
                ('f:2', 'ada', 'one', 'leisure', 'visit', date '2025-02-02', null, 'd1', 5),
                ('f:3', 'ben', 'two', 'leisure', 'visit', date '2025-02-01', null, 'd2', 1),
                ('f:9', 'ada', 'two', 'health', 'check', date '2025-03-01', null, 'd1', 9)
            ) as rows (event_id, citizen_id, provider_id, service_code, event_code,
                event_from_date, outcome_code, delivery_id, row_number)
        """)
        connection.execute(f"create table indicators.kept as {model.query}")
        yield connection


def test_every_member_is_listed_once_with_its_events_and_their_files(
    warehouse: duckdb.DuckDBPyConnection, model: Model
) -> None:
    behind = explain(warehouse, model, Slice("kept", QUARTER), FILES)
    assert (behind.numerator, behind.denominator, behind.citizens) == (1, 3, 2)
    columns = ("citizen_id", "is_met", "role", "event_code", "delivery_id", "file", "row_number")
    assert behind.members.select(columns).rows() == [
        ("ada", True, "index", "visit", "d1", "visits.csv", 4),
        ("ada", True, "outcome", "check", "d1", "visits.csv", 9),
        ("ben", False, "index", "visit", "d2", None, 1),
        ("ada", False, "index", "visit", "d1", "visits.csv", 5),
    ]


def test_a_breakdown_lists_its_own_members(
    warehouse: duckdb.DuckDBPyConnection, model: Model
) -> None:
    warehouse.execute("insert into indicators.kept values ('2025-01-01', 'sex', 'M', 0, 1)")
    behind = explain(warehouse, model, Slice("kept", QUARTER, "sex", "M"), FILES)
    assert behind.members["citizen_id"].to_list() == ["ben"]


def test_a_line_that_does_not_exist_names_the_periods_that_do(
    warehouse: duckdb.DuckDBPyConnection, model: Model
) -> None:
    with pytest.raises(InsightError, match="periods start on 2025-01-01"):
        explain(warehouse, model, Slice("kept", date(2025, 4, 1)), FILES)
    with pytest.raises(InsightError, match="area 'E9'"):
        explain(warehouse, model, Slice("kept", QUARTER, "area", "E9"), FILES)


def test_a_kind_of_breakdown_of_the_indicators_own_lists_its_members(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = INDICATOR.replace(
        "'18-64' as age_band,", "'18-64' as age_band,\n        visits.provider_id as pathway_code,"
    )
    (tmp_path / "own.sql").write_text(text)
    (own,) = load_models(tmp_path)
    warehouse.execute("create table indicators.own as from indicators.kept")
    warehouse.execute("insert into indicators.own values ('2025-01-01', 'pathway', 'two', 0, 1)")
    behind = explain(warehouse, own, Slice("own", QUARTER, "pathway", "two"), FILES)
    assert behind.members["citizen_id"].to_list() == ["ben"]
    assert explain(warehouse, own, Slice("own", QUARTER), FILES).members.height == 4
