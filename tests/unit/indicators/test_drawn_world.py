"""The drawn world holds whom a draw touches, once per draw and as they are, and nobody else."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.indicators.drawn_world import draw_world
from insight_pipeline.settings import Settings
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.warehouse.sources import source_columns
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(Settings(home=tmp_path_factory.mktemp("home"), project=ROOT))


@pytest.fixture(scope="module")
def world(catalogue: Catalogue) -> duckdb.DuckDBPyConnection:
    """In draw 1 one of Ann's two events is Ben's, in draw 2 it is of somebody new; Cy is left."""
    connection = duckdb.connect()
    for relation, columns in source_columns(catalogue.internal).items():
        create_empty(connection, relation, columns)
    for name in ("ann", "ben", "cy"):
        connection.execute(
            "insert into internal.citizen by name select ? as citizen_id, ?::date as birth_month",
            [name, date(1960, 1, 1)],
        )
    for event, citizen in (("f:1", "ann"), ("f:2", "ann"), ("f:3", "ben"), ("f:4", "cy")):
        connection.execute(
            "insert into internal.service_event by name "
            "select ? as event_id, ? as citizen_id, 'leisure' as service_code",
            [event, citizen],
        )
    connection.execute(
        "insert into internal.linkage_draw by name "
        "select unnest([1, 2]) as draw, 'f:2' as event_id, unnest(['ben', 'new']) as citizen_id"
    )
    connection.execute("attach ':memory:' as drawn; use drawn")
    draw_world(connection, catalogue.models, catalogue.macros, "memory", "drawn")
    return connection


def test_touched_is_who_loses_or_gains_an_event_and_draw_0_is_all_of_them_as_they_are(
    world: duckdb.DuckDBPyConnection,
) -> None:
    assert world.execute("from main.touched order by all").fetchall() == [
        (0, "ann"), (0, "ben"), (0, "new"), (1, "ann"), (1, "ben"), (2, "ann"), (2, "new"),
    ]  # fmt: skip


def test_events_are_whose_they_are_in_each_draw(world: duckdb.DuckDBPyConnection) -> None:
    query = "select event_id, citizen_id from internal.service_event order by all"
    assert world.execute(query).fetchall() == [
        ("f:1@0", "ann@0"), ("f:1@1", "ann@1"), ("f:1@2", "ann@2"),
        ("f:2@0", "ann@0"), ("f:2@1", "ben@1"), ("f:2@2", "new@2"),
        ("f:3@0", "ben@0"), ("f:3@1", "ben@1"),
    ]  # fmt: skip


def test_somebody_new_is_as_old_as_whoever_the_events_have_now(
    world: duckdb.DuckDBPyConnection,
) -> None:
    query = "select citizen_id, birth_month from internal.citizen order by all"
    citizens = dict(world.execute(query).fetchall())
    assert citizens["new@2"] == date(1960, 1, 1)
    assert "cy@0" not in citizens and "new@0" not in citizens
