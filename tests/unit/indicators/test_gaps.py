"""The worklist of open gaps: longest overdue first, of a provider or pathway, pseudonyms alone."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from insight_pipeline.indicators.gaps import GAP_COLUMNS, open_gaps

COLUMNS = "citizen_id, pathway_code, from_provider_id, to_provider_id, started_date, due_date"


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema journeys")
        connection.execute(
            f"""
            create table journeys.fct_hand_off as
            select * from (
                values
                ('c3', 'leisure', 'a', 'gym', date '2025-01-01', date '2025-02-01', 5, true),
                ('c1', 'leisure', 'a', 'gym', date '2025-01-01', date '2025-01-20', 17, true),
                ('c2', 'leisure', 'a', 'gym', date '2025-01-01', date '2025-02-01', 5, true),
                ('c4', 'leisure', 'a', 'gym', date '2025-01-01', date '2025-02-01', 5, false),
                ('c5', 'care', 'a', 'carer', date '2025-01-01', date '2025-01-30', 7, true)
            ) as given ({COLUMNS}, overdue_days, is_open)
            """
        )
        yield connection


def test_open_gaps_come_longest_overdue_first_and_closed_ones_not_at_all(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    gaps = open_gaps(warehouse)
    assert tuple(gaps.columns) == GAP_COLUMNS
    assert gaps["citizen_id"].to_list() == ["c1", "c5", "c2", "c3"]
    assert gaps["overdue_days"].to_list() == [17, 7, 5, 5]


def test_a_provider_sees_what_it_has_to_close_and_a_pathway_may_be_chosen(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert open_gaps(warehouse, provider="carer")["citizen_id"].to_list() == ["c5"]
    assert open_gaps(warehouse, pathway="leisure")["citizen_id"].to_list() == ["c1", "c2", "c3"]
    assert open_gaps(warehouse, "carer", "leisure").is_empty()
    assert open_gaps(warehouse, provider="a").is_empty(), "who hands over has nothing to close"
