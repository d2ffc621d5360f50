"""Adult social care: requests, assessments, services and reviews.

Belongs here: the true course from a request on. Does not belong here: how it is reported, what
begins with a discharge from hospital (after_hospital.py), or care homes of under-65s.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.journeys.events import (
    ages_at_middle,
    arrivals,
    closing,
    cut_at_last_day,
    table,
)
from insight_pipeline.simulation.journeys.health import TO_CARE
from insight_pipeline.simulation.journeys.slower_pick_up import further_days
from insight_pipeline.simulation.population import Population, pickup_effect
from insight_pipeline.simulation.rates import RATES
from insight_pipeline.simulation.window import NEVER, Ints, Mask, days

ROUTES = {"Self referral": 4, "Family": 4, "GP": 3}
FROM_HEALTH = "Community health referral"
CARE_HOMES = ("Residential Care", "Nursing Care")
FIRST_SERVICE_65 = {"Residential Care": 14, "Nursing Care": 7, "Home Care": 50,
                    "Community Support": 14, "Short Term Support": 15}  # fmt: skip
OTHER_SERVICE = {"Home Care": 45, "Community Support": 35, "Short Term Support": 20}
MEAN_DAYS = {"Residential Care": 800, "Nursing Care": 600, "Home Care": 300,
             "Community Support": 260, "Short Term Support": 42}  # fmt: skip
REVIEW_AFTER = 180
STARTED, NO_ACTION, ENDED, TRANSFERRED = (
    "Service started",
    "No further action",
    "Ended",
    "Transferred",
)


def care_journeys(
    rng: np.random.Generator,
    population: Population,
    referrals: pl.DataFrame,
    slower: np.random.Generator | None = None,
) -> pl.DataFrame:
    """Events: person, event, start, end, route, service, outcome (of events that have ended).

    slower: chance of the planted situation in which referrals are picked up late; None without it.
    """
    person, start, route, longer = _requests(rng, population, referrals, slower)
    older = population.age(person, start) >= 65
    started = chance(
        rng, np.where(older, RATES.care.started_65, RATES.care.started_adult), person.size
    )
    start = start + longer
    decided = start + between(rng, 1, 14, person.size)
    assessed = started | chance(rng, 0.5, person.size)
    assess_start = decided + between(rng, 0, 8, person.size)
    assess_end = assess_start + between(rng, 2, 20, person.size)
    outcome = pl.Series([NO_ACTION, STARTED]).gather(started.astype(np.int64))
    pieces = [
        care_events("Request", person, start, decided, outcome, route=route),
        care_events("Assessment", person, assess_start, assess_end, outcome).filter(
            pl.Series(assessed)
        ),
    ]
    begun = np.flatnonzero(started)
    service_start = assess_end[begun] + between(rng, 0, 12, begun.size)
    pieces += _services(rng, population, person[begun], service_start)
    return known_care(pl.concat(pieces), population)


def _requests(
    rng: np.random.Generator,
    population: Population,
    referrals: pl.DataFrame,
    slower: np.random.Generator | None,
) -> tuple[Ints, Ints, pl.Series, Ints]:
    """Referrals from health that are picked up, in time or late, and requests by other routes;
    last the days by which each starts later where that is planted."""
    referred = referrals.filter(pl.col("onward") == TO_CARE)
    person, day = referred["person"].to_numpy(), days(referred["onward_on"])
    in_time = chance(
        rng, RATES.care.picked_up_28d + pickup_effect(population, person, day), person.size
    )
    late = ~in_time & chance(rng, RATES.care.picked_up_late, person.size)
    lag = np.where(in_time, between(rng, 0, 28, person.size), between(rng, 29, 90, person.size))
    kept = in_time | late
    longer = further_days(slower, day, lag, in_time)
    age = ages_at_middle(population)
    weights = np.select([age < 18, age < 65, age < 80], [0.0, 0.4, 2.0], 4.5) * population.need()
    other, other_day = arrivals(rng, population, weights, RATES.care.other_requests)
    adult = population.age(other, other_day) >= 18
    other, other_day = other[adult], other_day[adult]
    from_health = pl.repeat(FROM_HEALTH, int(kept.sum()), dtype=pl.String, eager=True)
    route = pl.concat([from_health, one_of(rng, ROUTES, other.size)])
    return (
        np.concatenate([person[kept], other]),
        np.concatenate([(day + lag)[kept], other_day]),
        route,
        np.concatenate([longer[kept], np.zeros_like(other_day)]),
    )


def _services(
    rng: np.random.Generator, population: Population, person: Ints, start: Ints
) -> list[pl.DataFrame]:
    """Services, some home care followed by a care home, and reviews of long ones."""
    first = _is_first(person, start) & (population.age(person, start) >= 65)
    kind = one_of(rng, FIRST_SERVICE_65, person.size).zip_with(
        pl.Series(first), one_of(rng, OTHER_SERVICE, person.size)
    )
    end = cut_at_last_day(start + service_lengths(rng, kind), population, person)
    alive = end < population.last_day[person]
    moves = chance(rng, RATES.care.home_care_to_residential, person.size) & alive
    moves &= (kind == "Home Care").to_numpy() & (population.age(person, end) >= 65)
    outcome = pl.Series([ENDED, TRANSFERRED]).gather(moves.astype(np.int64))
    upgraded, again = person[moves], end[moves] + 1
    home = pl.repeat(CARE_HOMES[0], upgraded.size, dtype=pl.String, eager=True)
    home_end = cut_at_last_day(again + service_lengths(rng, home), population, upgraded)
    ended = pl.repeat(ENDED, upgraded.size, dtype=pl.String, eager=True)
    return [
        care_events("Service", person, start, end, outcome, service=kind),
        care_events("Service", upgraded, again, home_end, ended, service=home),
        _reviews(rng, person, start, end),
    ]


def _is_first(person: Ints, start: Ints) -> Mask:
    """True for each person's earliest service."""
    order = np.lexsort((start, person))
    first = np.zeros(person.size, dtype=np.bool_)
    first[order[np.unique(person[order], return_index=True)[1]]] = True
    return first


def service_lengths(rng: np.random.Generator, kind: pl.Series) -> Ints:
    """Days each service lasts, by its kind."""
    mean = kind.replace_strict(MEAN_DAYS, return_dtype=pl.Float64).to_numpy()
    lengths: Ints = (rng.exponential(1.0, len(kind)) * mean).astype(np.int64) + 7
    return lengths


def _reviews(rng: np.random.Generator, person: Ints, start: Ints, end: Ints) -> pl.DataFrame:
    held = start + REVIEW_AFTER + between(rng, 0, 40, person.size)
    due = held <= end
    outcome = pl.repeat(NO_ACTION, int(due.sum()), dtype=pl.String, eager=True)
    done = held[due] + between(rng, 0, 7, int(due.sum()))
    return care_events("Review", person[due], held[due], done, outcome)


def care_events(
    name: str,
    person: Ints,
    start: Ints,
    end: Ints,
    outcome: pl.Series,
    route: pl.Series | None = None,
    service: pl.Series | None = None,
) -> pl.DataFrame:
    """Events of one kind; start and end are still day numbers."""
    empty = pl.repeat(None, person.size, dtype=pl.String, eager=True)
    return pl.DataFrame(
        {
            "person": person,
            "event": pl.repeat(name, person.size, dtype=pl.String, eager=True),
            "start": start,
            "end": end,
            "route": empty if route is None else route,
            "service": empty if service is None else service,
            "outcome": outcome,
        }
    )


def known_care(events: pl.DataFrame, population: Population) -> pl.DataFrame:
    """What has happened by the window's end, to people who were there; a date for each day."""
    person, start = events["person"].to_numpy(), events["start"].to_numpy()
    here = pl.Series(population.present(person, start))
    end = np.maximum(cut_at_last_day(events["end"].to_numpy(), population, person), start)
    end = closing(end, population.window)
    dated = events.with_columns(
        table(start_day=start, end_day=end),
        outcome=pl.when(pl.Series(end < NEVER)).then("outcome"),
    )
    return dated.filter(here).sort("start", "person", "event", maintain_order=True)
