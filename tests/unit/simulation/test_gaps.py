"""What is planted: a ward nobody reaches, one that is left, and assessments made twice."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from insight_pipeline.simulation.cohorts import people_of
from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.journeys.gaps import (
    AGAIN_AFTER_DAYS,
    ASSESSED_TWICE,
    NEVER_REACHED,
    THERAPY,
    TWICE,
    WITHDRAWN,
)
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.situations import situation
from insight_pipeline.simulation.true_needs import (
    REPEATED_WITHIN,
    assessments,
    needs_seen,
    true_duplicates,
    true_needs,
)
from insight_pipeline.simulation.window import days, window_of

SEED = 7


@cache
def _population() -> Population:
    return build_population(12_000, window_of(30), SEED)


@cache
def _life(*, is_planted: bool) -> BoroughLife:
    return live(_population(), SEED, is_planted)


def _met(need: str, ward: str, *, is_planted: bool, before: bool = False) -> float:
    """Share met in a ward from the situation's first day on, or before it."""
    first = situation(WITHDRAWN).first
    needs = true_needs(_population(), _life(is_planted=is_planted)).filter(
        need_code=need, area_code=ward
    )
    then = pl.col("seen_date") < first if before else pl.col("seen_date") >= first
    met = needs.filter(then)["met_date"].is_not_null().mean()
    assert isinstance(met, float)
    return met


def test_exercise_is_withdrawn_from_one_ward_on_a_day_and_from_no_other() -> None:
    ward = situation(WITHDRAWN).area_code
    ordinary = _met("exercise", ward, is_planted=False)
    assert _met("exercise", ward, is_planted=True) < ordinary / 2
    assert _met("exercise", ward, is_planted=True, before=True) > 0.5
    for other in (each.code for each in WARDS if each.code != ward):
        planted, control = (_met("exercise", other, is_planted=p) for p in (True, False))
        assert abs(planted - control) < 0.1


def test_treatment_reaches_hardly_any_homeless_person_of_one_ward() -> None:
    ward = situation(NEVER_REACHED).area_code
    need = "drug_alcohol_treatment"
    assert _met(need, ward, is_planted=True) < 0.15 < _met(need, ward, is_planted=False)


def test_some_assessments_for_care_are_followed_by_health_within_a_fortnight() -> None:
    life, first = _life(is_planted=True), situation(TWICE).first
    assert _life(is_planted=False).health.referrals.filter(pl.col("team") == THERAPY).is_empty()
    therapy = life.health.referrals.filter(pl.col("team") == THERAPY)
    assert (therapy["received"] >= first).all()
    assessed = life.care.filter(pl.col("event") == "Assessment", pl.col("start") >= first)
    assert abs(therapy.height / assessed.height - ASSESSED_TWICE) < 0.03
    lag = _lags(life)
    assert lag.is_between(*AGAIN_AFTER_DAYS).sum() > 0.9 * lag.len()


def _lags(life: BoroughLife) -> pl.Series:
    twice = assessments(life).drop_nulls("first").filter(provider_id="wellpath")
    return (twice["day"] - twice["first"]).dt.total_days()


def test_other_referrals_contacts_and_members_are_those_of_the_control_borough() -> None:
    planted, control = _life(is_planted=True), _life(is_planted=False)
    assert planted.health.contacts.equals(control.health.contacts)
    first = control.health.referrals
    assert planted.health.referrals.head(first.height).equals(first)
    assert planted.leisure.members.equals(control.leisure.members)


def test_needs_and_repeats_agree_with_a_plain_loop() -> None:
    life, people = _life(is_planted=True), people_of(_population())
    seen = needs_seen(life, people).filter(need="exercise")
    referred: dict[int, list[int]] = {}
    rows = life.health.referrals.filter(pl.col("onward") == "leisure")
    for person, day in zip(rows["person"], days(rows["onward_on"]), strict=True):
        referred.setdefault(person, []).append(int(day))
    expected = set()
    for person, found in referred.items():
        ordered = sorted(set(found))
        gaps = np.diff(ordered, prepend=-1_000_000)
        expected |= {(person, d) for d, gap in zip(ordered, gaps, strict=True) if gap > 42}
    assert {*zip(seen["person"], days(seen["day"]).tolist(), strict=True)} == expected


def test_nobody_who_opted_out_is_in_the_truth_and_none_repeats_after_the_window() -> None:
    life, population = _life(is_planted=True), _population()
    out = {f"P{n:07d}" for n in np.flatnonzero(population.opted_out_at_end())}
    twice = true_duplicates(population, life)
    assert out.isdisjoint(twice["person"]) and out.isdisjoint(
        true_needs(population, life)["person"]
    )
    lag = (twice["assessed_date"] - twice["earlier_date"]).dt.total_days()
    assert lag.is_between(0, REPEATED_WITHIN).all()
