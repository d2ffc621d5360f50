"""True spells: they hold together, and come as often as in life; and what follows at home."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest

from insight_pipeline.simulation.hospital_rates import HOSPITAL, by_age
from insight_pipeline.simulation.journeys.after_hospital import FROM_HOSPITAL
from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.journeys.care import CARE_HOMES
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.window import days, window_of

SEED = 7


@cache
def _borough() -> tuple[Population, BoroughLife]:
    population = build_population(30_000, window_of(30), SEED)
    return population, live(population, SEED)


def _spells() -> pl.DataFrame:
    """Spells with the age at admission and the ward lived in."""
    population, life = _borough()
    person, day = life.spells["person"].to_numpy(), days(life.spells["admitted"])
    return life.spells.with_columns(
        age=pl.Series(population.age(person, day)), ward=pl.Series(population.ward(person, day))
    )


def _a_year(spells: pl.DataFrame) -> float:
    return spells.height / _borough()[0].window.years


def test_spells_of_one_person_never_overlap_nor_share_a_first_or_last_day() -> None:
    spells = _spells().sort("person", "admitted")
    following = spells.with_columns(
        next_person=pl.col("person").shift(-1),
        next_admitted=pl.col("admitted").shift(-1),
        next_discharged=pl.col("discharged").shift(-1),
    ).filter(pl.col("person") == pl.col("next_person"))
    assert following.height > 1_000
    assert (following["discharged"] <= following["next_admitted"]).all()
    assert (following["admitted"] < following["next_admitted"]).all()
    assert (following["discharged"] < following["next_discharged"]).fill_null(True).all()
    assert (following["discharged"] == following["next_admitted"]).any()


def test_a_spell_runs_from_admission_by_readiness_to_discharge() -> None:
    spells = _spells()
    assert (spells["admitted"] <= spells["discharged"]).fill_null(True).all()
    ready = spells.drop_nulls("ready")
    assert (ready["admitted"] < ready["ready"]).all()
    assert (ready["ready"] <= ready["discharged"]).fill_null(True).all()
    assert (ready["age"] >= 18).all()
    left = spells.filter(pl.col("discharged") > pl.col("admitted"), ~pl.col("died"))
    grown = left.filter(pl.col("age") >= 18)
    assert grown["ready"].null_count() / grown.height < 0.01  # those who moved away meanwhile


def test_whoever_dies_in_hospital_leaves_it_on_that_day_and_goes_nowhere() -> None:
    population, _ = _borough()
    spells = _spells()
    dead = spells.filter("died")
    assert dead.height > 200
    deaths = population.death[dead["person"].to_numpy()]
    assert (days(dead["discharged"]) == deaths).all()
    assert dead["goes_to"].null_count() == dead.height
    alive = spells.filter(pl.col("discharged").is_not_null() & ~pl.col("died"))
    assert alive["goes_to"].null_count() == 0
    assert (days(alive["discharged"]) < population.death[alive["person"].to_numpy()]).all()


def test_emergencies_falls_and_readmissions_come_at_realistic_rates() -> None:
    population, _ = _borough()
    spells = _spells().with_row_index("row")
    emergencies = spells.filter("emergency")
    assert 105 < _a_year(emergencies) / population.size * 1000 < 135
    older = spells.filter(pl.col("age") >= 65)
    falls = older.filter("fall")
    middle = (population.window.start + population.window.end) // 2
    residents = int((population.age(np.arange(population.size), middle) >= 65).sum())
    assert 1_500 < _a_year(falls) / residents * 100_000 < 2_700
    assert falls["emergency"].all()
    left = spells.filter(pl.col("discharged").is_not_null() & ~pl.col("died"))
    both = left.join(emergencies.select("person", then="admitted", other="row"), on="person")
    lag = (pl.col("then") - pl.col("discharged")).dt.total_days()
    back = both.filter((pl.col("other") != pl.col("row")) & lag.is_between(0, 29))
    assert 0.12 < back["row"].n_unique() / left.height < 0.16


def test_most_leave_when_they_are_ready_and_wards_that_pick_people_up_have_fewer_delays() -> None:
    ready = _spells().drop_nulls(["ready", "discharged"]).filter(pl.col("age") >= 65, "emergency")
    waits = (pl.col("discharged") - pl.col("ready")).dt.total_days()
    delayed = ready.with_columns(delayed=waits > 0)
    assert 0.12 < delayed["delayed"].sum() / delayed.height < 0.28
    by_ward = delayed.group_by("ward").agg(pl.col("delayed").mean()).sort("ward")
    effects = [ward.pickup for ward in WARDS]
    assert np.corrcoef(by_ward["delayed"], effects)[0, 1] < -0.5


def test_reablement_begins_soon_after_an_older_person_leaves_hospital() -> None:
    population, life = _borough()
    asked = life.care.filter(pl.col("route") == FROM_HOSPITAL)
    assert asked.height > 300
    person = asked["person"].to_numpy()
    assert (population.age(person, days(asked["start"])) >= 64.9).all()
    spells = life.spells.select("person", "admitted", "discharged")
    during = asked.join(spells, on="person").filter(
        pl.col("start").is_between("admitted", "discharged")
    )
    assert during.select("person", "start").unique().height == asked.height
    helped = life.care.filter(pl.col("service") == "Short Term Support").select("person", "start")
    both = helped.join(spells, on="person")
    lag = (pl.col("start") - pl.col("discharged")).dt.total_days()
    assert both.filter(lag.is_between(0, 3)).height > 300


def test_people_under_65_move_into_care_homes_too() -> None:
    population, life = _borough()
    homes = life.care.filter(pl.col("service").is_in(CARE_HOMES))
    age = population.age(homes["person"].to_numpy(), days(homes["start"]))
    assert 40 < (age < 65).sum() < 0.5 * age.size
    assert age.min() >= 18


@pytest.mark.parametrize(
    ("age", "figure"), [(-1.0, 0.1), (0.0, 0.1), (64.9, 0.1), (65.0, 0.2), (90.0, 0.3)]
)
def test_a_table_by_age_gives_the_figure_from_each_age_on(age: float, figure: float) -> None:
    assert by_age(((0, 0.1), (65, 0.2), (75, 0.3)), np.array([age])) == [figure]


def test_tables_by_age_begin_at_birth_and_go_up() -> None:
    tables = [value for value in vars(HOSPITAL).values() if isinstance(value, tuple)]
    assert len(tables) >= 6
    for table in tables:
        ages = [first for first, _ in table]
        assert ages[0] == 0 and ages == sorted(set(ages))
