"""Home care by agency: who delivers which package, and whose clients come to hospital soon after.

Belongs here: packages that begin without a request, the agency of every package, and emergencies
after its start. Does not belong here: other care (care.py), or other stays (hospital.py).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import stream
from insight_pipeline.simulation.home_care_rates import AGENCIES, HOME_CARE_RATES
from insight_pipeline.simulation.hospital_rates import HOSPITAL, by_age
from insight_pipeline.simulation.journeys.after_hospital import HOME_CARE
from insight_pipeline.simulation.journeys.care import ENDED, care_events, known_care
from insight_pipeline.simulation.journeys.events import ages_at_middle, arrivals
from insight_pipeline.simulation.journeys.hospital import HOME
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.situations import situation
from insight_pipeline.simulation.window import Floats, Ints, dates, day_number, days

UNIT = "unit"
FAILING = "failing_home_care_agency"
SOON_DAYS = 90
_MOST_LIKELY = 0.9
_SAME_DAY = 0.15
_PACKAGES = 12


def further_home_care(seed: int, population: Population, care: pl.DataFrame) -> pl.DataFrame:
    """Care events as in care.py: home care that begins while the person has no other service."""
    rng = stream(seed, "further home care")
    yearly = by_age(HOME_CARE_RATES.further, ages_at_middle(population)) * population.need()
    rate = float(yearly.sum()) / population.size * 1000
    person, start = arrivals(rng, population, yearly, rate)
    adult = population.age(person, start) >= 18
    person, start = person[adult], start[adult]
    length = 14 + (rng.exponential(1.0, person.size) * HOME_CARE_RATES.further_days)
    end = start + length.astype(np.int64)
    kind, ended = (
        pl.repeat(word, person.size, dtype=pl.String, eager=True) for word in (HOME_CARE, ENDED)
    )
    packages = known_care(
        care_events("Service", person, start, end, ended, service=kind), population
    )
    return _apart(packages, care.filter(pl.col("event") == "Service"))


def _apart(packages: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    """Packages that share no day with a service, nor with an earlier package of the person."""
    ordered = packages.sort("person", "start", "end", nulls_last=True, maintain_order=True)
    last = pl.col("end").fill_null(pl.date(9999, 12, 31))
    before = last.shift(1).cum_max().over("person")
    alone = ordered.filter(before.is_null() | (pl.col("start") > before)).with_row_index("row")
    both = alone.join(
        services.select("person", held="start", left="end"), on="person", maintain_order="left"
    )
    meets = both.filter(
        (pl.col("held") <= last) & (pl.col("left").is_null() | (pl.col("left") >= pl.col("start")))
    )
    return alone.filter(~pl.col("row").is_in(meets["row"].unique().implode())).drop("row")


def with_agencies(seed: int, population: Population, care: pl.DataFrame) -> pl.DataFrame:
    """`care` with the agency of each home care package in column `unit`, null for all else.

    A person has one draw for life, so that most keep their agency, and no other event shifts it.
    """
    draw = stream(seed, "home care agencies").random(population.size)
    person, start = care["person"].to_numpy(), days(care["start"])
    decades = np.maximum(population.age(person, start) - 65, 0) / 10
    weights = np.stack([agency.size * agency.older**decades for agency in AGENCIES])
    ceiling = np.cumsum(weights, axis=0)
    drawn = (draw[person] * ceiling[-1] >= ceiling).sum(axis=0)
    unit = pl.Series([agency.code for agency in AGENCIES]).gather(drawn)
    return care.with_columns(pl.when(pl.col("service") == HOME_CARE).then(unit).alias(UNIT))


def soon_in_hospital(
    seed: int, population: Population, care: pl.DataFrame, spells: pl.DataFrame, is_planted: bool
) -> pl.DataFrame:
    """Emergency spells, as in hospital.py, within 90 days of a start of home care.

    More of older people, and of agencies by their effects; of the failing one, where planted, many
    more. None shares a day with another spell of the person or lasts until death or moving away.
    """
    started = care.filter(pl.col(UNIT).is_not_null())
    person, start = started["person"].to_numpy(), days(started["start"])
    likely = by_age(HOME_CARE_RATES.admitted, population.age(person, start))
    likely = likely * _effects(seed, started, start, is_planted)
    comes, day, length = _draws(seed, population, started)
    admitted = start + 1 + (day * SOON_DAYS).astype(np.int64)
    mean = by_age(HOSPITAL.nights, population.age(person, admitted))
    stays_a_night = length >= _SAME_DAY
    longer = -np.log((1 - length) / (1 - _SAME_DAY), where=stays_a_night, out=np.zeros(length.size))
    nights = np.where(stays_a_night, 1 + (longer * mean).astype(np.int64), 0)
    discharged = admitted + nights
    last = np.minimum(population.death, population.moved_out)[person]
    fits = (comes < np.minimum(likely, _MOST_LIKELY)) & (discharged < last)
    fits &= discharged <= population.window.end
    stays = _spells(person[fits], admitted[fits], discharged[fits], nights[fits])
    return _among(stays, spells)


def _draws(seed: int, population: Population, started: pl.DataFrame) -> Floats:
    """Three draws a package, by its person and place among theirs: no other person's shift them."""
    drawn = stream(seed, "soon in hospital").random((3, _PACKAGES, population.size))
    place = started.select(pl.int_range(pl.len()).over("person", order_by="start"))
    mine: Floats = drawn[:, place.to_series().to_numpy() % _PACKAGES, started["person"].to_numpy()]
    return mine


def _effects(seed: int, started: pl.DataFrame, start: Ints, is_planted: bool) -> Floats:
    """What each package's agency multiplies the chance of an emergency by."""
    draw = stream(seed, "effects of home care agencies").normal(size=len(AGENCIES))
    effects = {
        agency.code: float(np.exp(HOME_CARE_RATES.spread * each))
        for agency, each in zip(AGENCIES, draw, strict=True)
    }
    usual: Floats = started[UNIT].replace_strict(effects, return_dtype=pl.Float64).to_numpy()
    planted = situation(FAILING)
    fails = (started[UNIT] == planted.unit_code).to_numpy() & (start >= day_number(planted.first))
    return np.where(fails & is_planted, usual * HOME_CARE_RATES.failing, usual)


def _spells(person: Ints, admitted: Ints, discharged: Ints, nights: Ints) -> pl.DataFrame:
    yes = np.ones(person.size, dtype=np.bool_)
    return pl.DataFrame(
        {
            "person": person,
            "admitted": dates(admitted),
            "ready": dates(discharged).set(pl.Series(nights == 0), None),
            "discharged": dates(discharged),
            "emergency": yes,
            "fall": ~yes,
            "died": ~yes,
            "goes_to": pl.repeat(HOME, person.size, dtype=pl.String, eager=True),
        }
    )


def _among(stays: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """Stays that share no day with one of `spells`, nor with an earlier one of themselves."""
    ordered = stays.sort("person", "admitted", "discharged")
    before = pl.col("discharged").shift(1).cum_max().over("person")
    alone = ordered.filter(before.is_null() | (pl.col("admitted") > before)).with_row_index("row")
    held = spells.select("person", came="admitted", left="discharged")
    both = alone.join(held, on="person", maintain_order="left")
    meets = both.filter(
        (pl.col("came") <= pl.col("discharged"))
        & (pl.col("left").is_null() | (pl.col("left") >= pl.col("admitted")))
    )
    return alone.filter(~pl.col("row").is_in(meets["row"].unique().implode())).drop("row")
