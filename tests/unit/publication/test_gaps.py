"""Public vacuums and the cost of duplicates: from public counts alone, rounding held against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.roles import Role
from insight_pipeline.publication.database.gap_columns import (
    DUPLICATION_COST_COLUMNS,
    VACUUM_COLUMNS,
)
from insight_pipeline.publication.gaps import (
    PUBLIC_DUPLICATION_COST,
    PUBLIC_VACUUM,
    gate,
    make_gaps,
)
from insight_pipeline.warehouse.need_tables import need_table
from insight_pipeline.warehouse.needs import NEEDS_FILE, load_needs
from tests.conftest import ROOT
from tests.unit.publication.conftest import header, open_warehouse

# Names as no file has them: the tables are made of who plays the role.
BY_WARD, TWICE = "wards_reached", "asked_again"
HEADERS = {
    BY_WARD: header(role=Role.NEEDS_MET_BY_AREA),
    TWICE: header(role=Role.DUPLICATED),
    "kept": header(),
}
YEARS = (date(2024, 4, 1), date(2025, 4, 1))
_FIGURE = """
create temp table public_figure (
    indicator_id varchar, period_from date, period_to date, breakdown_type varchar,
    breakdown varchar, numerator bigint, denominator bigint, shorthand varchar, rounded_to integer
)
"""
_AREA = """
create or replace table core.dim_area as
select code as area_code from (values ('W1'), ('W2'), ('W3')) as area (code)
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    needs = need_table(load_needs(ROOT / "data_contracts" / NEEDS_FILE))
    with open_warehouse() as opened:
        opened.execute(_FIGURE)
        opened.execute(_AREA)
        opened.register("given", needs)
        opened.execute("create or replace table reference.need as select * from given")
        yield opened


def show(connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> None:
    """indicator, first day, kind, group, numerator, denominator; withheld without numerator."""
    for indicator, first, kind, group, numerator, denominator in rows:
        shorthand = None if numerator is not None else "[c]"
        last = date(first.year + 1, 3, 31)
        cells = [indicator, first, last, kind, group, numerator, denominator, shorthand, 5]
        connection.execute(f"insert into public_figure values ({', '.join('?' * 9)})", cells)


def year(first: date, whole: tuple[int, int], **wards: tuple[int | None, int | None]) -> Any:
    yield (BY_WARD, first, "need", "exercise", *whole)
    for ward, counts in wards.items():
        yield (BY_WARD, first, "need_area", f"exercise_in_{ward}", *counts)


def flags(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    make_gaps(connection, HEADERS)
    return connection.execute(
        f"select area_code, year(period_from), people_met, is_flagged, kind_code, shorthand "
        f"from {PUBLIC_VACUUM} order by 1, 2"
    ).fetchall()


def test_a_ward_that_lost_what_the_rest_still_gets_is_flagged_as_withdrawn(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    before, after = YEARS
    show(connection, [*year(before, (350, 500), W1=(55, 80), W2=(70, 100))])
    show(connection, [*year(after, (310, 500), W1=(10, 65), W2=(70, 100))])
    assert flags(connection) == [
        ("W1", 2024, 55, False, None, None),
        ("W1", 2025, 10, True, "withdrawn", None),
        ("W2", 2024, 70, False, None, None),
        ("W2", 2025, 70, False, None, None),
    ]


def test_one_that_was_short_before_was_never_reached_and_one_less_short_has_shrunk(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    before, after = YEARS
    show(connection, [*year(before, (700, 1000), W1=(0, 80), W2=(70, 100), W3=(None, None))])
    show(connection, [*year(after, (700, 1000), W1=(0, 80), W2=(25, 100), W3=(10, 65))])
    assert [(*row[:2], *row[3:5]) for row in flags(connection)] == [
        ("W1", 2024, True, "never_reached"),
        ("W1", 2025, True, "never_reached"),
        ("W2", 2024, False, None),
        ("W2", 2025, True, "shrunk"),
        ("W3", 2024, None, None),
        ("W3", 2025, True, None),
    ]


def test_what_rounding_may_have_made_is_not_flagged(connection: duckdb.DuckDBPyConnection) -> None:
    # 12 of 40 beside 75 % elsewhere is below chance as shown; 14 of 38 is what it may have been.
    (told,) = connection.execute("select binomial_lower_tail(12, 40, 0.6667 * 0.75)").fetchall()
    (held,) = connection.execute("select binomial_lower_tail(14, 38, 0.6667 * 0.75)").fetchall()
    assert told[0] < 0.01 < held[0]
    connection.execute("update reference.need set chance = 0.01")
    show(connection, [*year(YEARS[0], (612, 840), W1=(12, 40))])
    assert flags(connection)[0][3] is False


def test_a_withheld_count_gives_its_symbol_and_no_flag(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    show(connection, [*year(YEARS[0], (350, 500), W1=(None, None))])
    assert flags(connection) == [("W1", 2024, None, None, None, "[c]")]


@pytest.mark.parametrize("said", ["people_seen = 12", "is_flagged = false", "kind_code = 'shrunk'"])
def test_the_gate_stops_a_judgement_of_a_withheld_figure(
    connection: duckdb.DuckDBPyConnection, said: str
) -> None:
    show(connection, [*year(YEARS[0], (350, 500), W1=(None, None), W2=(70, 100))])
    flags(connection)
    assert list(gate(connection)) == []
    connection.execute(f"update public_vacuum set {said} where shorthand = '[c]'")
    (fault,) = gate(connection)
    assert fault.found == "1 wards and needs that break this"


def test_duplicates_of_a_whole_year_cost_a_range(connection: duckdb.DuckDBPyConnection) -> None:
    quarters = [date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)]
    rows = [(TWICE, day, "need", "social_care", 10, 200) for day in quarters]
    show(connection, [*rows, (TWICE, YEARS[1], "need", "social_care", 10, 200)])
    make_gaps(connection, HEADERS)
    told = "period_from, period_to, duplicates, cost_low_gbp, cost_gbp, cost_high_gbp, shorthand"
    assert connection.execute(f"select {told} from {PUBLIC_DUPLICATION_COST}").fetchall() == [
        (YEARS[0], date(2025, 3, 31), 40, Decimal(6000), Decimal(10800), Decimal(16800), None)
    ]


def test_a_year_with_a_withheld_quarter_has_no_cost(connection: duckdb.DuckDBPyConnection) -> None:
    quarters = [date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)]
    rows = [(TWICE, day, "need", "social_care", 10, 200) for day in quarters]
    show(connection, [*rows, (TWICE, date(2025, 1, 1), "need", "social_care", None, None)])
    make_gaps(connection, HEADERS)
    told = "duplicates, cost_low_gbp, cost_gbp, cost_high_gbp, unit_cost_gbp, shorthand"
    assert connection.execute(f"select {told} from {PUBLIC_DUPLICATION_COST}").fetchall() == [
        (None, None, None, None, Decimal(270), "[c]")
    ]


def test_where_no_needs_are_known_both_tables_are_empty_and_have_their_columns(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("drop table reference.need")
    make_gaps(connection, HEADERS)
    for table, columns in (
        (PUBLIC_VACUUM, VACUUM_COLUMNS),
        (PUBLIC_DUPLICATION_COST, DUPLICATION_COST_COLUMNS),
    ):
        found = connection.execute(f"from {table}")
        assert [name for name, *_ in found.description or ()] == list(columns)
        assert found.fetchall() == []


def test_without_an_indicator_in_the_role_a_table_is_empty(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    show(connection, [*year(YEARS[0], (350, 500), W1=(55, 80))])
    quarters = [date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)]
    show(connection, [(TWICE, day, "need", "social_care", 10, 200) for day in quarters])
    for played, rows in ((BY_WARD, [1, 0]), (TWICE, [0, 1]), ("kept", [0, 0])):
        make_gaps(connection, {played: HEADERS[played]})
        assert [
            connection.execute(f"select count(*) from {table}").fetchall()[0][0]
            for table in (PUBLIC_VACUUM, PUBLIC_DUPLICATION_COST)
        ] == rows
