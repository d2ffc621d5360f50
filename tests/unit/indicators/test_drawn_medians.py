"""Medians of drawn worlds: the draw's members in place of the same citizens' members now."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.drawn_medians import draw_medians
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.sql.model import load_macros
from insight_pipeline.sql.runner import install_macros
from tests.conftest import ROOT
from tests.unit.indicators.measures import HEADERS, create_measures

LINE = "'waited', '2025-01-01'::date, 'total', 'all'"
COUNTED = {
    "indicator_id": "VARCHAR",
    "draw": "INTEGER",
    "citizen_id": "VARCHAR",
    "period_from": "DATE",
    "breakdown_type": "VARCHAR",
    "breakdown": "VARCHAR",
    "stratum": "VARCHAR",
    "numerator": "DOUBLE",
    "denominator": "BIGINT",
}


@pytest.fixture
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    """Waits of 1, 2, 3, 4 and 9 days now; ann waited 9 and bob 1, who may be one person."""
    with duckdb.connect() as connection:
        install_macros(connection, load_macros(ROOT / "dbt_like_sql" / "functions"))
        create_measures(connection, "waited", HEADERS["waited"])
        connection.execute(
            "insert into indicators.waited by name select '2025-01-01'::date as period_from, "
            "'total' as breakdown_type, 'all' as breakdown, 1 as numerator, 1 as denominator, "
            "unnest(['1', '2', '3', '4', '9']) as stratum"
        )
        connection.execute("create table main.touched (draw integer, citizen_id varchar)")
        connection.execute(
            "insert into main.touched values (0, 'ann'), (0, 'bob'), (1, 'ann'), (1, 'bob'), "
            "(2, 'ann')"
        )
        create_empty(connection, "main.counted", COUNTED)
        yield connection


def _count(world: duckdb.DuckDBPyConnection, draw: int, citizen: str, days: int) -> None:
    world.execute(
        "insert into main.counted by name select 'waited' as indicator_id, ? as draw, "
        "? as citizen_id, '2025-01-01'::date as period_from, 'total' as breakdown_type, "
        "'all' as breakdown, ? as stratum, 1 as numerator, 1 as denominator",
        [draw, citizen, str(days)],
    )


def _drawn(world: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    draw_medians(world, "memory", ["waited"])
    query = "select draw, middle from main.drawn_median order by draw"
    return world.execute(query).fetchall()


def test_each_draw_has_the_median_of_its_own_members(world: duckdb.DuckDBPyConnection) -> None:
    for citizen, days in (("ann", 9), ("bob", 1)):
        _count(world, 0, citizen, days)
    _count(world, 1, "ann", 2)  # one person in draw 1, who waited 2 days once
    _count(world, 2, "ann", 3)
    _count(world, 2, "ann", 3)
    assert _drawn(world) == [
        (1, statistics.median([2, 3, 4, 2])),
        (2, statistics.median([1, 2, 3, 4, 3, 3])),
    ]


def test_a_draw_that_changes_nobody_has_the_median_of_now(
    world: duckdb.DuckDBPyConnection,
) -> None:
    assert _drawn(world) == [(1, 3.0), (2, 3.0)]


def test_counts_without_a_value_are_of_another_statistic(world: duckdb.DuckDBPyConnection) -> None:
    _count(world, 1, "ann", 500)
    world.execute("update main.counted set stratum = null")
    assert _drawn(world) == [(1, 3.0), (2, 3.0)]


def test_without_medians_there_is_an_empty_table(world: duckdb.DuckDBPyConnection) -> None:
    draw_medians(world, "memory", [])
    assert world.execute("select count(*) from main.drawn_median").fetchall() == [(0,)]
