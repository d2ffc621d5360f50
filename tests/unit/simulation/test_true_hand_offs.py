"""True hand-offs: each state from events made for it, and the borough as it is simulated."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from insight_pipeline.simulation.cohorts import people_of
from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.true_hand_offs import (
    LONGEST_CLOCK,
    Way,
    _followed,
    _state,
    hand_off_indicators,
    true_hand_offs,
)
from insight_pipeline.simulation.window import window_of
from insight_pipeline.warehouse.pathways import PATHWAYS_FILE, load_pathways
from tests.conftest import ROOT

START, LAST = date(2025, 3, 1), date(2025, 6, 30)


@pytest.fixture(scope="module")
def population() -> Population:
    return build_population(600, window_of(30), 3)


@pytest.fixture(scope="module")
def life(population: Population) -> BoroughLife:
    return live(population, 3)


def state(
    arrived: int | None,
    death: int | None = None,
    closed: int | None = None,
    reason: str = "Declined",
    last: date = LAST,
    receiver: str | None = "gym",
) -> str:
    """What became of one hand-off with a clock of 10 days; events so many days after its start."""
    day = {n: START + timedelta(days=n) for n in range(-20, 40)}
    told = pl.DataFrame(
        {"person": [1], "day": [START], "from_provider_id": ["clinic"],
         "closed": [None if closed is None else day[closed]], "reason": [reason]},
        schema_overrides={"closed": pl.Date},
    )  # fmt: skip
    came = [] if arrived is None else [day[arrived]]
    arrivals = pl.DataFrame(
        {"person": [1] * len(came), "first": came, "until": came, "by": ["gym"] * len(came)},
        schema={"person": pl.Int64, "first": pl.Date, "until": pl.Date, "by": pl.String},
    )
    found = _followed(Way("way", told, arrivals, 10, pl.lit(receiver, pl.String)), last)
    dead = None if death is None else day[death]
    marked = found.with_columns(death=pl.lit(dead, pl.Date)).select(_state(last))
    return str(marked.item())


def test_the_last_day_of_the_clock_is_in_time_and_the_day_before_its_start_is_not() -> None:
    assert [state(n) for n in (0, 10, 11, -1, None)] == ["picked_up"] * 2 + ["missed"] * 3


def test_who_died_declined_or_moved_within_the_clock_was_not_missed() -> None:
    assert (state(None, death=10), state(None, death=11), state(5, death=6)) == (
        "died",
        "missed",
        "picked_up",
    )
    assert (state(None, closed=10), state(None, closed=11)) == ("declined", "missed")
    assert state(None, closed=0, reason="Moved away") == "moved_away"
    assert state(None, closed=3, reason="Treatment completed") == "missed"


def test_a_clock_that_runs_and_a_receiver_that_is_none_are_not_missed() -> None:
    assert state(None, last=START + timedelta(days=9)) == "within_clock"
    assert state(None, last=START + timedelta(days=10)) == "missed"
    assert state(None, receiver=None) == "not_reporting"


def test_truth_and_contract_know_the_same_pathways_and_clocks(
    population: Population, life: BoroughLife
) -> None:
    true = true_hand_offs(population, life)
    days = (pl.col("due_date") - pl.col("started_date")).dt.total_days()
    clocks = dict(true.select("pathway_code", days.alias("days")).unique().rows())
    pathways = load_pathways(ROOT / "data_contracts" / PATHWAYS_FILE).pathways
    assert clocks == {each.pathway_code: each.clock_days for each in pathways}
    assert max(clocks.values()) == LONGEST_CLOCK
    assert true.unique(["person", "pathway_code", "started_date"]).height == true.height


def test_indicators_add_up_over_pathways_and_the_days_count_only_pick_ups(
    population: Population, life: BoroughLife
) -> None:
    people = people_of(population)
    missed, days = hand_off_indicators(life, people, population.window)
    for rows in (missed, days):
        sums = dict(rows.group_by("breakdown_type").agg(pl.col("denominator").sum()).rows())
        assert sums["total"] == sums["pathway"] == sums["provider_pair"] == sums["area"] > 0
    total = {rows["indicator_id"][0]: rows.filter(pl.col("breakdown_type") == "total")
             .select(pl.col("numerator", "denominator").sum()).row(0)
             for rows in (missed, days)}  # fmt: skip
    numerator, denominator = total["handoff_missed"]
    assert total["handoff_median_days"] == (denominator - numerator,) * 2
