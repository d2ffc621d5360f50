"""What a published number says of the count behind it, held against the SQL that publishes it."""

from __future__ import annotations

import duckdb
import pytest

from insight_pipeline.publication.disclosure.knowledge import (
    count_range,
    fewest_events,
    needed_amount_width,
    needed_width,
    rest_range,
    withheld_range,
)
from insight_pipeline.publication.disclosure.policy import load_policies
from tests.conftest import ROOT

POLICIES = load_policies(ROOT / "data_contracts" / "publication" / "disclosure.yaml").policies
NAMES = sorted(POLICIES)


def _disclosed(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[int, int | None]]:
    policy = POLICIES[name]
    return connection.execute(
        "select x, disclosed_count(x, ?, ?, ?, ?) from range(121) as counts (x) order by x",
        [policy.hide_from, policy.hide_to, policy.round_to, policy.rounding],
    ).fetchall()


@pytest.mark.parametrize("name", NAMES)
def test_the_range_of_a_number_is_exactly_the_counts_shown_as_it(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    shown: dict[int, list[int]] = {}
    for count, number in _disclosed(connection, name):
        if number is not None:
            shown.setdefault(number, []).append(count)
    shown.pop(max(shown))  # its counts go on above those tried
    assert len(shown) >= 10
    for number, counts in shown.items():
        assert counts == list(range(counts[0], counts[-1] + 1))
        assert count_range(number, POLICIES[name]) == (counts[0], counts[-1]), number


def test_amounts_may_be_below_0_and_counts_may_not() -> None:
    policy = POLICIES["nhs_hes"]
    assert count_range(0, policy) == (0, 0)
    assert count_range(0, policy, fewest_events("mean", policy)) == (-2, 0)
    assert count_range(-5, policy, fewest_events("mean", policy)) == (-7, -3)


def test_a_rate_that_is_given_has_enough_events() -> None:
    policy = POLICIES["ons_rates"]
    assert [fewest_events(s, policy) for s in ("proportion", "rate", "dsr", "isr")] == [
        0,
        3,
        10,
        10,
    ]
    assert count_range(10, POLICIES["nhs_hes"], fewest_events("dsr", POLICIES["nhs_hes"])) == (
        10,
        12,
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "rest"),
    [(20, 20, (0, 0)), (20, 30, (8, 14)), (20, 40, (16, 24)), (0, 20, (18, 22))],
)
def test_the_rest_of_a_proportion_that_is_shown_is_not_small(
    numerator: int, denominator: int, rest: tuple[int, int]
) -> None:
    policy = POLICIES["nhs_hes"]
    assert rest_range(count_range(numerator, policy), count_range(denominator, policy), policy) == (
        rest
    )


def test_a_small_count_is_to_be_anything_small_and_another_no_clearer_than_when_shown() -> None:
    policy = POLICIES["nhs_hes"]
    assert withheld_range(3, policy) == (1, 7)
    assert needed_width(3, policy) == 3
    assert withheld_range(40, policy) == (float("-inf"), float("inf"))
    assert needed_width(40, policy) == 3
    assert needed_width(40, POLICIES["round_to_10"]) == 8
    assert needed_width(40, POLICIES["under_5"]) == 1


@pytest.mark.parametrize(
    ("amount", "width"), [(1000, 200), (-1000, 200), (40, 8), (12, 3), (0, 3), (3, 3)]
)
def test_an_amount_is_not_told_to_within_a_tenth_on_either_side(amount: int, width: float) -> None:
    assert needed_amount_width(amount, POLICIES["nhs_hes"]) == width


def test_the_share_of_an_amount_is_the_policys_and_nothing_where_nothing_is_hidden() -> None:
    lax = POLICIES["nhs_hes"].model_copy(update={"amount_percent": 5})
    assert needed_amount_width(1000, lax) == 100
    assert needed_amount_width(1000, POLICIES["none"]) == 0
