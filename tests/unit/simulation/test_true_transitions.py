"""Who was in treatment when it changed hands, counted again with plain loops."""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl
import pytest

from insight_pipeline.simulation.cohorts import people_of
from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.true_transitions import (
    indicator_of_transitions,
    true_transitions,
)
from insight_pipeline.simulation.window import window_of

LAST, FIRST, DUE = date(2025, 9, 30), date(2025, 10, 1), date(2025, 10, 29)
Lives = dict[bool, BoroughLife]


@pytest.fixture(scope="module")
def population() -> Population:
    return build_population(2_500, window_of(30), 11)


@pytest.fixture(scope="module")
def lives(population: Population) -> Lives:
    return {planted: live(population, 11, planted) for planted in (True, False)}


def _number(person: str) -> int:
    return int(person[1:])


def test_everybody_open_at_the_old_provider_on_its_last_day_is_there_once(
    population: Population, lives: Lives
) -> None:
    open_then, seen = set(), set()
    for row in lives[True].treatment.drop_nulls("started").iter_rows(named=True):
        ended = row["ended"] or date.max
        if row["provider"] == "newleaf" and row["started"] <= LAST <= ended:
            open_then.add(row["person"])
        if row["provider"] == "recoverwell" and row["started"] <= DUE and ended >= FIRST:
            seen.add(row["person"])
    found = true_transitions(population, lives[True])
    people = [_number(person) for person in found["person"]]
    assert sorted(people) == sorted(open_then)
    states = dict(zip(people, found["state"], strict=True))
    assert {who for who in people if states[who] == "carried_over"} == open_then & seen
    assert set(found["service_code"]) == {"substance_misuse"}
    assert set(found["changed_date"]) == {FIRST}


def test_some_are_lost_where_it_is_planted_and_nobody_in_a_control_borough(
    population: Population, lives: Lives
) -> None:
    planted = Counter(true_transitions(population, lives[True])["state"])
    control = Counter(true_transitions(population, lives[False])["state"])
    assert planted["lost"] >= 2
    assert planted["carried_over"] > 2 * planted["lost"]
    assert control["lost"] == 0
    assert sum(control.values()) >= sum(planted.values()) > 20


def test_a_lost_person_is_alive_and_here_and_seen_nowhere_in_time(
    population: Population, lives: Lives
) -> None:
    found = true_transitions(population, lives[True]).filter(pl.col("state") == "lost")
    lost = {_number(person) for person in found["person"]}
    new = lives[True].treatment.filter(pl.col("provider") == "recoverwell").drop_nulls("started")
    assert not lost & set(new.filter(pl.col("started") <= DUE)["person"])
    due = (DUE - date(1970, 1, 1)).days
    for person in lost:
        assert population.death[person] > due
        assert population.moved_out[person] > due


def test_the_indicator_counts_those_lost_among_lost_and_carried_over(
    population: Population, lives: Lives
) -> None:
    counted = set(people_of(population)["person"])
    states = [
        state
        for person, state in true_transitions(population, lives[True])
        .select("person", "state")
        .iter_rows()
        if _number(person) in counted
    ]
    rows = indicator_of_transitions(population, lives[True])
    lost, whole = states.count("lost"), states.count("lost") + states.count("carried_over")
    for kind in ("total", "provider", "service"):
        (row,) = rows.filter(pl.col("breakdown_type") == kind).iter_rows(named=True)
        assert (row["numerator"], row["denominator"]) == (lost, whole)
        assert row["period_from"] == date(2025, 4, 1)
    for kind in ("area", "sex", "age_band"):
        of_kind = rows.filter(pl.col("breakdown_type") == kind)
        assert of_kind["denominator"].sum() == whole
        assert of_kind["numerator"].sum() == lost
