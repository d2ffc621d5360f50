"""Figures from measures: values and limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest
from scipy.stats import t as student

from insight_pipeline.indicators.figure import build_figures
from tests.unit.indicators.measures import HEADERS, insert, insert_ward

LIMITS = "value, lower95, upper95, lower998, upper998, ci_method"


def _figure(connection: duckdb.DuckDBPyConnection, name: str, columns: str) -> tuple[Any, ...]:
    build_figures(connection, HEADERS)
    query = f"select {columns} from indicators.figure where indicator_id = ?"
    rows: list[tuple[Any, ...]] = connection.execute(query, [name]).fetchall()
    assert len(rows) == 1
    return rows[0]


def test_a_proportion_gets_its_wilson_interval(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "kept", 65, 100)
    found = _figure(connection, "kept", LIMITS)
    limits = ["65.0000", "55.2544", "73.6358", "49.5495", "77.8354"]
    assert found == (*map(Decimal, limits), "Wilson")


def test_a_rate_gets_an_exact_interval_below_ten_and_byars_above(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "admitted", 5, 100)
    found = _figure(connection, "admitted", "value, lower95, upper95, ci_method")
    assert found == (*map(Decimal, ["5000.0000", "1623.4864", "11668.3321"]), "Exact")
    connection.execute("update indicators.admitted set numerator = 65")
    found = _figure(connection, "admitted", "lower95, upper95, ci_method")
    assert found == (*map(Decimal, ["50163.1877", "82849.1385"]), "Byars")


def test_the_header_travels_with_the_figure(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "admitted", 5, 100)
    found = _figure(connection, "admitted", "statistic, multiplier, unit, polarity")
    assert found == ("rate", 100000, "people", "lower_is_better")


def test_a_denominator_of_zero_gives_no_value(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "kept", 0, 0)
    insert(connection, "admitted", 0, 0)
    insert(connection, "fallen", 0, 0, stratum="65-69", sum_of_squares=0)
    insert(connection, "readmitted", 0, 0, stratum="F")
    insert(connection, "delayed", 0, 0, sum_of_squares=0)
    for name in ("kept", "admitted", "fallen", "readmitted", "delayed"):
        assert _figure(connection, name, "value, lower95, upper998") == (None, None, None)


def test_a_directly_standardised_rate_gets_dobsons_interval(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "fallen", 30, 3000, stratum="65-69", sum_of_squares=30)
    insert(connection, "fallen", 35, 1400, stratum="70-74", sum_of_squares=35)
    rate = (5500 * 30 / 3000 + 5000 * 35 / 1400) / 10500
    variance = (5500**2 * 30 / 3000**2 + 5000**2 * 35 / 1400**2) / 10500**2
    spread = (variance / 65) ** 0.5
    # Byar's limits of 65, as in the published vectors.
    limits = [rate + spread * (byar - 65) for byar in (50.1631877, 82.8491385)]
    value, lower, upper, method = _figure(
        connection, "fallen", "value::double, lower95::double, upper95::double, ci_method"
    )
    assert (value, method) == (round(rate * 1e5, 4), "Dobson")
    assert [lower, upper] == pytest.approx([limit * 1e5 for limit in limits], abs=1e-3)


def test_a_directly_standardised_rate_of_nine_events_is_not_given(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "fallen", 9, 3000, stratum="65-69", sum_of_squares=9)
    found = _figure(connection, "fallen", f"numerator, {LIMITS}")
    assert found == (9, *(None for _ in range(6)))


def test_a_ward_stands_against_the_borough_with_the_interval_of_its_count(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "readmitted", 65, 650, stratum="F")
    insert_ward(connection, "readmitted", "E2", 5, 100, stratum="F")
    build_figures(connection, HEADERS)
    query = f"select breakdown, {LIMITS} from indicators.figure order by breakdown"
    found = {row[0]: row[1:] for row in connection.execute(query).fetchall()}
    assert found["E2"][:3] == (*map(Decimal, ["50.0000", "16.2349", "116.6833"]),)
    assert found["E2"][-1] == "Exact"
    assert found["all"][:3] == (*map(Decimal, ["100.0000", "77.1741", "127.4602"]),)
    assert found["all"][-1] == "Byars"


def test_a_mean_gets_students_interval(connection: duckdb.DuckDBPyConnection) -> None:
    values = [0, 0, 3, 5, 12]
    insert(connection, "delayed", 20, 5, sum_of_squares=sum(v * v for v in values))
    for confidence, ends in ((0.95, "lower95, upper95"), (0.998, "lower998, upper998")):
        low, high = student.interval(confidence, 4, loc=4, scale=4.949747468305833 / 5**0.5)
        found = _figure(connection, "delayed", f"value, {ends}, ci_method")
        assert found[0] == 4 and found[-1] == "t"
        assert [float(limit) for limit in found[1:3]] == pytest.approx([low, high], abs=1e-4)


def test_a_mean_of_one_value_has_no_interval(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "delayed", 3, 1, sum_of_squares=9)
    found = _figure(connection, "delayed", "value, lower95, upper95, lower998, upper998")
    assert found == (Decimal(3), None, None, None, None)


def test_a_count_has_no_interval(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "housed", 7, 7)
    found = _figure(connection, "housed", LIMITS)
    assert found == (Decimal(7), None, None, None, None, None)


def test_every_value_but_a_median_is_the_numerator_over_its_basis(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "kept", 7, 19)
    insert(connection, "admitted", 3, 881)
    insert(connection, "fallen", 13, 700, stratum="65-69", sum_of_squares=17)
    insert(connection, "readmitted", 13, 700, stratum="F")
    insert(connection, "delayed", 22, 9, sum_of_squares=100)
    insert(connection, "housed", 4, 4)
    insert(connection, "content", 3, 9, stratum="E2 F", stratum_population=20)
    insert(connection, "content", 5, 6, stratum="E2 M", stratum_population=40)
    assert build_figures(connection, HEADERS) == len(HEADERS) - 1
    off = connection.execute(
        "select indicator_id from indicators.figure "
        "where abs(value - numerator / basis * multiplier) > 0.00005"
    ).fetchall()
    assert off == []


def test_the_seed_is_not_read_while_nothing_is_directly_standardised(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("drop table seeds.esp2013")
    insert(connection, "kept", 5, 100)
    assert build_figures(connection, {"kept": HEADERS["kept"]}) == 1
