"""True events: known differences between providers and wards, and chains that hold together."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import polars as pl

from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.journeys.children import LEFT_CARE
from insight_pipeline.simulation.journeys.treatment import FROM_OLD, RELET
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import RATES, TREATMENT, WARDS
from insight_pipeline.simulation.true_indicators import true_indicators
from insight_pipeline.simulation.window import days, window_of

SEED = 21
TOLERANCE = 0.06


@cache
def _borough() -> tuple[Population, BoroughLife]:
    population = build_population(30_000, window_of(30), SEED)
    return population, live(population, SEED)


@cache
def _indicators() -> pl.DataFrame:
    return true_indicators(*_borough())


def _share(indicator: str, kind: str, group: str) -> float:
    rows = _indicators().filter(
        (pl.col("indicator_id") == indicator)
        & (pl.col("breakdown_type") == kind)
        & (pl.col("breakdown") == group)
    )
    return float(rows["numerator"].sum()) / float(rows["denominator"].sum())


def test_the_two_treatment_providers_pick_up_referrals_at_their_known_rates() -> None:
    need = np.array([ward.share * ward.need**2 for ward in WARDS])
    effect = float(np.average([ward.pickup for ward in WARDS], weights=need))
    for provider, outcome in TREATMENT.items():
        found = _share("homeless_to_treatment_21d", "provider", provider)
        assert abs(found - outcome.picked_up_21d - effect) < TOLERANCE


def test_wards_differ_by_their_known_amounts() -> None:
    shares = [_share("health_to_care_pickup_28d", "area", ward.code) for ward in WARDS]
    effects = [ward.pickup for ward in WARDS]
    assert np.corrcoef(shares, effects)[0, 1] > 0.7
    assert abs(np.mean(shares) - RATES.care.picked_up_28d) < TOLERANCE


def test_nobody_is_in_treatment_with_the_old_provider_once_the_contract_has_ended() -> None:
    treatment = _borough()[1].treatment
    old = treatment.filter(pl.col("provider") == "newleaf")
    assert old["ended"].null_count() == 0
    assert old["ended"].max() == date(2025, 9, 30)
    new = treatment.filter(pl.col("provider") == "recoverwell")
    assert new["started"].min() >= RELET  # type: ignore[operator]


def test_some_of_those_handed_over_never_arrive() -> None:
    treatment = _borough()[1].treatment
    open_then = treatment.filter(
        (pl.col("ended") == date(2025, 9, 30)) & (pl.col("reason") == "transferred")
        & pl.col("started").is_not_null()
    )  # fmt: skip
    arrived = treatment.filter(pl.col("source") == FROM_OLD)
    lost = 1 - arrived["person"].n_unique() / open_then["person"].n_unique()
    assert 0.05 < lost < 0.30
    assert set(arrived["person"]) <= set(open_then["person"])


def test_tenancies_of_one_person_never_overlap() -> None:
    held = _borough()[1].tenancies.sort("person", "start")
    following = held.with_columns(
        next_person=pl.col("person").shift(-1), next_start=pl.col("start").shift(-1)
    ).filter(pl.col("person") == pl.col("next_person"))
    assert following.height > 200
    assert (following["end"] < following["next_start"]).all()


def test_looked_after_episodes_follow_one_another_without_a_gap() -> None:
    episodes = _borough()[1].children.episodes.sort("person", "started")
    moved_on = episodes.with_columns(following=pl.col("started").shift(-1)).filter(
        pl.col("ended_for") == "X1"
    )
    assert moved_on.height > 50
    assert (moved_on["ended"] == moved_on["following"]).all()
    left = episodes.filter(pl.col("ended_for") == LEFT_CARE)
    assert left["person"].is_unique().all()


def test_every_event_starts_while_its_person_lives_in_the_borough() -> None:
    population, life = _borough()
    events = {
        "care": (life.care, "start"),
        "duties": (life.duties, "start"),
        "tenancies": (life.tenancies, "start"),
        "treatment": (life.treatment.drop_nulls("started"), "started"),
        "referrals": (life.health.referrals, "received"),
        "contacts": (life.health.contacts, "contact"),
        "members": (life.leisure.members, "joined"),
        "youth": (life.youth, "start"),
        "episodes": (life.children.episodes.filter("first"), "started"),
        "missing": (life.children.missing, "started"),
        "visits": (life.leisure.visits.with_columns(day=pl.col("visited_at").dt.date()), "day"),
    }
    for name, (frame, day) in events.items():
        person, when = frame["person"].to_numpy(), days(frame[day])
        assert population.present(person, when).all(), name


def test_nobody_visits_before_joining() -> None:
    life = _borough()[1].leisure
    joined = life.visits.join(life.members, on="person", how="left")
    assert joined["joined"].null_count() == 0
    assert (joined["visited_at"].dt.date() >= joined["joined"]).all()


def test_denominators_are_large_enough_to_publish_at_the_default_size() -> None:
    totals = _indicators().filter(pl.col("breakdown_type") == "total")
    scale = 20_000 / 30_000
    for row in totals.iter_rows(named=True):
        assert row["denominator"] * scale > 55, row
