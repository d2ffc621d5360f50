"""Providers who have only just begun: whose figures those are, and that nothing judges them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest

from insight_pipeline.publication.benchmarks import compare_with_benchmarks
from insight_pipeline.publication.judgement import judge
from insight_pipeline.publication.newcomers import expect_newcomers, find_newcomers
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.warehouse.sources import REFERENCE_COLUMNS
from tests.unit.publication.conftest import Plant, header, open_warehouse, planter

CONTRACTS, SERVICES = "reference.service_contract", "reference.service"
OPEN = "9999-12-31"
Newcomers = set[tuple[str, ...]]


def newcomers(
    contracts: Sequence[tuple[str, ...]], breakdowns: Sequence[tuple[str, str]], days: int = 182
) -> Newcomers:
    """(quarter, breakdown) of the newcomers among figures of `kept`, which is about health."""
    with duckdb.connect() as connection:
        for relation in (CONTRACTS, SERVICES):
            create_empty(connection, relation, REFERENCE_COLUMNS[relation])
        columns = "service_code, provider_id, from_date, to_date"
        for row in contracts:
            connection.execute(f"insert into {CONTRACTS} ({columns}) values (?, ?, ?, ?)", row)
        for service in ("health", "other"):
            connection.execute(
                f"insert into {SERVICES} (service_code, comparable_after_days) values (?, ?)",
                [service, days],
            )
        connection.execute(
            "create temp table public_figure (indicator_id varchar, period_from date, "
            "period_to date, breakdown_type varchar, breakdown varchar)"
        )
        for first, last in (
            ("2025-07-01", "2025-09-30"),
            ("2025-10-01", "2025-12-31"),
            ("2026-01-01", "2026-03-31"),
            ("2026-04-01", "2026-06-30"),
        ):
            for pair in breakdowns:
                connection.execute(
                    "insert into public_figure values ('kept', ?, ?, ?, ?)", [first, last, *pair]
                )
        find_newcomers(connection, {"kept": header(services=("health",))})
        rows = connection.execute(
            "select strftime(period_from, '%Y-%m'), breakdown from newcomer_figure"
        ).fetchall()
        assert len(rows) == len(set(rows))
        return set(rows)


RELET = [
    ("health", "old", "2020-04-01", "2025-09-30"),
    ("health", "new", "2025-10-01", OPEN),
]


def test_a_provider_is_a_newcomer_until_the_days_have_passed_before_the_period_begins() -> None:
    providers = [("provider", "old"), ("provider", "new"), ("total", "all"), ("area", "new")]
    assert newcomers(RELET, providers) == {("2025-10", "new"), ("2026-01", "new")}
    assert newcomers(RELET, providers, days=183) == {
        ("2025-10", "new"),
        ("2026-01", "new"),
        ("2026-04", "new"),
    }
    assert newcomers(RELET, providers, days=0) == set()


def test_the_period_in_which_a_provider_begins_counts_from_its_last_day_on() -> None:
    last_day = [("health", "new", "2025-09-30", OPEN)]
    found = newcomers(last_day, [("provider", "new")], days=1)
    assert found == {("2025-07", "new")}


def test_a_pair_of_providers_is_a_newcomer_where_either_of_them_is() -> None:
    pairs = ["old_to_new", "new_to_old", "old_to_old", "renew_to_old", "old_to_newer"]
    found = newcomers(RELET, [("provider_pair", pair) for pair in pairs])
    assert {pair for _, pair in found} == {"old_to_new", "new_to_old"}


@pytest.mark.parametrize(
    "earlier",
    [
        ("health", "new", "2024-04-01", "2025-09-30"),
        ("health", "new", "2024-04-01", "2025-12-31"),
    ],
    ids=["renewed", "with more wards"],
)
def test_who_goes_on_has_not_just_begun(earlier: tuple[str, ...]) -> None:
    assert newcomers([*RELET, earlier], [("provider", "new")]) == set()


@pytest.mark.parametrize(
    "earlier",
    [
        ("health", "new", "2020-04-01", "2025-09-29"),
        ("other", "new", "2020-04-01", OPEN),
        ("health", "third", "2020-04-01", OPEN),
    ],
    ids=["after a pause", "in another service", "another provider"],
)
def test_who_comes_back_or_comes_from_elsewhere_has_just_begun(earlier: tuple[str, ...]) -> None:
    assert newcomers([*RELET, earlier], [("provider", "new")]) == {
        ("2025-10", "new"),
        ("2026-01", "new"),
    }


def test_a_contract_for_a_service_the_indicator_is_not_about_makes_no_newcomer() -> None:
    assert newcomers([("other", "new", "2025-10-01", OPEN)], [("provider", "new")]) == set()


def test_where_nobody_looked_for_newcomers_there_are_none() -> None:
    with duckdb.connect() as connection:
        expect_newcomers(connection)
        expect_newcomers(connection)
        assert connection.execute("from newcomer_figure").fetchall() == []


def test_a_newcomer_is_compared_with_nothing_and_the_others_still_are() -> None:
    with open_warehouse() as connection:
        plant: Plant = planter(connection)
        plant("total", "all", 6000, 10000)
        plant("provider", "old", 5000, 7000)
        plant("provider", "new", 1000, 3000)
        connection.execute("create temp table public_figure as from indicators.figure")
        judge(connection, {"kept": header()})
        query = (
            "select breakdown, compared_outcome, funnel_flag is not null from public_judgement "
            "where breakdown_type = 'provider' order by all"
        )
        before = connection.execute(query).fetchall()
        connection.execute(
            "insert into newcomer_figure select indicator_id, period_from, 'provider', 'new' "
            "from public_figure where breakdown = 'new'"
        )
        judge(connection, {"kept": header()})
        after = connection.execute(query).fetchall()
        compare_with_benchmarks(connection)
    assert before == [("new", "similar", True), ("old", "similar", True)]
    assert after == [("new", "not_compared", False), ("old", "similar", True)]
