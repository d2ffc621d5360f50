"""Models are checked against empty tables before any data moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.sql.dry_run import create_empty, describe, dry_run
from tests.unit.sql.files import model

SOURCES = {"internal.event": {"citizen_id": "VARCHAR", "odd \"name'": "DATE", "n": "BIGINT"}}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def test_columns_and_types_of_every_model_are_found(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    models = [
        model(tmp_path, "core.a", "select citizen_id, n + 1.5 as more from internal.event"),
        model(tmp_path, "journeys.b", "select count(*)::integer as people from core.a"),
    ]
    found = dry_run(connection, models, SOURCES)
    assert list(found["core.a"]) == ["citizen_id", "more"]
    assert found["core.a"]["more"].startswith("DECIMAL")
    assert found["journeys.b"] == {"people": "INTEGER"}


def test_a_model_that_does_not_bind_is_named_by_its_file(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    broken = model(tmp_path, "core.dim_broken", "select citizen from internal.event")
    with pytest.raises(InsightError) as caught:
        dry_run(connection, [broken], SOURCES)
    words = str(caught.value)
    assert "dim_broken.sql" in words
    assert '"citizen"' in words


def test_every_broken_model_is_told_at_once(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    models = [
        model(tmp_path, "core.a", "select nothing from internal.event"),
        model(tmp_path, "core.b", "select n::date as n, frobnicate(n) as m from internal.event"),
        model(tmp_path, "core.c", "select citizen_id from internal.event"),
    ]
    with pytest.raises(InsightError) as caught:
        dry_run(connection, models, SOURCES)
    assert [Path(fault.where).name for fault in caught.value.faults] == ["a.sql", "b.sql"]


def test_models_behind_a_broken_one_are_broken_once_each(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    models = [
        model(tmp_path, "core.a", "select nothing from internal.event"),
        model(tmp_path, "core.b", "select * from core.a"),
        model(tmp_path, "core.c", "select * from core.b"),
    ]
    with pytest.raises(InsightError) as caught:
        dry_run(connection, models, SOURCES)
    found = [Path(fault.where).name for fault in caught.value.faults]
    assert found == ["a.sql", "b.sql", "c.sql"]


def test_an_empty_table_has_its_columns_whatever_their_names(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    create_empty(connection, "internal.event", {"old": "DATE"})
    create_empty(connection, "internal.event", SOURCES["internal.event"])
    assert describe(connection, "internal.event") == SOURCES["internal.event"]
