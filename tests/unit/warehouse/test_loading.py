"""What comes into the warehouse: citizens in the place of records, and nobody who opted out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from insight_pipeline.sql.dry_run import describe
from insight_pipeline.warehouse.loading import load_sources
from insight_pipeline.warehouse.sources import (
    CITIZEN_COLUMNS,
    LINKAGE_DRAW_COLUMNS,
    LINKAGE_RATE_COLUMNS,
    REFERENCE_COLUMNS,
    Sources,
    source_columns,
    source_fingerprints,
)
from tests.unit.warehouse.night import EVENTS, INTERNAL, SPEND, sources


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def load(connection: duckdb.DuckDBPyConnection, night: Sources) -> None:
    load_sources(connection, INTERNAL, night, source_fingerprints(INTERNAL, night))


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


def test_events_carry_the_citizen_and_those_without_one_are_left_out(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    load(connection, sources(tmp_path))
    found = rows(
        connection,
        "select split_part(event_id, ':', 1), citizen_id from internal.service_event order by all",
    )
    assert found == [("e1", "c1"), ("e2", "c2"), ("e5", "c2")]


def test_an_event_keeps_its_feed_and_hides_its_own_number_under_the_key(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    events = EVENTS.replace("'e1'", "'club__visits:member-1'")
    found = []
    for key in ("a key", "a key", "another key"):
        given = sources(tmp_path / key, events=events)
        population = replace(given.population, event_key=key, fingerprint=key + str(len(found)))
        load(connection, replace(given, population=population))
        found.append(
            rows(
                connection,
                "select event_id from internal.service_event where event_id like 'club__visits:%'",
            )
        )
    assert found[0] == found[1] != found[2]
    assert "member-1" not in str(found)
    assert "a key" not in repr(population)


def test_no_record_id_reaches_the_warehouse(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    load(connection, sources(tmp_path))
    columns = rows(connection, "select distinct column_name from duckdb_columns()")
    assert ("record_id",) not in columns
    assert "a:1" not in str(rows(connection, "select * from internal.service_event"))


def test_the_linkage_rate_counts_the_unlinked_by_provider_and_month_and_never_the_opted_out(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    later = " union all select 'e7', 'b:1', 'b', 'leisure', date '2025-02-28'"
    load(connection, sources(tmp_path, events=EVENTS + later))
    assert rows(connection, "select * from internal.linkage_rate order by all") == [
        ("housing", "b", date(2025, 2, 1), 1, 1),
        ("leisure", "a", date(2025, 1, 1), 1, 1),
        ("leisure", "b", date(2025, 1, 1), 2, 1),
        ("leisure", "b", date(2025, 2, 1), 1, 1),
    ]


def test_a_draw_lists_the_events_whose_citizen_is_another_one_there(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    load(connection, sources(tmp_path))
    found = rows(
        connection,
        "select drawn.draw, event.citizen_id, drawn.citizen_id from internal.linkage_draw as drawn "
        "inner join internal.service_event as event using (event_id)",
    )
    assert found == [(1, "c2", "c9")]


def test_feeds_without_people_come_in_as_they_are(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    load(connection, sources(tmp_path))
    found = rows(connection, "select * from internal.contract_spend")
    assert found == [("leisure", Decimal("7.50"))]


def test_citizens_and_references_come_in_with_their_types(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    load(connection, sources(tmp_path))
    promised = {
        "internal.citizen": CITIZEN_COLUMNS,
        "internal.linkage_rate": LINKAGE_RATE_COLUMNS,
        "internal.linkage_draw": LINKAGE_DRAW_COLUMNS,
        **REFERENCE_COLUMNS,
    }
    for relation, columns in promised.items():
        assert describe(connection, relation) == columns, relation
    assert rows(connection, "select citizen_id, birth_month from internal.citizen") == [
        ("c1", date(1950, 3, 1)),
        ("c2", date(1950, 3, 1)),
    ]
    titles = "select service_code, title from reference.service"
    assert rows(connection, titles) == [("leisure", "Leisure")]


def test_what_models_may_rely_on_is_what_is_loaded(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    load(connection, sources(tmp_path))
    for relation, columns in source_columns(INTERNAL).items():
        assert list(describe(connection, relation)) == list(columns), relation


def test_an_unchanged_source_is_left_alone_and_a_changed_one_is_loaded_again(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection
) -> None:
    load(connection, sources(tmp_path / "1"))
    connection.execute("insert into internal.contract_spend values ('mark', 0)")
    connection.execute("insert into internal.citizen (citizen_id) values ('mark')")
    load(connection, sources(tmp_path / "2"))
    assert ("mark",) in rows(connection, "select service_code from internal.contract_spend")
    load(connection, sources(tmp_path / "3", spend=SPEND.replace("7.50", "8.50")))
    assert rows(connection, "select amount_gbp from internal.contract_spend") == [
        (Decimal("8.50"),)
    ]
    assert ("mark",) in rows(connection, "select citizen_id from internal.citizen")
