"""True events: known differences between providers and wards, and chains that hold together."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import polars as pl

from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.journeys.children import LEFT_CARE
from insight_pipeline.simulation.journeys.gaps import NEVER_REACHED
from insight_pipeline.simulation.journeys.homelessness import SECURED, SECURED_SHORT
from insight_pipeline.simulation.journeys.treatment import FROM_OLD, RELET
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import RATES, TREATMENT, WARDS
from insight_pipeline.simulation.situations import situation
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
    # One ward is planted to be reached by neither.
    unreached = situation(NEVER_REACHED).area_code
    need = np.array([ward.share * ward.need**2 for ward in WARDS])
    reached = np.array([ward.code != unreached for ward in WARDS])
    pickup = np.array([ward.pickup for ward in WARDS])
    for provider, outcome in TREATMENT.items():
        found = _share("homeless_to_treatment_21d", "provider", provider)
        expected = np.average((outcome.picked_up_21d + pickup) * reached, weights=need)
        assert abs(found - float(expected)) < TOLERANCE


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
        "spells": (life.spells, "admitted"),
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


def test_some_people_come_back_to_treatment_soon_after_completing_it() -> None:
    treatment = _borough()[1].treatment
    done = treatment.filter(pl.col("reason") == "completed").select("person", done="ended")
    both = done.join(treatment.drop_nulls("started"), on="person")
    lag = (pl.col("started") - pl.col("done")).dt.total_days()
    soon = both.filter(lag.is_between(1, 182))
    assert 0.08 < soon.select("person", "done").unique().height / done.height < 0.22
    assert soon.filter(pl.col("provider") == "recoverwell").height > 20
    across = soon.filter((pl.col("done") < RELET) & (pl.col("started") >= RELET))
    assert across.height > 5


def test_treatments_of_one_person_never_overlap_unless_handed_over() -> None:
    begun = _borough()[1].treatment.drop_nulls("started").sort("person", "started")
    same = pl.col("person") == pl.col("person").shift(-1)
    anew = (pl.col("source") != FROM_OLD) & (pl.col("source").shift(-1) != FROM_OLD)
    pairs = begun.with_columns(following=pl.col("started").shift(-1)).filter(same & anew)
    assert pairs.height > 100
    assert (pairs["ended"] < pairs["following"]).all()


def test_one_secured_ending_in_eight_is_followed_by_another_duty_within_a_year() -> None:
    duties = _borough()[1].duties
    secured = duties.filter(pl.col("outcome").is_in([SECURED, SECURED_SHORT]))
    both = secured.select("person", day="end").join(duties.select("person", "start"), on="person")
    lag = (pl.col("start") - pl.col("day")).dt.total_days()
    again = both.filter(lag.is_between(1, 365)).select("person", "day").unique().height
    assert 0.08 < again / secured.height < 0.20


def test_short_lets_are_not_those_of_the_housing_company() -> None:
    life = _borough()[1]
    short = life.duties.filter(pl.col("outcome") == SECURED_SHORT)
    assert short.height > 100
    assert set(short["person"]).isdisjoint(life.tenancies["person"])


def test_denominators_are_large_enough_to_publish_at_the_default_size() -> None:
    totals = _indicators().filter(pl.col("breakdown_type") == "total")
    scale = 20_000 / 30_000
    for row in totals.iter_rows(named=True):
        assert row["denominator"] * scale > 55, row
