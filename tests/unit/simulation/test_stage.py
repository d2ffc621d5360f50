"""What a provider knows at a quarter's end, and that nothing it learns later is forgotten."""

from __future__ import annotations

from datetime import date
from functools import cache
from operator import attrgetter

import polars as pl
import pytest

from insight_pipeline.simulation.borough import SEED
from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.stage import known_by, open_in, touched_in
from insight_pipeline.simulation.window import Quarter, window_of
from tests.unit.simulation.conftest import SMALL
from tests.unit.simulation.drops_read import Borough

FIRST, LAST = date(2025, 1, 1), date(2025, 3, 31)
BEFORE, AFTER = date(2024, 12, 31), date(2025, 4, 1)
ENDS = (
    ("brightcare", "client_level_data", ("Event Reference",), "Event End Date", "care", "end"),
    ("homestead", "tenancies", ("Tenancy Ref",), "End Date", "tenancies", "end"),
    ("homestead", "homelessness_duties", ("CaseReference",), "DutyEndDate", "duties", "end"),
    ("homestead", "homelessness_duties", ("CaseReference",), "ReferralDate", "duties",
     "referred_on"),
    ("youthworks", "activity", ("YoungPersonID", "StartDate"), "EndDate", "youth", "end"),
    ("kidsfirst", "ssda903_episodes", ("CHILD", "DECOM"), "DEC", "children.episodes", "ended"),
    ("kidsfirst", "ssda903_missing", ("CHILD", "MISSTART"), "MISEND", "children.missing", "ended"),
    ("wellpath", "referrals", ("ServiceRequestId",), "ReferralClosureDate", "health.referrals",
     "closed"),
    ("wellpath", "referrals", ("ServiceRequestId",), "OnwardReferralDate", "health.referrals",
     "onward_on"),
    ("merebank", "spells", ("Hospital Provider Spell Number",), "Discharge Date", "spells",
     "discharged"),
)  # fmt: skip


@cache
def _life() -> BoroughLife:
    return live(build_population(SMALL, window_of(30), SEED), SEED)


@pytest.mark.parametrize(("provider", "dataset", "key", "cell", "journey", "day"), ENDS)
def test_what_stands_in_the_end_has_every_event_and_every_day_that_came(
    borough: Borough,
    provider: str,
    dataset: str,
    key: tuple[str, ...],
    cell: str,
    journey: str,
    day: str,
) -> None:
    standing = borough.standing(provider, dataset, key)
    true: pl.DataFrame = attrgetter(journey)(_life())
    filled = sum(row[cell] is not None for row in standing)
    # Two impossible dates of one young person are one key: a row or two may hide another.
    assert abs(len(standing) - true.height) <= 1
    assert abs(filled - true[day].count()) <= 1


def test_both_treatment_providers_report_every_journey_and_its_end(borough: Borough) -> None:
    for provider, key, cell in (
        ("newleaf", "Journey Ref", "Discharge Date"),
        ("recoverwell", "id", "ended_on"),
    ):
        standing = borough.standing(provider, "treatment_journeys", (key,))
        true = _life().treatment.filter(pl.col("provider") == provider)
        assert len(standing) == true.height
        assert sum(row[cell] is not None for row in standing) == true["ended"].count()


def _kept(filtered: pl.Expr) -> list[str]:
    events = pl.DataFrame(
        {
            "name": ["ended before", "ended first day", "starts last day", "starts after", "open"],
            "start": [BEFORE, BEFORE, LAST, AFTER, BEFORE],
            "end": [BEFORE, FIRST, AFTER, None, None],
        }
    )
    return events.filter(filtered)["name"].to_list()


def test_an_event_is_open_in_a_quarter_from_its_first_day_to_its_last() -> None:
    assert _kept(open_in(FIRST, LAST, "start", "end")) == [
        "ended first day",
        "starts last day",
        "open",
    ]


def test_an_event_is_touched_by_a_start_or_an_end_inside_the_quarter() -> None:
    touched = touched_in(Quarter(FIRST, LAST), ("start", "end"))
    assert _kept(touched) == ["ended first day", "starts last day"]


def test_a_cell_is_known_from_its_day_on() -> None:
    rows = pl.DataFrame({"end": [LAST, AFTER, None], "reason": ["a", "b", "c"]})
    known = rows.with_columns(known_by(LAST, "end", ("reason",)))
    assert known["reason"].to_list() == ["a", None, None]


@pytest.mark.parametrize(
    ("provider", "dataset", "cell"),
    [
        ("brightcare", "client_level_data", "Event End Date"),
        ("kidsfirst", "ssda903_episodes", "DEC"),
    ],
)
def test_a_rolling_return_holds_what_was_open_in_the_twelve_months(
    borough: Borough, provider: str, dataset: str, cell: str
) -> None:
    delivery = next(
        row
        for row in borough.deliveries(provider, dataset)
        if row["period_to"] == "2026-03-31" and row["expected_fate"] in ("accepted", "late")
    )
    assert delivery["period_from"] == "2025-04-01"
    ends = [row[cell] for row in borough.rows(delivery) if row[cell]]
    days = sorted("-".join(reversed(end.split("/"))) for end in ends)
    assert "2025-04-01" <= days[0] < "2025-07-01"
