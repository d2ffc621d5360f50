"""The experience survey of a simulated borough: who is asked, who answers, what all would say."""

from __future__ import annotations

import polars as pl
import pytest

from insight_pipeline.simulation.journeys.borough_life import BoroughLife, live
from insight_pipeline.simulation.journeys.served import served
from insight_pipeline.simulation.journeys.voice import ANSWERED, QUESTIONS
from insight_pipeline.simulation.people import build_population
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.voice_rates import ASKED
from insight_pipeline.simulation.window import days, window_of
from tests.unit.simulation.drops_read import Borough

GOOD = pl.col("overall") >= 4
TOLD = ("Overall Experience", "Treated With Dignity", "Services Worked Together", "It Helped")


@pytest.fixture(scope="module")
def population() -> Population:
    return build_population(4_000, window_of(18), 7)


@pytest.fixture(scope="module")
def life(population: Population) -> BoroughLife:
    return live(population, 7)


@pytest.fixture(scope="module")
def voice(population: Population, life: BoroughLife) -> pl.DataFrame:
    """Everybody asked, with age and sex on the day."""
    person = life.voice["person"].to_numpy()
    age = population.age(person, days(life.voice["invited"]))
    return life.voice.with_columns(age=pl.Series(age), female=pl.Series(population.female[person]))


def test_everybody_asked_is_sixteen_and_was_served_by_that_provider_of_late(
    voice: pl.DataFrame, life: BoroughLife
) -> None:
    assert voice["age"].min() >= 16  # type: ignore[operator]
    begun = pl.col("start") <= pl.col("invited")
    since = pl.col("invited") - pl.duration(days=ASKED.served_within_days + ASKED.frame_day)
    of_late = begun & (pl.col("end").is_null() | (pl.col("end") >= since))
    met = voice.with_row_index("asked").join(
        served(life), on=["service", "provider", "person"], how="inner"
    )
    assert set(met.filter(of_late)["asked"]) == set(range(voice.height))


def test_nobody_is_asked_twice_about_a_service_in_a_quarter(voice: pl.DataFrame) -> None:
    quarter = pl.col("invited").dt.truncate("1q").alias("quarter")
    assert not voice.select("person", "service", quarter).is_duplicated().any()


def test_a_service_is_sampled_up_to_a_fixed_number(voice: pl.DataFrame) -> None:
    sizes = voice.group_by("service", pl.col("invited").dt.truncate("1q")).len()["len"]
    assert sizes.max() <= ASKED.most  # type: ignore[operator]
    assert voice["service"].n_unique() >= 8


def test_an_answer_comes_after_its_invitation_and_within_its_quarter(voice: pl.DataFrame) -> None:
    answers = voice.filter(pl.col("response") == ANSWERED)
    assert answers["answered"].null_count() == 0
    assert (answers["answered"] > answers["invited"]).all()
    quarter = pl.col("invited", "answered").dt.truncate("1q")
    same = answers.select(quarter)
    assert (same["invited"] == same["answered"]).all()
    silent = voice.filter(pl.col("response") != ANSWERED)
    assert silent.height == silent["answered"].null_count() > 0


def test_those_who_answer_are_older_and_happier_than_those_who_were_asked(
    voice: pl.DataFrame,
) -> None:
    came = pl.col("response") == ANSWERED
    found = voice.select(
        age=pl.col("age").filter(came).mean() - pl.col("age").mean(),
        good=GOOD.filter(came).mean() - GOOD.mean(),
        women=pl.col("female").filter(came).mean() - pl.col("female").mean(),
    ).row(0, named=True)
    assert found["age"] > 3
    assert found["good"] > 0.03
    assert found["women"] > 0.01


def test_people_find_the_second_provider_of_treatment_better(voice: pl.DataFrame) -> None:
    shares = dict(
        voice.filter(pl.col("service") == "substance_misuse")
        .group_by("provider")
        .agg(GOOD.mean())
        .rows()
    )
    assert shares["recoverwell"] - shares["newleaf"] > 0.08


def test_the_file_tells_only_answers_that_were_given_and_no_text(borough: Borough) -> None:
    rows = borough.standing("voices", "experience_survey", ("Invitation Ref",))
    assert len(rows) > 1000
    told = [row for row in rows if any(row[name] for name in TOLD)]
    assert told
    assert {row["Response"].strip().lower() for row in told} == {"answered"}
    assert len(QUESTIONS) == len(TOLD)
    words = {row[name] for row in rows for name in row if name.startswith("Theme")}
    assert len({word.strip().lower() for word in words if word}) == 9
    assert not [name for name in rows[0] if "comment" in name.lower()]
