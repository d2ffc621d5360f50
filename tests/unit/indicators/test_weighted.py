"""Weighted proportions: value and interval of answers weighted to the people who were asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from insight_pipeline.indicators.figure import build_figures
from tests.unit.indicators.measures import HEADERS, insert

LIMITS = "value, lower95, upper95, lower998, upper998"
# Yeses, answers, asked.
Cell = tuple[int, int, int]
some = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def cells(draw: st.DrawFn) -> list[Cell]:
    answers = draw(st.lists(st.integers(0, 30), min_size=1, max_size=6).filter(any))
    return [(draw(st.integers(0, n)), n, n + draw(st.integers(0, 400))) for n in answers]


def _figure(
    connection: duckdb.DuckDBPyConnection, answers: list[Cell], columns: str = LIMITS
) -> tuple[Any, ...]:
    connection.execute("delete from indicators.content")
    for place, (yes, answered, asked) in enumerate(answers):
        cell = {"stratum": f"cell {place}", "stratum_population": asked}
        insert(connection, "content", yes, answered, **cell)
    build_figures(connection, HEADERS)
    query = f"select {columns} from indicators.figure where indicator_id = 'content'"
    ((*found,),) = connection.execute(query).fetchall()
    return tuple(found)


def _by_answer(answers: list[Cell], level: float) -> tuple[float, float, float]:
    """Value and Wilson's limits from one weight for each single answer, in per cent."""
    said = np.concatenate([np.arange(n) < x for x, n, _ in answers])
    weight = np.concatenate([np.full(n, asked / n) for _, n, asked in answers if n])
    share = float(np.average(said, weights=weight))
    size = float(weight.sum() ** 2 / (weight**2).sum())
    z = norm.ppf((1 + level) / 2)
    middle = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return 100 * share, 100 * (middle - half), 100 * (middle + half)


def test_a_weighted_proportion_by_hand(connection: duckdb.DuckDBPyConnection) -> None:
    # 10 of 20 stand for 300, 8 of 10 for 100: (300 x 0.5 + 100 x 0.8) / 400 = 0.575. Weights of 15
    # and 10: 400^2 / (20 x 225 + 10 x 100) = 29.0909 answers' worth. z^2 = 3.8415:
    # (0.575 + 0.06603) / 1.13205 = 0.56625; 1.95996 / 1.13205 x sqrt(0.0084004 + 0.0011348)
    # = 0.16906.
    *found, method = _figure(
        connection, [(10, 20, 300), (8, 10, 100)], "value, lower95, upper95, ci_method"
    )
    assert [*map(float, found)] == pytest.approx([57.5, 39.719, 73.531], abs=1e-3)
    assert method == "Wilson"


def test_numerator_and_denominator_are_answers_and_value_follows_from_the_basis(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = _figure(
        connection, [(10, 20, 300), (8, 10, 100)], "numerator, denominator, basis, spread"
    )
    assert found == (18, 30, pytest.approx(18 / 0.575), pytest.approx(30 * (4500 + 1000) / 400**2))


@some
@given(answers=cells(), data=st.data())
def test_value_and_limits_are_those_of_single_weighted_answers_in_any_order(
    connection: duckdb.DuckDBPyConnection, answers: list[Cell], data: st.DataObject
) -> None:
    found = _figure(connection, data.draw(st.permutations(answers)))
    low, high = _by_answer(answers, 0.95), _by_answer(answers, 0.998)
    expected = (*low, *high[1:])
    assert [*map(float, found)] == pytest.approx(expected, abs=1e-3)
    value, lower95, upper95, lower998, upper998 = found
    assert 0 <= lower998 <= lower95 <= value <= upper95 <= upper998 <= 100


@some
@given(
    yes=st.lists(st.integers(0, 10), min_size=1, max_size=5),
    asked=st.integers(10, 90),
)
def test_equal_weights_give_the_plain_wilson_interval(
    connection: duckdb.DuckDBPyConnection, yes: list[int], asked: int
) -> None:
    found = _figure(connection, [(x, 10, asked) for x in yes])
    connection.execute("delete from indicators.kept")
    insert(connection, "kept", sum(yes), 10 * len(yes))
    build_figures(connection, HEADERS)
    query = f"select {LIMITS} from indicators.figure where indicator_id = 'kept'"
    assert [found] == connection.execute(query).fetchall()


def test_limits_widen_as_answers_fall_and_as_weights_differ(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    def width(answers: list[Cell]) -> Decimal:
        value, low, high = _figure(connection, answers, "value, lower95, upper95")
        assert value == 50
        return Decimal(high - low)

    even = [width([(n, 2 * n, 400), (n, 2 * n, 400)]) for n in (40, 20, 10, 5)]
    assert even == sorted(even)
    uneven = [width([(10, 20, 400 - asked), (10, 20, asked)]) for asked in (200, 100, 50, 20)]
    assert uneven == sorted(uneven)
    assert len({*even, *uneven}) == 8 - 1


def test_a_cell_without_answers_is_left_out_with_its_people(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    answers = [(10, 20, 300), (8, 10, 100)]
    alone = _figure(connection, answers)
    assert _figure(connection, [*answers, (0, 0, 5000)]) == alone


def test_nobody_answered_or_all_alike(connection: duckdb.DuckDBPyConnection) -> None:
    assert _figure(connection, [(0, 0, 40)]) == (None,) * 5
    none = _figure(connection, [(0, 12, 40), (0, 9, 90)])
    every = _figure(connection, [(12, 12, 40), (9, 9, 90)])
    assert none[0] == none[1] == 0
    assert every[0] == every[2] == 100
    assert none[2] == 100 - every[1]
