"""The bridge between the zones: people under pseudonyms, and the table of both gone after use."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from insight_pipeline.settings import Settings
from insight_pipeline.warehouse.population import population
from insight_pipeline.warehouse.sources import CITIZEN_COLUMNS
from tests.unit.contracts.promises import home

KEYS = ("k-anna", "k-ben")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose identity store knows three records of two people and one who opted out."""
    made = home(tmp_path)
    made.home.mkdir(parents=True)
    columns = ", ".join(f"null::{kind} as {name}" for name, kind in CITIZEN_COLUMNS.items())
    with duckdb.connect(str(made.identity)) as connection:
        connection.execute(
            "create table person as select * from (values ('a:1', 'k-anna'), ('b:1', 'k-anna'), "
            "('b:2', 'k-ben'), ('o:1', 'k-opted')) v(record_id, citizen_key)"
        )
        connection.execute(
            f"create table citizen as select * exclude (citizen_id) "
            f"from (values ('k-anna'), ('k-ben')) v(citizen_key), (select {columns})"
        )
    return made


def test_records_and_citizens_carry_the_same_pseudonyms_and_no_key(settings: Settings) -> None:
    with population(settings) as people:
        records = pl.read_parquet(people.records).sort("record_id")
        citizens = pl.read_parquet(people.citizens)
    assert set(records.columns) == {"record_id", "citizen_id", "is_opted_out"}
    assert set(CITIZEN_COLUMNS) <= set(citizens.columns)
    anna, again, ben, opted = records["citizen_id"]
    assert anna == again != ben
    assert opted is None
    assert records["is_opted_out"].to_list() == [False, False, False, True]
    assert set(citizens["citizen_id"]) == {anna, ben}
    words = str(records.rows()) + str(citizens.rows())
    assert not any(key in words for key in (*KEYS, "k-opted"))


def test_the_table_of_records_and_citizens_is_gone_afterwards(settings: Settings) -> None:
    with population(settings) as people:
        assert people.records.is_relative_to(settings.temporary)
        assert people.records.exists()
    assert not list(settings.temporary.rglob("*.parquet"))
    with pytest.raises(ZeroDivisionError), population(settings):
        raise ZeroDivisionError
    assert not list(settings.temporary.rglob("*.parquet"))


def test_the_same_people_under_the_same_key_are_the_same(settings: Settings) -> None:
    with population(settings) as one, population(settings) as two:
        assert one.fingerprint == two.fingerprint
        assert one.records.read_bytes() == two.records.read_bytes()


def test_a_store_without_draws_gives_none(settings: Settings) -> None:
    with population(settings) as people:
        draws = pl.read_parquet(people.draws)
    assert draws.columns == ["draw", "record_id", "citizen_id"] and draws.is_empty()


def test_draws_carry_the_pseudonyms_of_the_citizens_and_of_new_parts(settings: Settings) -> None:
    with population(settings) as before, duckdb.connect(str(settings.identity)) as connection:
        ben = pl.read_parquet(before.records).filter(pl.col("record_id") == "b:2")["citizen_id"][0]
        connection.execute(
            "create table linkage_draw as select * from (values (1::integer, 'b:1', 'k-ben'), "
            "(2::integer, 'a:1', 'k-part')) v(draw, record_id, citizen_key)"
        )
    with population(settings) as people:
        draws = pl.read_parquet(people.draws).sort("draw")
        known = set(pl.read_parquet(people.citizens)["citizen_id"])
        assert people.fingerprint == before.fingerprint
        assert people.draws_fingerprint != before.draws_fingerprint
    assert draws.columns == ["draw", "record_id", "citizen_id"]
    assert draws["citizen_id"][0] == ben
    assert draws["citizen_id"][1] not in known
    assert "k-" not in str(draws["citizen_id"].to_list())


def test_another_key_makes_other_people(settings: Settings) -> None:
    with population(settings) as one:
        before = set(pl.read_parquet(one.citizens)["citizen_id"])
    for path in settings.secrets.iterdir():
        path.unlink()
    with population(settings) as two:
        assert before.isdisjoint(pl.read_parquet(two.citizens)["citizen_id"])
        assert one.fingerprint != two.fingerprint
