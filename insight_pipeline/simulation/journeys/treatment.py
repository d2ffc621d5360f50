"""Substance-misuse treatment, re-let from one provider to another midway.

Belongs here: the true journeys under both providers and what was lost between them.
Does not belong here: the two providers' files.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.journeys.events import (
    ages_at_middle,
    arrivals,
    closing,
    cut_at_last_day,
    stop_before_next,
)
from insight_pipeline.simulation.population import Population, pickup_effect
from insight_pipeline.simulation.rates import RATES, TREATMENT
from insight_pipeline.simulation.window import NEVER, Floats, Ints, Mask, dates, day_number, days

OLD, NEW = "newleaf", "recoverwell"
RELET = date(2025, 10, 1)
COMPLETED, DROPPED_OUT, TRANSFERRED = "completed", "dropped_out", "transferred"
SUBSTANCES = {"Alcohol": 45, "Opiate": 30, "Cannabis": 12, "Crack cocaine": 8, "Other": 5}
SOURCES = {"Self": 5, "GP": 3, "Criminal justice": 2, "Hospital": 1}
FROM_HOUSING, FROM_OLD = "Housing", "Previous provider"
LENGTH_SPREAD = 0.55
BACK_AFTER_DAYS = (10, 150)


def under_contract(day: str) -> pl.Expr:
    """Who holds the treatment contract on the date in a column."""
    return pl.when(pl.col(day) < RELET).then(pl.lit(OLD)).otherwise(pl.lit(NEW))


def treatment_journeys(
    rng: np.random.Generator,
    population: Population,
    duties: pl.DataFrame,
    is_planted: bool = True,
) -> pl.DataFrame:
    """person, provider, substance, source, referred, started, ended, reason; not yet started or
    still open is null. is_planted: some are lost when the service changes hands."""
    housed = _from_housing(rng, population, duties)
    other = _by_other_routes(rng, population)
    person, referred, started = (np.concatenate([a, b]) for a, b in zip(housed, other, strict=True))
    source = pl.concat(
        [
            pl.repeat(FROM_HOUSING, housed[0].size, dtype=pl.String, eager=True),
            one_of(rng, SOURCES, other[0].size),
        ]
    )
    return _course(rng, population, person, referred, started, source, is_planted)


def back_in_treatment(
    rng: np.random.Generator,
    population: Population,
    treatment: pl.DataFrame,
    is_planted: bool = True,
) -> pl.DataFrame:
    """Journeys of some people within half a year of completing their last one, in the same
    columns: with whichever provider holds the contract by then."""
    first_day = pl.coalesce("started", "referred")
    in_order = treatment.sort(first_day, "person", maintain_order=True)
    last = in_order.unique("person", keep="last", maintain_order=True)
    done = last.filter(pl.col("reason") == COMPLETED).sort("person")
    back = chance(rng, RATES.treatment.back_in_half_a_year, done.height)
    person, ended = done["person"].to_numpy()[back], days(done["ended"])[back]
    referred = ended + between(rng, *BACK_AFTER_DAYS, person.size)
    started = referred + between(rng, 3, 25, person.size)
    here = population.present(person, started)
    source = one_of(rng, SOURCES, int(here.sum()))
    first_days = person[here], referred[here], started[here]
    return _course(rng, population, *first_days, source, is_planted)


def _course(
    rng: np.random.Generator,
    population: Population,
    person: Ints,
    referred: Ints,
    started: Ints,
    source: pl.Series,
    is_planted: bool = True,
) -> pl.DataFrame:
    """Journeys from their first days on."""
    journeys = _run(rng, population, person, referred, started).with_columns(
        source=source, substance=one_of(rng, SUBSTANCES, person.size)
    )
    known = pl.col("referred").le(population.window.end)
    handed_over = _handed_over(rng, journeys, population, is_planted)
    return _dated(handed_over.filter(known), population)


def _from_housing(
    rng: np.random.Generator, population: Population, duties: pl.DataFrame
) -> tuple[Ints, Ints, Ints]:
    """Referrals from homelessness duties that are picked up, in time or late."""
    told = duties.filter(pl.col("referred_on").is_not_null())
    person, day = told["person"].to_numpy(), days(told["referred_on"])
    in_time = _by_provider(day, "picked_up_21d") + pickup_effect(population, person, day)
    quick = chance(rng, in_time, person.size)
    late = ~quick & chance(rng, RATES.treatment.picked_up_late, person.size)
    lag = np.where(quick, between(rng, 0, 21, person.size), between(rng, 22, 80, person.size))
    kept = (quick | late) & population.present(person, day + lag)
    return person[kept], day[kept], (day + lag)[kept]


def _by_other_routes(rng: np.random.Generator, population: Population) -> tuple[Ints, Ints, Ints]:
    age = ages_at_middle(population)
    weights = np.where((age >= 18) & (age < 75), 1.0, 0.0) * population.need()
    person, day = arrivals(rng, population, weights, RATES.treatment.other_journeys)
    start = day + between(rng, 3, 28, person.size)
    starts = chance(rng, RATES.treatment.started, person.size) & population.present(person, start)
    return person, day, np.where(starts, start, NEVER)


def _by_provider(day: Ints, figure: str) -> Floats:
    """A known figure of whichever provider holds the contract on a day."""
    old, new = (float(getattr(TREATMENT[provider], figure)) for provider in (OLD, NEW))
    figures: Floats = np.where(day < day_number(RELET), old, new)
    return figures


def _run(
    rng: np.random.Generator, population: Population, person: Ints, referred: Ints, started: Ints
) -> pl.DataFrame:
    """How long each journey lasts and how it ends, by the provider that holds the contract then."""
    length = RATES.treatment.median_days * np.exp(rng.normal(0, LENGTH_SPREAD, person.size))
    begun = started < NEVER
    anchor = np.where(begun, started, referred)
    natural = np.where(begun, started + length.astype(np.int64) + 14, referred + 30)
    ended = stop_before_next(person, anchor, natural, population.window)
    ended = np.maximum(cut_at_last_day(ended, population, person), anchor)
    draw = rng.random(person.size)
    completes = draw < _by_provider(ended, "completed")
    drops = draw < _by_provider(ended, "completed") + _by_provider(ended, "dropped_out")
    reason = np.select([~begun | (ended < natural), completes, drops], [1, 0, 1], 2)
    return pl.DataFrame(
        {
            "person": person,
            "referred": referred,
            "started": started,
            "ended": ended,
            "reason": pl.Series([COMPLETED, DROPPED_OUT, TRANSFERRED]).gather(reason),
        }
    )


def _handed_over(
    rng: np.random.Generator, journeys: pl.DataFrame, population: Population, is_planted: bool
) -> pl.DataFrame:
    """Split what is open on the last day of the old contract; where it is planted some never reach
    the new provider."""
    relet = day_number(RELET)
    first_day = pl.when(pl.col("started") < NEVER).then("started").otherwise("referred")
    old = journeys.filter(first_day < relet).with_columns(provider=pl.lit(OLD))
    new = journeys.filter(first_day >= relet).with_columns(provider=pl.lit(NEW))
    open_then = pl.col("ended") >= relet
    crossing = old.filter(open_then)
    lost = chance(rng, RATES.treatment.lost_in_transition, crossing.height)
    kept: Mask = ~lost | (not is_planted)
    restart = relet + between(rng, 0, 9, crossing.height)
    carried = crossing.with_columns(
        provider=pl.lit(NEW),
        source=pl.lit(FROM_OLD),
        referred=pl.lit(relet, dtype=pl.Int64),
        started=pl.Series(restart),
        ended=pl.max_horizontal("ended", pl.Series(restart)),
    ).filter(pl.Series(kept) & (crossing["started"] < NEVER))
    here = population.present(carried["person"].to_numpy(), carried["started"].to_numpy())
    closed = old.with_columns(
        ended=pl.when(open_then).then(relet - 1).otherwise("ended"),
        reason=pl.when(open_then).then(pl.lit(TRANSFERRED)).otherwise("reason"),
    )
    return pl.concat([closed, carried.filter(pl.Series(here)), new])


def _dated(journeys: pl.DataFrame, population: Population) -> pl.DataFrame:
    window = population.window
    started = closing(journeys["started"].to_numpy(), window)
    ended = closing(journeys["ended"].to_numpy(), window)
    return journeys.with_columns(
        referred=dates(journeys["referred"].to_numpy()),
        started=dates(started),
        ended=dates(ended),
        reason=pl.when(pl.Series(ended < NEVER)).then("reason"),
    ).sort("referred", "person", "provider")
