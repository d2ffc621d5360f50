"""Who was in treatment when it passed to another provider, and what truly became of them.

Belongs here: the truth of lost in transition, as a table and as an indicator. Does not belong here:
who is lost (journeys/treatment.py), or how the pipeline finds them (fct_transition.sql): the two
are written apart so that one can check the other.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from insight_pipeline.simulation.cohorts import counted, people_of
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.treatment import NEW, OLD, RELET, TRANSFERRED
from insight_pipeline.simulation.measures import mature, whole_years
from insight_pipeline.simulation.population import Population, person_ids
from insight_pipeline.simulation.window import dates

SERVICE = "substance_misuse"
HANDOVER_DAYS = 28
CARRIED_OVER, LOST, DIED = "carried_over", "lost", "died"
MOVED_AWAY, ENDED, TOO_RECENT = "moved_away", "ended", "too_recent"


def true_transitions(population: Population, life: BoroughLife) -> pl.DataFrame:
    """person, service_code, changed_date, state: of everybody who was in treatment then."""
    followed = _followed(population, life)
    return followed.select(
        pl.Series("person", person_ids(followed["person"].to_numpy()), dtype=pl.String),
        pl.lit(SERVICE).alias("service_code"),
        pl.lit(RELET).alias("changed_date"),
        "state",
    )


def indicator_of_transitions(population: Population, life: BoroughLife) -> pl.DataFrame:
    """transition_lost: of those seen in time or lost, how many were lost."""
    window = population.window
    known = _followed(population, life).filter(pl.col("state").is_in([CARRIED_OVER, LOST]))
    members = known.select(
        "person",
        day=pl.lit(RELET),
        provider_id=pl.lit(NEW),
        kept=pl.col("state") == LOST,
        service=pl.lit(SERVICE),
    )
    years = mature(whole_years(window), HANDOVER_DAYS, window.last)
    own = [("service", "service")]
    return counted("transition_lost", members, people_of(population), years, own)


def _followed(population: Population, life: BoroughLife) -> pl.DataFrame:
    """person, state: one row for everybody who was with the old provider on its last day."""
    last_day, due = RELET - timedelta(days=1), RELET + timedelta(days=HANDOVER_DAYS)
    begun = life.treatment.drop_nulls("started")
    open_then = (pl.col("started") <= last_day) & (
        pl.col("ended").is_null() | (pl.col("ended") >= last_day)
    )
    newest = (
        begun.filter((pl.col("provider") == OLD) & open_then)
        .sort("started", maintain_order=True)
        .unique("person", keep="last", maintain_order=True)
    )
    seen = begun.filter(
        (pl.col("provider") == NEW)
        & (pl.col("started") <= due)
        & (pl.col("ended").is_null() | (pl.col("ended") >= RELET))
    )
    died, left = dates(population.death), dates(population.moved_out)
    state = (
        pl.when(pl.col("person").is_in(seen["person"].unique().implode())).then(pl.lit(CARRIED_OVER))
        .when(pl.col("died") <= due).then(pl.lit(DIED))
        .when(pl.col("left") <= due).then(pl.lit(MOVED_AWAY))
        .when((pl.col("ended") <= due) & (pl.col("reason") != TRANSFERRED)).then(pl.lit(ENDED))
        .when(pl.lit(population.window.last) < due).then(pl.lit(TOO_RECENT))
        .otherwise(pl.lit(LOST))
    )  # fmt: skip
    people = newest["person"].to_numpy()
    followed = newest.with_columns(died=died.gather(people), left=left.gather(people))
    return followed.select("person", state=state).sort("person")
