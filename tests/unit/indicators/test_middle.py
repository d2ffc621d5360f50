"""Medians of figures from counts by value, held against the single values in order."""

from __future__ import annotations

import statistics
from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from insight_pipeline.indicators.figure import build_figures
from insight_pipeline.indicators.statistics.medians import median
from tests.unit.indicators.measures import HEADERS, insert, insert_ward

LIMITS = "value, lower95, upper95, lower998, upper998"
some = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _figures(connection: duckdb.DuckDBPyConnection, columns: str = LIMITS) -> dict[str, Any]:
    build_figures(connection, HEADERS)
    query = f"select breakdown, {columns} from indicators.figure where indicator_id = 'waited'"
    return {row[0]: row[1:] for row in connection.execute(query).fetchall()}


def _wait(connection: duckdb.DuckDBPyConnection, values: list[int], ward: str = "") -> None:
    for value, members in Counter(values).items():
        if ward:
            insert_ward(connection, "waited", ward, members, members, stratum=str(value))
        else:
            insert(connection, "waited", members, members, stratum=str(value))


def _by_hand(values: list[int], level: float) -> tuple[int | None, int | None]:
    """The values at the ranks that scipy's binomial distribution gives."""
    rank = int(binom.ppf((1 - level) / 2, len(values), 0.5))
    if binom.cdf(rank - 1, len(values), 0.5) > (1 - level) / 2 or rank < 1:
        rank -= 1
    if binom.cdf(rank, len(values), 0.5) <= (1 - level) / 2:
        rank += 1
    if rank < 1:
        return None, None
    ordered = sorted(values)
    return ordered[rank - 1], ordered[-rank]


def test_a_median_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    # Of 12 values the third from either end holds at 95 % (79 of 4,096 worlds on each side), and
    # the first at 99.8 %.
    _wait(connection, [0, 1, 2, 2, 3, 5, 8, 9, 14, 20, 21, 60])
    assert _figures(connection, f"{LIMITS}, numerator, denominator, basis, spread, ci_method") == {
        "all": (Decimal("6.5"), 2, 20, 0, 60, 12, 12, 12.0, None, "Order")
    }


@pytest.mark.parametrize("members", [1, 5, 6, 9, 10])
def test_too_few_members_have_a_median_without_limits(
    connection: duckdb.DuckDBPyConnection, members: int
) -> None:
    _wait(connection, [*range(members)])
    ((value, *limits, method),) = _figures(connection, f"{LIMITS}, ci_method").values()
    assert value == Decimal(members - 1) / 2
    assert [limit is not None for limit in limits] == [members >= 6] * 2 + [members >= 10] * 2
    assert (method == "Order") == (members >= 6)


def test_nobody_has_no_median(connection: duckdb.DuckDBPyConnection) -> None:
    insert(connection, "waited", 0, 0)
    assert _figures(connection) == {"all": (None,) * 5}


def test_the_multiplier_changes_the_unit(connection: duckdb.DuckDBPyConnection) -> None:
    _wait(connection, [1, 2, 2, 3, 4, 7])
    weekly = {**HEADERS, "waited": HEADERS["waited"].model_copy(update={"multiplier": 7})}
    build_figures(connection, weekly)
    found = connection.execute(f"select {LIMITS} from indicators.figure").fetchall()
    assert found == [(Decimal("17.5"), 7, 49, None, None)]


@some
@given(values=st.lists(st.integers(-3, 30), min_size=1, max_size=60), data=st.data())
def test_medians_by_value_are_those_of_the_single_values_in_any_order(
    connection: duckdb.DuckDBPyConnection, values: list[int], data: st.DataObject
) -> None:
    connection.execute("delete from indicators.waited")
    _wait(connection, data.draw(st.permutations(values)))
    _wait(connection, [4, 4, 5], "E2")
    found = _figures(connection)["all"]
    assert found[0] == Decimal(str(statistics.median(values)))
    assert found[1:3] == _by_hand(values, 0.95)
    assert found[3:5] == _by_hand(values, 0.998)
    single = median(pl.DataFrame({"value": values}))
    assert [*map(float, (n for n in found if n is not None))] == [
        n for n in single.select(LIMITS.split(", ")).row(0) if n is not None
    ]
    low, high, lowest, highest = found[1:]
    assert low is None or low <= found[0] <= high
    assert lowest is None or lowest <= low <= high <= highest


def test_limits_close_in_as_members_grow(connection: duckdb.DuckDBPyConnection) -> None:
    widths = []
    for times in (1, 2, 5, 20):
        connection.execute("delete from indicators.waited")
        _wait(connection, [*range(20)] * times)
        ((_, low, high, lowest, highest),) = _figures(connection).values()
        widths.append((high - low, highest - lowest))
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > widths[-1]
