"""Same people, same figures: whatever order rows come in, however often, and whoever joins.

Every model and the figure step run over a borough of random events; figures are compared to the
last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.figure import build_figures
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT
from tests.sql.tiny_borough import KINDS, Tables, borough, events_of, reporting, shuffled

few = settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Figures = dict[tuple[object, ...], tuple[object, ...]]


@dataclass(frozen=True)
class Warehouse:
    """The project's models, run in memory over whatever tables they are given."""

    catalogue: Catalogue

    def figures(self, tables: Mapping[str, pl.DataFrame], threads: int = 2) -> Figures:
        """Key → everything else of every figure."""
        with duckdb.connect(config={"threads": threads}) as connection:
            return self.built(connection, tables)

    def built(
        self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame]
    ) -> Figures:
        install_macros(connection, self.catalogue.macros)
        for relation, columns in source_columns(self.catalogue.internal).items():
            create_empty(connection, relation, columns)
        for relation, frame in tables.items():
            connection.register("rows", frame)
            connection.execute(f"insert into {relation} by name select * from rows")
        for model in self.catalogue.models:
            connection.execute(f"create schema if not exists {model.schema}")
            connection.execute(f"create or replace table {model.relation} as {model.query}")
        build_figures(connection, self.catalogue.indicators)
        rows = connection.execute("select * from indicators.figure").fetchall()
        names = [column[0] for column in connection.description or ()]
        key = [names.index(name) for name in ("indicator_id", "period_from", *BREAKDOWN)]
        found = {tuple(row[place] for place in key): row for row in rows}
        assert len(found) == len(rows)
        return found


BREAKDOWN = ("breakdown_type", "breakdown")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    home = tmp_path_factory.mktemp("home")
    return Warehouse(load_catalogue(Settings(home=home, project=ROOT)))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return borough()


@pytest.fixture(scope="module")
def before(warehouse: Warehouse, tables: Tables) -> Figures:
    return warehouse.figures(tables)


def test_the_borough_has_mature_figures_with_events_of_every_indicator(
    warehouse: Warehouse, before: Figures
) -> None:
    counted = {
        key[0] for key, row in before.items() if key[2] == "total" and row[9] and not row[-1]
    }
    assert counted == set(warehouse.catalogue.indicators)


def test_the_borough_has_rows_of_every_journey(warehouse: Warehouse, tables: Tables) -> None:
    journeys = [m.relation for m in warehouse.catalogue.models if m.schema == "journeys"]
    with duckdb.connect() as connection:
        warehouse.built(connection, tables)
        empty = [name for name in journeys if not connection.table(name).limit(1).fetchall()]
    assert journeys and not empty


@few
@given(seed=st.integers(1, 10_000), threads=st.sampled_from([1, 4]))
def test_the_order_of_rows_and_the_number_of_threads_change_no_digit(
    warehouse: Warehouse, tables: Tables, before: Figures, seed: int, threads: int
) -> None:
    assert warehouse.figures(shuffled(tables, seed), threads) == before


def test_a_second_run_over_the_same_database_changes_no_digit(
    warehouse: Warehouse, tables: Tables, before: Figures
) -> None:
    with duckdb.connect() as connection:
        for _ in range(2):
            found = warehouse.built(connection, tables)
    assert found == before


def test_other_pseudonyms_change_no_digit(
    warehouse: Warehouse, tables: Tables, before: Figures
) -> None:
    renamed = {
        relation: frame.with_columns(citizen_id="x" + pl.col("citizen_id").str.reverse())
        if "citizen_id" in frame.columns
        else frame
        for relation, frame in tables.items()
    }
    assert warehouse.figures(renamed) == before


def _joined(tables: Tables, service: str, newcomers: int) -> Tables:
    """Besides, a provider `newcomer` of a service: events of people known and unknown."""
    kind = next(kind for kind in KINDS if kind[0] == service)
    chance = np.random.default_rng(7)
    events = events_of(chance, 99, (service, "newcomer", *kind[2:]), 120 + newcomers, 300)
    people = tables["internal.citizen"]
    extra = people.head(newcomers).with_columns(
        citizen_id=pl.Series([f"c{120 + number}" for number in range(newcomers)])
    )
    contract = reporting({(service, "newcomer")})["reference.service_contract"]
    stem = pl.DataFrame({"stem": ["99_newcomer"], "provider_id": ["newcomer"]})
    feed = stem.with_columns(
        frequency_months=pl.lit(3, pl.Int32), latency_days=pl.lit(14, pl.Int32)
    )
    period = stem.with_columns(
        period_from=pl.lit(date(2025, 1, 1)), period_to=pl.lit(date(2025, 3, 31))
    )
    return {
        **tables,
        "internal.service_event": pl.concat([tables["internal.service_event"], events]),
        "internal.citizen": pl.concat([people, extra]),
        "reference.service_contract": pl.concat([tables["reference.service_contract"], contract]),
        "reference.event_feed": pl.concat([tables["reference.event_feed"], feed]),
        "reference.feed_period": pl.concat([tables["reference.feed_period"], period]),
    }


@pytest.mark.parametrize("service", ["leisure", "acute_hospital", "homelessness"])
def test_a_provider_who_joins_one_service_changes_no_digit_of_indicators_of_others(
    warehouse: Warehouse, tables: Tables, before: Figures, service: str
) -> None:
    after = warehouse.figures(_joined(tables, service, newcomers=30))
    touched = {
        name
        for name, header in warehouse.catalogue.indicators.items()
        if service in header.services
    }
    assert touched and _of_others(after, touched) == _of_others(before, touched)
    assert any(after.get(key) != before[key] for key in before if key[0] in touched)


def _of_others(figures: Figures, touched: set[str]) -> Figures:
    return {key: row for key, row in figures.items() if key[0] not in touched}


def test_a_changed_event_is_seen(warehouse: Warehouse, tables: Tables, before: Figures) -> None:
    events = tables["internal.service_event"]
    moved = events.with_columns(
        event_from_date=pl.when(pl.col("service_code") == "leisure")
        .then(pl.col("event_from_date").dt.offset_by("1d"))
        .otherwise("event_from_date")
    )
    assert warehouse.figures({**tables, "internal.service_event": moved}) != before
