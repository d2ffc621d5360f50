"""Counts that no reality can produce: they stop the night and name the indicator."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from insight_pipeline.indicators.figure import build_figures
from insight_pipeline.indicators.header import Statistic
from insight_pipeline.indicators.measure import optional_columns
from insight_pipeline.kernel.errors import InsightError
from tests.unit.indicators.measures import HEADERS, insert, insert_ward

BAND = {"stratum": "65-69", "sum_of_squares": 1}
MALE = {"stratum": "M"}
WARD_F = {"stratum": "E2 F"}


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "cells", "words"),
    [
        ("kept", -1, 5, {}, "0 or more"),
        ("kept", None, 5, {}, "0 or more"),
        ("admitted", 1, -1, {}, "0 or more"),
        ("admitted", 1, None, {}, "0 or more"),
        ("housed", -1, 0, {}, "0 or more"),
        ("kept", 101, 100, {}, "does not exceed its denominator"),
        ("fallen", 1, 0, BAND, "nobody is at risk"),
        ("readmitted", 1, 0, MALE, "nobody is at risk"),
        ("delayed", 1, 0, {"sum_of_squares": 1}, "nobody is at risk"),
        ("delayed", 6, 2, {"sum_of_squares": 17}, "values of a mean can have"),
        ("delayed", 6, 2, {}, "values of a mean can have"),
        ("fallen", 2, 9, {**BAND, "sum_of_squares": 1}, "1 or more for every event"),
        ("fallen", 2, 9, {**BAND, "sum_of_squares": None}, "1 or more for every event"),
        ("fallen", 1, 9, {**BAND, "stratum": "65-70"}, "the standard population"),
        ("fallen", 1, 9, {**BAND, "stratum": None}, "the standard population"),
        ("readmitted", 1, 9, {}, "the total of the period has as well"),
        ("waited", 3, 3, {"stratum": "2.5"}, "a whole number as the stratum"),
        ("waited", 3, 3, {"stratum": "02"}, "a whole number as the stratum"),
        ("waited", 3, 3, {"stratum": "soon"}, "a whole number as the stratum"),
        ("waited", 3, 3, {}, "a whole number as the stratum"),
        ("waited", 2, 3, {"stratum": "2"}, "the same members above and below"),
        ("waited", -1, -1, {"stratum": "2"}, "0 or more"),
        ("content", 4, 3, {**WARD_F, "stratum_population": 9}, "does not exceed its denominator"),
        ("content", 2, 3, {**WARD_F, "stratum_population": 2}, "answered than were asked"),
        ("content", 2, 3, WARD_F, "answered than were asked"),
        ("content", 2, 3, {"stratum_population": 9}, "answered than were asked"),
    ],
)
def test_counts_that_cannot_be_stop_the_figures_and_name_the_indicator(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    numerator: int | None,
    denominator: int | None,
    cells: dict[str, Any],
    words: str,
) -> None:
    insert(connection, name, numerator, denominator, **cells)
    with pytest.raises(InsightError) as caught:
        build_figures(connection, HEADERS)
    assert f"indicators.{name}" in str(caught.value)
    assert words in str(caught.value)
    assert f"dbt_like_sql/indicators/{name}.sql" in str(caught.value)


def test_a_stratum_only_a_ward_has_cannot_be_compared(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    insert(connection, "readmitted", 1, 9, stratum="F")
    insert_ward(connection, "readmitted", "E2", 1, 9, stratum="M")
    with pytest.raises(InsightError, match="the total of the period has as well"):
        build_figures(connection, HEADERS)


def test_the_same_row_twice_is_not_added_up(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "kept", 1, 2)
    insert(connection, "kept", 1, 2)
    with pytest.raises(InsightError, match="one row a figure and stratum"):
        build_figures(connection, HEADERS)


def test_faults_of_all_indicators_are_told_at_once(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "kept", 101, 100)
    insert(connection, "admitted", 1, -1)
    with pytest.raises(InsightError) as caught:
        build_figures(connection, HEADERS)
    assert {fault.where for fault in caught.value.faults} == {
        "indicators.kept",
        "indicators.admitted",
    }


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "cells"),
    [
        ("admitted", 250, 220, {}),
        ("kept", 0, 0, {}),
        ("delayed", -4, 2, {"sum_of_squares": 16}),
        ("delayed", 6, 2, {"sum_of_squares": 18}),
        ("fallen", 0, 0, {**BAND, "sum_of_squares": 0}),
        ("readmitted", 12, 10, MALE),
        ("waited", 3, 3, {"stratum": "-2"}),
        ("waited", 0, 0, {}),
        ("content", 3, 3, {**WARD_F, "stratum_population": 3}),
        ("content", 0, 0, {**WARD_F, "stratum_population": 0}),
    ],
)
def test_counts_that_can_be_pass(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    numerator: int,
    denominator: int,
    cells: dict[str, Any],
) -> None:
    insert(connection, name, numerator, denominator, **cells)
    assert build_figures(connection, HEADERS) == 1


def test_a_statistic_has_the_columns_its_figures_need() -> None:
    wanted = {
        Statistic.DSR: ("stratum", "sum_of_squares"),
        Statistic.ISR: ("stratum",),
        Statistic.MEAN: ("sum_of_squares",),
        Statistic.MEDIAN: ("stratum",),
        Statistic.WEIGHTED_PROPORTION: ("stratum", "stratum_population"),
    }
    assert {s: optional_columns(s) for s in Statistic} == {s: wanted.get(s, ()) for s in Statistic}
