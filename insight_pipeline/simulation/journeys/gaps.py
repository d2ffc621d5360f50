"""Services that do not reach a ward, and assessments made twice, planted into a finished borough.

Belongs here: what is taken out of true journeys and what is added to them. Does not belong here:
where and from when (situations.py), or the journeys themselves. Everything is done afterwards, with
streams of its own, so that the rest of the borough stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, stream
from insight_pipeline.simulation.journeys.events import closing, cut_at_last_day, table
from insight_pipeline.simulation.journeys.health import TO_LEISURE, Health
from insight_pipeline.simulation.journeys.leisure import Leisure
from insight_pipeline.simulation.journeys.treatment import FROM_HOUSING
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import WARDS
from insight_pipeline.simulation.situations import Situation, situation
from insight_pipeline.simulation.window import NEVER, Ints, Mask, day_number, days

WITHDRAWN, NEVER_REACHED = "exercise_referral_withdrawn", "treatment_never_reaches"
TWICE = "care_assessed_twice"
TRAVELS_ELSEWHERE = 0.15  # of those referred to exercise where it was withdrawn
ASSESSED_TWICE = 0.20  # of assessments by adult social care
AGAIN_AFTER_DAYS = (1, 14)
OPEN_DAYS = (20, 70)
THERAPY = "Occupational therapy"


def without_exercise(
    leisure: Leisure, referrals: pl.DataFrame, population: Population, seed: int
) -> Leisure:
    """The same members; of those referred in the ward since the withdrawal, most never come again
    from the day of the referral on."""
    referred = referrals.filter(pl.col("onward") == TO_LEISURE)
    person, day = referred["person"].to_numpy(), days(referred["onward_on"])
    here = _since(situation(WITHDRAWN), population, person, day)
    stays = here & ~chance(stream(seed, "exercise elsewhere"), TRAVELS_ELSEWHERE, person.size)
    first = referred.filter(pl.Series(stays)).group_by("person").agg(gone=pl.col("onward_on").min())
    visits = leisure.visits.join(first, on="person", how="left", maintain_order="left")
    comes = pl.col("gone").is_null() | (pl.col("visited_at").dt.date() < pl.col("gone"))
    return replace(leisure, visits=visits.filter(comes).drop("gone"))


def without_treatment(treatment: pl.DataFrame, population: Population) -> pl.DataFrame:
    """The same journeys without those of people whom housing referred from the ward."""
    housed = treatment.filter(pl.col("source") == FROM_HOUSING)
    person, day = housed["person"].to_numpy(), days(housed["referred"])
    missed = housed["person"].filter(
        pl.Series(_since(situation(NEVER_REACHED), population, person, day))
    )
    return treatment.filter(~pl.col("person").is_in(missed.implode()))


def assessed_twice(health: Health, care: pl.DataFrame, population: Population, seed: int) -> Health:
    """The same referrals, and after them occupational therapy for people just assessed for care."""
    rng = stream(seed, "assessed twice")
    assessed = care.filter(
        pl.col("event") == "Assessment", pl.col("start") >= situation(TWICE).first
    )
    person, day = assessed["person"].to_numpy(), days(assessed["start"])
    again = chance(rng, ASSESSED_TWICE, person.size)
    received = day + between(rng, *AGAIN_AFTER_DAYS, person.size)
    closed = received + between(rng, *OPEN_DAYS, person.size)
    again &= population.present(person, received)
    more = _therapy(population, person[again], received[again], closed[again])
    return replace(health, referrals=pl.concat([health.referrals, more]))


def _therapy(population: Population, person: Ints, received: Ints, closed: Ints) -> pl.DataFrame:
    ended = closing(cut_at_last_day(closed, population, person), population.window)
    words = {"team": THERAPY, "source": "Carer", "onward": None, "reason": "Treatment completed"}
    text = {
        name: pl.repeat(word, person.size, dtype=pl.String, eager=True)
        for name, word in words.items()
    }
    return table(
        person=person,
        received_day=received,
        team=text["team"],
        source=text["source"],
        onward=text["onward"],
        onward_on_day=np.full(person.size, NEVER, dtype=np.int64),
        closed_day=ended,
        reason=text["reason"],
    )


def _since(planted: Situation, population: Population, person: Ints, day: Ints) -> Mask:
    """Who lives in the situation's ward on a day from its first on."""
    codes = np.array([ward.code for ward in WARDS])
    lives: Mask = codes[population.ward(person, day)] == planted.area_code
    return lives & (day >= day_number(planted.first))
