"""What a count is divided by and how far it spreads, held against NumPy."""

from __future__ import annotations

import math
import statistics
from typing import Any

import duckdb
import numpy as np
import pytest

from insight_pipeline.indicators.figure import build_figures
from tests.unit.indicators.measures import HEADERS, STANDARD, insert, insert_ward

FALLS = {"65-69": (12, 4000, 12), "70-74": (20, 3000, 20), "75-79": (9, 1500, 9)}


def _basis(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, tuple[Any, ...]]:
    """Breakdown → numerator, denominator, basis, spread."""
    build_figures(connection, HEADERS)
    query = (
        "select breakdown, numerator, denominator, basis, spread from indicators.figure "
        "where indicator_id = ?"
    )
    return {row[0]: row[1:] for row in connection.execute(query, [name]).fetchall()}


def _fall(connection: duckdb.DuckDBPyConnection, rows: dict[str, tuple[int, int, int]]) -> None:
    for stratum, (events, people, squares) in rows.items():
        insert(connection, "fallen", events, people, stratum=stratum, sum_of_squares=squares)


@pytest.mark.parametrize("name", ["kept", "admitted"])
def test_the_basis_of_a_proportion_and_of_a_rate_is_its_denominator(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    insert(connection, name, 5, 80)
    assert _basis(connection, name) == {"all": (5, 80, 80.0, None)}


def test_the_basis_of_a_count_is_one(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "housed", 7, 7)
    assert _basis(connection, "housed") == {"all": (7, 7, 1.0, None)}


def test_a_directly_standardised_rate_weighs_its_age_bands(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _fall(connection, FALLS)
    weights = np.array([STANDARD[band] for band in FALLS], dtype=float)
    events, people, squares = np.array(list(FALLS.values()), dtype=float).T
    rate = (weights * events / people).sum() / weights.sum()
    variance = (weights**2 * squares / people**2).sum() / weights.sum() ** 2

    numerator, denominator, basis, spread = _basis(connection, "fallen")["all"]

    assert (numerator, denominator) == (41, 8500)
    assert basis == pytest.approx(41 / rate, rel=1e-12)
    assert spread == pytest.approx(math.sqrt(variance / 41), rel=1e-12)


def test_people_who_are_counted_again_and_again_widen_the_interval(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _fall(connection, FALLS)
    once = _basis(connection, "fallen")["all"]
    connection.execute("update indicators.fallen set sum_of_squares = 4 * sum_of_squares")
    again = _basis(connection, "fallen")["all"]
    assert again[:3] == once[:3]
    assert again[3] == pytest.approx(2 * once[3], rel=1e-12)


def test_fewer_than_ten_events_have_no_directly_standardised_rate(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _fall(connection, {"65-69": (9, 4000, 9), "70-74": (0, 3000, 0)})
    assert _basis(connection, "fallen")["all"] == (9, 7000, None, None)
    connection.execute("update indicators.fallen set numerator = 10 where stratum = '65-69'")
    connection.execute("update indicators.fallen set sum_of_squares = 10 where stratum = '65-69'")
    assert _basis(connection, "fallen")["all"][2] is not None


def test_an_age_band_in_which_nobody_lives_is_left_out_with_its_weight(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _fall(connection, FALLS)
    full = _basis(connection, "fallen")["all"]
    connection.execute("delete from indicators.fallen where stratum = '75-79'")
    without = _basis(connection, "fallen")["all"]
    _fall(connection, {"75-79": (0, 0, 0)})
    assert _basis(connection, "fallen")["all"] == without
    assert without[2] != full[2]


def test_what_a_ward_may_expect_follows_from_the_borough_by_stratum(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for stratum, events, people in (("F", 10, 100), ("M", 30, 60)):
        insert(connection, "readmitted", events, people, stratum=stratum)
    insert_ward(connection, "readmitted", "E2", 6, 20, stratum="F")
    insert_ward(connection, "readmitted", "E2", 4, 10, stratum="M")
    found = _basis(connection, "readmitted")
    assert found["E2"] == (10, 30, pytest.approx(20 * 10 / 100 + 10 * 30 / 60), None)
    assert found["all"] == (40, 160, pytest.approx(40.0), None)


def test_the_reference_is_that_of_the_same_period(connection: duckdb.DuckDBPyConnection) -> None:
    later = {"period_from": "2025-04-01", "period_to": "2025-06-30"}
    insert(connection, "readmitted", 10, 100, stratum="F")
    insert(connection, "readmitted", 50, 100, stratum="F", **later)
    insert_ward(connection, "readmitted", "E2", 5, 20, stratum="F", **later)
    assert _basis(connection, "readmitted")["E2"][2] == pytest.approx(10.0)


def test_a_mean_spreads_as_its_values_do(connection: duckdb.DuckDBPyConnection) -> None:
    values = [0, 0, 3, 5, 12]
    insert(connection, "delayed", sum(values), 5, sum_of_squares=sum(v * v for v in values))
    found = _basis(connection, "delayed")["all"]
    assert found == (20, 5, 5.0, pytest.approx(statistics.stdev(values), rel=1e-12))


def test_one_value_has_no_spread(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "delayed", 3, 1, sum_of_squares=9)
    assert _basis(connection, "delayed")["all"] == (3, 1, 1.0, None)
