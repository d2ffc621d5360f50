"""The macros that make published numbers coarse."""

from __future__ import annotations

import duckdb
import pytest

Connection = duckdb.DuckDBPyConnection


def _call(connection: Connection, macro: str, *values: object) -> object:
    places = ", ".join("?" for _ in values)
    return connection.execute(f"select {macro}({places})", list(values)).fetchall()[0][0]


@pytest.mark.parametrize(
    ("x", "step"),
    [
        (1, 1),
        (1.5, 2),
        (2, 2),
        (2.1, 5),
        (5, 5),
        (7, 10),
        (10, 10),
        (999, 1000),
        (1000, 1000),
        (1001, 2000),
        (0.03, 0.05),
        (0, None),
    ],
)
def test_steps_are_1_2_and_5_times_powers_of_ten(
    connection: Connection, x: float, step: float | None
) -> None:
    found = _call(connection, "step_of_1_2_5", x)
    assert found == (pytest.approx(step) if step is not None else None)


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, None), (7, None), (8, 10), (12, 10), (13, 15), (None, None)]
)
def test_a_count_is_withheld_or_rounded(
    connection: Connection, count: int | None, shown: int | None
) -> None:
    assert _call(connection, "disclosed_count", count, 1, 7, 5, "nearest") == shown


def test_blocks_of_six_are_told_by_their_middle(connection: Connection) -> None:
    found = [_call(connection, "rounded_count", x, 6, "midpoint") for x in (0, 1, 6, 7, 12, 13)]
    assert found == [0, 3, 3, 9, 9, 15]


def test_a_standardised_basis_is_told_by_the_population_of_two_events_or_more(
    connection: Connection,
) -> None:
    assert _call(connection, "coarse_basis", 3141.0, 10) == 3000
    assert _call(connection, "coarse_basis", 3141.0, 100) == 3100
    assert _call(connection, "coarse_basis", 3141.0, 0) is None


def test_a_standardised_spread_is_never_narrower_than_it_was(connection: Connection) -> None:
    crude = _call(connection, "coarse_dsr_spread", 1 / 3000, 3000.0, 3000)
    assert crude == pytest.approx(1 / 3000)
    wider = _call(connection, "coarse_dsr_spread", 1.1 / 3000, 3000.0, 3000)
    assert wider == pytest.approx(1.25 / 3000)


@pytest.mark.parametrize(
    ("spread", "times"),
    [(0.0, 0.5), (4.0, 0.5), (7.6, 1.0), (10.0, 1.0), (12.0, 1.25), (40.0, 2.25)],
)
def test_a_deviation_is_told_in_quarters_of_the_mean(
    connection: Connection, spread: float, times: float
) -> None:
    found = _call(connection, "coarse_mean_spread", spread, 100, 10, 100, 10)
    assert found == pytest.approx(10 * times)


@pytest.mark.parametrize(("total", "shown"), [(0, 0), (2, 0)])
def test_a_mean_shown_as_0_has_no_deviation(connection: Connection, total: int, shown: int) -> None:
    assert _call(connection, "coarse_mean_spread", 4.0, total, 10, shown, 10) is None
