"""Spend over public counts, with the limits that chance and rounding leave."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from scipy.stats import chi2

from insight_pipeline.publication.spending.unit_cost import make_unit_costs
from tests.unit.publication.spending.conftest import HEADERS, KEPT, LOST, SERVED, Pay, Show

BY_SERVICE = {"breakdown_type": "service", "breakdown": "treatment"}


def costs(connection: duckdb.DuckDBPyConnection, columns: str) -> list[tuple[Any, ...]]:
    make_unit_costs(connection, HEADERS)
    return connection.execute(f"select {columns} from public_unit_cost").fetchall()


def test_a_cost_is_the_spend_of_the_period_over_the_outcomes_as_shown(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000.00")
    pay("treatment", "500.00", theme="physical_activity")
    pay("housing", "9000.00")
    show(KEPT, 20, 40)
    told = "kind, service_code, theme_code, amount_gbp, count_shown, unit_cost_gbp, shorthand"
    assert costs(connection, told) == [
        ("outcome", "treatment", "homelessness", Decimal(4500), 20, Decimal(225), None)
    ]


def test_of_what_is_to_be_avoided_those_who_were_spared_it_count_and_all_services_named_pay(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000.00")
    pay("housing", "500.00")
    show(LOST, 10, 40)
    told = "service_code, amount_gbp, count_shown, unit_cost_gbp"
    assert costs(connection, told) == [("housing,treatment", Decimal(4500), 30, Decimal(150))]


def test_people_served_cost_the_spend_of_their_service_and_have_no_theme(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000.00")
    show(SERVED, 300, None, **BY_SERVICE)
    show(SERVED, 900, None)
    told = "kind, service_code, theme_code, count_shown, unit_cost_gbp"
    assert costs(connection, told) == [("person_served", "treatment", None, 300, Decimal(10))]


def test_without_an_indicator_in_the_role_nobody_served_has_a_cost(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000.00")
    show(KEPT, 20, 40)
    show(SERVED, 300, None, **BY_SERVICE)
    others = {**HEADERS, SERVED: HEADERS[SERVED].model_copy(update={"role": None})}
    make_unit_costs(connection, others)
    assert connection.execute("select kind from public_unit_cost").fetchall() == [("outcome",)]


@pytest.mark.parametrize("shorthand", ["[c]", "[x]"])
def test_a_count_that_is_not_shown_gives_its_symbol_and_no_number(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show, shorthand: str
) -> None:
    pay("treatment", "1000.00")
    show(KEPT, None, None, shorthand=shorthand)
    show(SERVED, None, None, shorthand=shorthand, **BY_SERVICE)
    told = "amount_gbp, count_shown, unit_cost_gbp, lower95, upper95, shorthand"
    assert set(costs(connection, told)) == {(Decimal(3000), None, None, None, None, shorthand)}


def test_where_nobody_achieved_it_there_is_no_cost(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000.00")
    show(KEPT, 0, 40)
    assert costs(connection, "unit_cost_gbp, lower95, upper95, shorthand") == [
        (None, None, None, "[z]")
    ]


def test_a_mark_of_the_figure_is_one_of_its_cost(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000.00")
    show(KEPT, 10, 40, shorthand="[u]")
    assert costs(connection, "unit_cost_gbp, shorthand") == [(Decimal(300), "[u]")]


def test_a_period_that_payments_do_not_cover_has_no_cost(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000.00", range(2, 13))
    show(KEPT, 20, 40)
    show(KEPT, 20, 40, period_from=date(2025, 10, 1), period_to=date(2026, 3, 31))
    assert costs(connection, "*") == []


def test_an_indicator_that_names_no_spend_has_no_cost(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000.00")
    show(KEPT, 20, 40)
    headers = {KEPT: HEADERS[KEPT].model_copy(update={"outcome_spend": ()})}
    make_unit_costs(connection, headers)
    assert connection.execute("from public_unit_cost").fetchall() == []


@pytest.mark.parametrize(("indicator", "off"), [(KEPT, 2), (LOST, 4)])
def test_limits_allow_for_chance_and_for_rounding(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show, indicator: str, off: int
) -> None:
    """Against exact Poisson limits, which Byar's meet to a thousandth from 40 on."""
    pay("treatment", "1000000.00")
    pay("housing", "0.00")
    for achieved in (40, 45, 100, 1000):
        connection.execute("delete from public_figure")
        show(indicator, achieved if indicator == KEPT else 100, achieved + 100)
        low, high = costs(connection, "lower95, upper95")[0]
        fewest = chi2.ppf(0.025, 2 * (achieved - off)) / 2
        most = chi2.ppf(0.975, 2 * (achieved + off + 1)) / 2
        assert float(high) == pytest.approx(3_000_000 / fewest, rel=2e-3)
        assert float(low) == pytest.approx(3_000_000 / most, rel=2e-3)


def test_a_count_that_is_not_rounded_is_not_widened(
    connection: duckdb.DuckDBPyConnection, pay: Pay, show: Show
) -> None:
    pay("treatment", "1000000.00")
    show(KEPT, 100, 200, rounded_to=1)
    ((low, high),) = costs(connection, "lower95, upper95")
    assert float(high) == pytest.approx(3_000_000 / (chi2.ppf(0.025, 200) / 2), rel=2e-3)
    assert float(low) == pytest.approx(3_000_000 / (chi2.ppf(0.975, 202) / 2), rel=2e-3)
