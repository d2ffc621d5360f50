"""A feed that comes late is never a missed hand-off, and once it has come nothing tells of it.

Over a borough of random events: whichever receiving service is late and from whatever day on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.runner import install_macros
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT
from tests.sql.tiny_borough import FIRST, LAST, Tables, borough, shuffled

MODELS = (
    "dim_citizen",
    "fct_service_event",
    "dim_provider_reporting",
    "dim_service_reporting",
    "fct_hand_off",
)
RECEIVING = ("activelife", "brightcare", "youthworks")
few = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(Settings(home=tmp_path_factory.mktemp("home"), project=ROOT))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return borough()


@pytest.fixture(scope="module")
def undisturbed(catalogue: Catalogue, tables: Tables) -> pl.DataFrame:
    return hand_offs(catalogue, tables)


def hand_offs(
    catalogue: Catalogue, tables: Mapping[str, pl.DataFrame], threads: int = 2
) -> pl.DataFrame:
    """journeys.fct_hand_off over these sources, in the order of its ids."""
    with duckdb.connect(config={"threads": threads}) as connection:
        install_macros(connection, catalogue.macros)
        for relation, columns in source_columns(catalogue.internal).items():
            create_empty(connection, relation, columns)
        for relation, frame in tables.items():
            connection.register("rows", frame)
            connection.execute(f"insert into {relation} by name select * from rows")
        for model in catalogue.models:
            if model.name in MODELS:
                connection.execute(f"create schema if not exists {model.schema}")
                connection.execute(f"create table {model.relation} as {model.query}")
        found: pl.DataFrame = connection.sql(
            "select * from journeys.fct_hand_off order by hand_off_id"
        ).pl()
    return found


def late(tables: Tables, provider: str, last: date) -> Tables:
    """What is known while a provider has delivered until `last` and no further."""
    of_provider = pl.col("provider_id") == provider
    events, periods = tables["internal.service_event"], tables["reference.feed_period"]
    told = periods.with_columns(period_to=pl.when(of_provider).then(last).otherwise("period_to"))
    known = ~of_provider | (pl.col("event_from_date") <= last)
    return {
        **tables,
        "internal.service_event": events.filter(known),
        "reference.feed_period": told,
    }


def of_receiver(found: pl.DataFrame, tables: Tables, provider: str) -> pl.DataFrame:
    """Hand-offs to the services of a provider."""
    contracts = tables["reference.service_contract"].filter(pl.col("provider_id") == provider)
    return found.filter(pl.col("to_service_code").is_in(contracts["service_code"].implode()))


def test_the_borough_has_hand_offs_of_every_pathway_and_most_states(
    catalogue: Catalogue, undisturbed: pl.DataFrame
) -> None:
    codes = {pathway.pathway_code for pathway in catalogue.pathways.pathways}
    assert set(undisturbed["pathway_code"]) == codes
    assert {"picked_up", "missed", "within_clock", "died"} <= set(undisturbed["state_code"])


@few
@given(provider=st.sampled_from(RECEIVING), days=st.integers(100, (LAST - FIRST).days - 30))
def test_a_late_feed_gives_no_missed_hand_off_on_days_it_has_not_told_of(
    catalogue: Catalogue,
    tables: Tables,
    undisturbed: pl.DataFrame,
    provider: str,
    days: int,
) -> None:
    last = FIRST + timedelta(days=days)
    found = of_receiver(hand_offs(catalogue, late(tables, provider, last)), tables, provider)
    after = found.filter(pl.col("due_date") > last)
    assert after.height > 0
    assert "missed" not in set(after["state_code"])
    before = found.filter(pl.col("due_date") <= last).select("hand_off_id", "state_code")
    truly = undisturbed.select("hand_off_id", "state_code")
    assert before.join(truly, on=["hand_off_id", "state_code"], how="anti").is_empty()


@pytest.mark.parametrize("provider", RECEIVING)
def test_a_feed_that_never_came_gives_no_missed_hand_off_at_all(
    catalogue: Catalogue, tables: Tables, provider: str
) -> None:
    of_provider = pl.col("provider_id") == provider
    never = {
        **tables,
        "internal.service_event": tables["internal.service_event"].filter(~of_provider),
        "reference.feed_period": tables["reference.feed_period"].filter(~of_provider),
    }
    found = of_receiver(hand_offs(catalogue, never), tables, provider)
    assert set(found["state_code"]).isdisjoint({"missed", "picked_up"})


def test_once_the_feed_has_come_nothing_tells_that_it_was_late(
    catalogue: Catalogue, tables: Tables, undisturbed: pl.DataFrame
) -> None:
    """It comes in pieces: what was awaited becomes picked up or missed, and nothing else moves."""
    key = ["hand_off_id", "state_code"]
    states = {}
    for months in (6, 12, 20):
        last = FIRST + timedelta(days=30 * months)
        found = hand_offs(catalogue, late(tables, "activelife", last))
        moved = found.select(key).join(undisturbed.select(key), on=key, how="anti")
        states[months] = moved.height
        meanwhile = {"too_recent", "not_reporting", "within_clock", "died"}
        assert set(moved["state_code"]) <= meanwhile
    assert states[6] > states[12] > states[20] > 0
    assert hand_offs(catalogue, tables).equals(undisturbed)


@few
@given(seed=st.integers(1, 10_000), threads=st.sampled_from([1, 4]))
def test_the_order_of_rows_and_the_number_of_threads_change_nothing(
    catalogue: Catalogue, tables: Tables, undisturbed: pl.DataFrame, seed: int, threads: int
) -> None:
    assert hand_offs(catalogue, shuffled(tables, seed), threads).equals(undisturbed)
