"""Tenancies with the housing company: begun, kept, lost, and found again.

Belongs here: the true tenancies and what their loss leads to. Does not belong here: the duties
themselves (homelessness.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import between, chance, one_of
from insight_pipeline.simulation.journeys.events import (
    closing,
    cut_at_last_day,
    stop_before_next,
    table,
)
from insight_pipeline.simulation.journeys.homelessness import SECURED
from insight_pipeline.simulation.journeys.treatment import COMPLETED
from insight_pipeline.simulation.population import Population
from insight_pipeline.simulation.rates import RATES, TREATMENT
from insight_pipeline.simulation.window import NEVER, YEAR_DAYS, Ints, days

TYPES = {"Secure": 6, "Introductory": 2, "Fixed term": 2}
EVICTED, DIED, BY_TENANT, MOVED = "Evicted", "Died", "Ended by tenant", "Transferred"
SHORTEST = 30
KEPT_AT_LEAST = 365
END_REASONS = {BY_TENANT: 50, EVICTED: 25, MOVED: 25}


@dataclass(frozen=True)
class Held:
    """Tenancies by day number, one entry each."""

    person: Ints
    start: Ints
    end: Ints

    def and_also(self, more: Held) -> Held:
        """These and more."""
        return Held(
            np.concatenate([self.person, more.person]),
            np.concatenate([self.start, more.start]),
            np.concatenate([self.end, more.end]),
        )

    def one_a_day(self) -> Held:
        """Of tenancies that one person starts on one day, the first listed."""
        pairs = np.stack([self.person, self.start], axis=1)
        first = np.unique(pairs, axis=0, return_index=True)[1]
        return Held(self.person[first], self.start[first], self.end[first])


def tenancies(
    rng: np.random.Generator,
    population: Population,
    duties: pl.DataFrame,
    treatment: pl.DataFrame,
) -> pl.DataFrame:
    """person, kind, start, end, reason (null while it runs)."""
    parts = [
        _of_households(rng, population),
        _of_people_in_treatment(rng, population, treatment),
        _after_duties(rng, population, duties),
    ]
    person = np.concatenate([who for who, _ in parts])
    start = np.concatenate([when for _, when in parts])
    held = _after_moves(rng, population, _begun(rng, person, start))
    held = _after_treatment(rng, population, treatment, held)
    return _reported(rng, population, held.one_a_day())


def evicted(rng: np.random.Generator, held: pl.DataFrame) -> tuple[Ints, Ints]:
    """People whose eviction brings them to a homelessness duty, and the day it starts."""
    gone = held.filter(pl.col("reason") == EVICTED)
    person, end = gone["person"].to_numpy(), days(gone["end"])
    told = chance(rng, RATES.homeless.after_eviction, person.size)
    return person[told], (end + between(rng, -14, 21, person.size))[told]


def _of_households(rng: np.random.Generator, population: Population) -> tuple[Ints, Ints]:
    head = np.flatnonzero(population.is_head)
    share = RATES.tenancies.households * population.need()[head]
    head = head[chance(rng, share, head.size)]
    window = population.window
    start = between(rng, window.start + 1, window.end, head.size)
    at_start = chance(rng, RATES.tenancies.in_force_at_start, head.size)
    start = np.where(at_start, window.start, start)
    here = population.present(head, start) & (population.age(head, start) >= 18)
    return head[here], start[here]


def _of_people_in_treatment(
    rng: np.random.Generator, population: Population, treatment: pl.DataFrame
) -> tuple[Ints, Ints]:
    person = treatment["person"].unique().sort().to_numpy()
    person = person[chance(rng, RATES.tenancies.in_treatment, person.size)]
    start = np.full(person.size, population.window.start)
    adult = population.age(person, start) >= 18
    return person[adult], start[adult]


def _after_duties(
    rng: np.random.Generator, population: Population, duties: pl.DataFrame
) -> tuple[Ints, Ints]:
    """Some of those whose duty ends with accommodation secured get it from the company."""
    housed = duties.filter(pl.col("outcome") == SECURED)
    person = housed["person"].to_numpy()
    start = days(housed["end"]) + between(rng, 0, 10, person.size)
    ours = chance(rng, RATES.homeless.secured_with_us, person.size)
    ours &= population.present(person, start)
    return person[ours], start[ours]


def _begun(rng: np.random.Generator, person: Ints, start: Ints) -> Held:
    """Tenancies, each with an end of its own."""
    length = rng.exponential(YEAR_DAYS / RATES.tenancies.ends_a_year, person.size)
    return Held(person, start, start + length.astype(np.int64) + SHORTEST).one_a_day()


def _after_moves(rng: np.random.Generator, population: Population, held: Held) -> Held:
    """A move of home ends a tenancy; many of those who move get another one."""
    move = np.minimum(population.household_moved, population.left_home)[held.person]
    inside = (move > held.start) & (move < held.end)
    again = inside & chance(rng, RATES.tenancies.new_home_after_move, move.size)
    again &= population.present(held.person, move)
    ended = Held(held.person, held.start, np.where(inside, move - 1, held.end))
    return ended.and_also(Held(held.person[again], move[again], held.end[again]))


def _after_treatment(
    rng: np.random.Generator, population: Population, treatment: pl.DataFrame, held: Held
) -> Held:
    """Whether a tenancy outlives a completed treatment by half a year depends, by known amounts,
    on who gave the treatment; some of those who lose theirs soon find another."""
    both = _in_force_when_completed(treatment, held)
    known = {name: outcome.tenancy_kept for name, outcome in TREATMENT.items()}
    odds = both["provider"].replace_strict(known, return_dtype=pl.Float64).to_numpy()
    finished, row = both["finished"].to_numpy(), both["row"].to_numpy()
    keeps = chance(rng, odds, row.size)
    loss = finished + between(rng, 20, 178, row.size)
    end = held.end.copy()
    end[row] = np.where(keeps, np.maximum(end[row], finished + KEPT_AT_LEAST), loss)
    begins = loss + between(rng, 2, 30, row.size)
    finds = ~keeps & chance(rng, RATES.tenancies.new_home_after_loss, row.size)
    finds &= population.present(held.person[row], begins)
    found = Held(held.person[row][finds], begins[finds], begins[finds] + KEPT_AT_LEAST)
    return Held(held.person, held.start, end).and_also(found)


def _in_force_when_completed(treatment: pl.DataFrame, held: Held) -> pl.DataFrame:
    """row (of held), provider, finished: the last treatment completed during each tenancy."""
    done = treatment.filter(pl.col("reason") == COMPLETED)
    done = done.select("person", "provider", finished=pl.Series(days(done["ended"])))
    spans = pl.DataFrame({"person": held.person, "start": held.start, "end": held.end})
    both = spans.with_row_index("row").join(done, on="person")
    both = both.filter(pl.col("finished").is_between("start", "end"))
    return both.sort("row", "finished").unique("row", keep="last", maintain_order=True)


def _reported(rng: np.random.Generator, population: Population, held: Held) -> pl.DataFrame:
    person, start = held.person, held.start
    end = stop_before_next(person, start, held.end, population.window)
    end = np.maximum(cut_at_last_day(end, population, person), start)
    died = pl.Series(end == population.death[person])
    end = closing(end, population.window)
    reason = one_of(rng, END_REASONS, person.size)
    reason = pl.repeat(DIED, person.size, dtype=pl.String, eager=True).zip_with(died, reason)
    listed = table(
        person=person,
        kind=one_of(rng, TYPES, person.size),
        start_day=start,
        end_day=end,
        reason=reason,
    ).with_columns(reason=pl.when(pl.Series(end < NEVER)).then("reason"))
    here = population.present(person, start)
    return listed.filter(pl.Series(here)).sort("start", "person")
