"""Symbols beside figures: which there are, how they stack, and where there is only one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from insight_pipeline.publication.database.marks import mark_figures
from insight_pipeline.sql.dry_run import create_empty
from insight_pipeline.warehouse.sources import REFERENCE_COLUMNS
from tests.unit.publication.conftest import CONTRACT_CHANGE, header

AS_OF = date(2025, 12, 31)
CHANGES, PATHWAYS = "journeys.fct_contract_change", "reference.pathway"
COLUMNS = {
    "indicator_id": "VARCHAR",
    "period_from": "DATE",
    "period_to": "DATE",
    "breakdown_type": "VARCHAR",
    "breakdown": "VARCHAR",
    "numerator": "BIGINT",
    "value": "DECIMAL(18,2)",
    "shorthand": "VARCHAR",
    "is_not_mature": "BOOLEAN",
}
QUARTERS = {
    "Q1": ("2025-04-01", "2025-06-30"),
    "Q2": ("2025-07-01", "2025-09-30"),
    "Q3": ("2025-10-01", "2025-12-31"),
}
Mark = Callable[..., dict[str, str | None]]


@pytest.fixture
def mark() -> Mark:
    """Marks of figures given as (series of `kept`, quarter, changes), where services changed hands
    as (service, day, areas)."""

    def marked(*figures: tuple[str, str, dict[str, Any]], changed: Any = ()) -> dict[str, Any]:
        with duckdb.connect() as connection:
            create_empty(connection, CHANGES, CONTRACT_CHANGE)
            create_empty(connection, PATHWAYS, REFERENCE_COLUMNS[PATHWAYS])
            columns = "(service_code, changed_date, area_codes)"
            for change in changed:
                connection.execute(f"insert into {CHANGES} {columns} values (?, ?, ?)", change)
            connection.execute(
                f"insert into {PATHWAYS} (pathway_code, from_service_code, to_service_code) values "
                "('to_health', 'other', 'health'), ('from_health', 'health', 'other'), "
                "('elsewhere', 'leisure', 'other')"
            )
            create_empty(connection, "given.figure", COLUMNS)
            for series, quarter, changes in figures:
                kind, _, breakdown = series.partition("/")
                row = ["kept", *QUARTERS[quarter], kind, breakdown or "all"]
                rest = {"numerator": 5, "value": 1, "shorthand": None, "is_not_mature": False}
                connection.execute(
                    "insert into given.figure values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [*row, *{**rest, **changes}.values()],
                )
            connection.execute("create temp table public_figure as from given.figure")
            mark_figures(connection, {"kept": header()}, AS_OF)
            query = "select series_id || '@' || period_from, shorthand from marked_figure"
            return dict(connection.execute(query).fetchall())

    return marked


def test_the_total_is_named_by_the_indicator_and_a_part_by_its_breakdown(mark: Mark) -> None:
    assert set(mark(("total", "Q1", {}), ("area/E05", "Q1", {}))) == {
        "kept@2025-04-01",
        "kept/area/E05@2025-04-01",
    }


def test_a_figure_within_its_maturity_days_is_provisional(mark: Mark) -> None:
    # 28 days after the end of Q3 are not over on its last day; those after Q2 are.
    assert mark(("total", "Q2", {}), ("total", "Q3", {})) == {
        "kept@2025-07-01": None,
        "kept@2025-10-01": "[p]",
    }


def test_a_figure_without_a_value_bears_the_one_symbol_that_says_why(mark: Mark) -> None:
    handover = [("health", "2025-10-01", None)]
    for symbol in ("[c]", "[x]", "[z]"):
        hidden = {"numerator": None, "value": None, "shorthand": symbol}
        found = mark(("total", "Q1", {}), ("total", "Q3", hidden), changed=handover)
        assert found["kept@2025-10-01"] == symbol


def test_more_than_nothing_that_is_shown_as_nothing_is_low(mark: Mark) -> None:
    low, nothing = {"value": 0}, {"value": 0, "numerator": 0}
    found = mark(("total", "Q1", low), ("total", "Q2", nothing))
    assert found == {"kept@2025-04-01": "[low]", "kept@2025-07-01": None}


def test_symbols_of_a_figure_that_is_shown_stand_one_after_the_other(mark: Mark) -> None:
    changed = [("leisure", "2025-12-01", None)]
    few = {"value": 0, "shorthand": "[u]"}
    found = mark(("total", "Q1", {}), ("total", "Q3", few), changed=changed)
    assert found["kept@2025-10-01"] == "[low][u][p][b]"


@pytest.mark.parametrize(
    ("changed", "series", "breaks"),
    [
        (("health", "2025-07-01", None), "total", True),
        (("health", "2025-09-30", None), "total", True),
        (("health", "2025-06-30", None), "total", False),
        (("health", "2025-10-01", None), "total", False),
        (("other", "2025-07-01", None), "total", False),
        (("health", "2025-07-01", None), "area/E05", True),
        (("health", "2025-07-01", "E04,E05"), "area/E05", True),
        (("health", "2025-07-01", "E04,E055"), "area/E05", False),
        (("health", "2025-07-01", "E04"), "total", True),
        (("health", "2025-07-01", "E04"), "sex/F", True),
        (("health", "2025-07-01", None), "provider/x", False),
        (("health", "2025-07-01", None), "provider_pair/x_to_y", False),
        (("health", "2025-07-01", None), "unit/x", False),
        (("health", "2025-07-01", None), "service/health", True),
        (("health", "2025-07-01", None), "service/leisure", False),
        (("health", "2025-07-01", None), "pathway/to_health", True),
        (("health", "2025-07-01", None), "pathway/from_health", True),
        (("health", "2025-07-01", None), "pathway/elsewhere", False),
    ],
)
def test_a_series_breaks_where_a_service_it_is_about_passes_to_another_provider(
    mark: Mark, changed: tuple[str, str, str | None], series: str, breaks: bool
) -> None:
    found = mark((series, "Q1", {}), (series, "Q2", {}), changed=[changed])
    assert list(dict(sorted(found.items())).values()) == [None, "[b]" if breaks else None]


def test_two_services_that_pass_on_at_once_break_a_series_once(mark: Mark) -> None:
    changed = [("health", "2025-07-01", "E05"), ("leisure", "2025-08-01", None)]
    found = mark(("total", "Q1", {}), ("total", "Q2", {}), changed=changed)
    assert found == {"kept@2025-04-01": None, "kept@2025-07-01": "[b]"}


def test_the_first_figure_of_a_series_breaks_with_nothing(mark: Mark) -> None:
    found = mark(
        ("total", "Q2", {}), ("area/E05", "Q1", {}), changed=[("health", "2025-07-01", None)]
    )
    assert found["kept@2025-07-01"] is None
