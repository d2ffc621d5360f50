"""The published scorecard: whole percentages, withheld where few rows lie behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.publication import scorecard
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from insight_pipeline.publication.scorecard import (
    PUBLIC_SCORECARD,
    SHARES,
    add_revisions,
    disclose_scorecard,
)

Plant = Callable[..., None]
HES = DisclosurePolicy(
    title="t", source="s", hide_from=1, hide_to=7, round_to=5, guard_complement=True, secondary=True
)


def disclosed(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    disclose_scorecard(connection, HES)
    found = connection.execute(f"from {PUBLIC_SCORECARD}")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_shares_are_whole_percentages_and_counts_are_of_deliveries_only(
    connection: duckdb.DuckDBPyConnection, plant_card: Plant
) -> None:
    plant_card(None)
    (line,) = disclosed(connection)
    month = line.pop("period_month")
    assert month.isoformat() == "2025-03-01"
    assert line == {
        "provider_id": "homestead",
        "dataset": "all",
        "deliveries_expected": 2,
        "deliveries_received": 3,
        "on_time_pct": 50,
        "worst_late_days": 4,
        "completeness_pct": 91,
        "validity_pct": 89,
        "rejected_pct": 1,
        "duplicates_pct": 0,
        "linkability_pct": 100,
        "deliveries_at_fault": 1,
        "deliveries_mended": 1,
        "correction_days": 11,
        "is_frequency_kept": True,
        "is_latency_kept": False,
        "shorthand": None,
    }


@pytest.mark.parametrize("count", ["rows_received", "record_count"])
@pytest.mark.parametrize(("number", "withheld"), [(1, True), (7, True), (8, False), (0, False)])
def test_few_rows_withhold_every_share_of_the_line(
    connection: duckdb.DuckDBPyConnection,
    plant_card: Plant,
    count: str,
    number: int,
    withheld: bool,
) -> None:
    plant_card("homestead__tenancies", **{count: number})
    (line,) = disclosed(connection)
    assert all((line[name] is None) is withheld for name in SHARES)
    assert line["shorthand"] == ("[c]" if withheld else None)
    assert (line["dataset"], line["deliveries_received"], line["on_time_pct"]) == (
        "tenancies",
        3,
        50,
    )


def test_a_month_without_rows_says_so(
    connection: duckdb.DuckDBPyConnection, plant_card: Plant
) -> None:
    plant_card(None, rows_received=0, record_count=0, **dict.fromkeys(SHARES.values()))
    (line,) = disclosed(connection)
    assert line["shorthand"] == "[z]"


def test_lines_come_by_provider_month_and_dataset_all_first(
    connection: duckdb.DuckDBPyConnection, plant_card: Plant
) -> None:
    for stem in ("homestead__tenancies", "homestead__arrears", None):
        plant_card(stem, period_month="2025-06-01")
        plant_card(stem)
    order = [(line["period_month"].month, line["dataset"]) for line in disclosed(connection)]
    assert order == [(m, d) for m in (3, 6) for d in ("all", "arrears", "tenancies")]


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("case when not is_hidden then", "case when true then", "carries no share"),
        ("round(100 * validity)", "round(1000 * validity)", "between 0 and 100"),
        ("record_count between $hide_from and $hide_to as", "false as", "few rows is withheld"),
    ],
)
def test_the_gate_stops_a_scorecard_that_shows_too_much(
    connection: duckdb.DuckDBPyConnection,
    plant_card: Plant,
    monkeypatch: pytest.MonkeyPatch,
    right: str,
    wrong: str,
    rule: str,
) -> None:
    plant_card(None, record_count=3)
    plant_card("homestead__tenancies")
    assert right in scorecard._PUBLIC
    monkeypatch.setattr(scorecard, "_PUBLIC", scorecard._PUBLIC.replace(right, wrong))
    with pytest.raises(InsightError, match=rule):
        disclose_scorecard(connection, HES)


# provider, release, data as of, value before, value, reason
REVISED = (
    ("homestead", 2, "2025-05-31", "40.00", "44.00", "late_data"),
    ("homestead", 2, "2025-05-31", "50.00", "49.00", "error"),
    ("homestead", 2, "2025-05-31", "50.00", "80.00", "method"),
    ("homestead", 2, "2025-05-31", None, "80.00", "late_data"),
    ("homestead", 3, "2025-07-31", "10.00", "10.50", "late_data"),
    ("homestead", 1, "2025-02-28", "10.00", "20.00", "late_data"),
    ("all", 2, "2025-05-31", "10.00", "20.00", "late_data"),
    ("activelife", 2, "2025-05-31", "10.00", "20.00", "late_data"),
)


def test_revisions_count_in_the_newest_month_that_the_releases_data_reach(
    connection: duckdb.DuckDBPyConnection, plant_card: Plant
) -> None:
    for month in ("2025-03-01", "2025-06-01", "2025-09-01"):
        plant_card(None, period_month=month)
    plant_card("homestead__tenancies", period_month="2025-05-01")
    disclose_scorecard(connection, HES)
    connection.execute(
        "create temp table public_revision (provider_id varchar, release_no integer, as_of_date "
        "date, previous_value decimal(18, 2), value decimal(18, 2), reason_code varchar, "
        "difference decimal(18, 2))"
    )
    connection.executemany(
        "insert into public_revision (provider_id, release_no, as_of_date, previous_value, value, "
        "reason_code) values (?, ?, ?, ?, ?, ?)",
        REVISED,
    )
    connection.execute("update public_revision set difference = value - previous_value")
    add_revisions(connection)
    found = connection.execute(
        f"select period_month::varchar, dataset, figures_revised, revision_pct::double "
        f"from {PUBLIC_SCORECARD} order by all"
    ).fetchall()
    assert found == [
        ("2025-03-01", "all", 2, 6.0),
        ("2025-05-01", "tenancies", None, None),
        ("2025-06-01", "all", 1, 5.0),
        ("2025-09-01", "all", 0, None),
    ]
