"""True indicators that span services: treatment, care, homelessness, children looked after.

Belongs here: what each asks of true events. Does not belong here: how many people the services
reach (true_served.py), or how the pipeline computes any of it.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from insight_pipeline.simulation.cohorts import counted
from insight_pipeline.simulation.journeys.after_hospital import HOME_CARE, REABLEMENT
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.care import CARE_HOMES
from insight_pipeline.simulation.journeys.treatment import COMPLETED, TRANSFERRED
from insight_pipeline.simulation.measures import mature, period_table, whole_years
from insight_pipeline.simulation.window import Window

WEEK, THREE_MONTHS, HALF_YEAR, YEAR = 7, 91, 182, 365
CARE, HOUSING, CHILDREN, HEALTH = "brightcare", "homestead", "kidsfirst", "wellpath"
AT_HOME = (HOME_CARE, "Community Support")
MISSING = "M"


def more_indicators(life: BoroughLife, people: pl.DataFrame, window: Window) -> list[pl.DataFrame]:
    """Each with the rows of all its breakdowns."""
    years = whole_years(window)
    duties = life.duties.select("person", day="start", provider_id=pl.lit(HOUSING))
    referred = life.health.referrals.select("person", day="received", provider_id=pl.lit(HEALTH))
    return [
        counted("md_treatment_completed", _treated_after_duty(life), people, years),
        counted("asc_short_term_no_further", _short_term(life.care, people), people,
                mature(years, WEEK, window.last)),
        counted("hom_emergency_6m", _admitted(duties, life.spells, HALF_YEAR), people,
                mature(years, HALF_YEAR, window.last)),
        counted("community_health_emergency_91d", _admitted(referred, life.spells, THREE_MONTHS),
                people, mature(years, THREE_MONTHS, window.last)),
        counted("cla_missing_year", _looked_after(life, period_table(years)), people, years),
    ]  # fmt: skip


def _treated_after_duty(life: BoroughLife) -> pl.DataFrame:
    """Treatments that ended, save by a transfer, of people owed a duty in the year before."""
    ended = life.treatment.drop_nulls(["started", "ended"]).with_row_index("row")
    ended = ended.filter(pl.col("reason") != TRANSFERRED)
    both = ended.join(life.duties.select("person", owed="start"), on="person")
    lag = (pl.col("started") - pl.col("owed")).dt.total_days()
    rows = both.filter(lag.is_between(0, YEAR))["row"].unique()
    return ended.filter(pl.col("row").is_in(rows.implode())).select(
        "person", day="ended", provider_id="provider", kept=pl.col("reason") == COMPLETED
    )


def _short_term(care: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Short-term services of people without long-term ones, kept where none has followed."""
    alive = people.select("person", "death")
    short = care.filter(pl.col("service") == REABLEMENT).drop_nulls("end").with_row_index("row")
    short = short.join(alive, on="person").filter(
        pl.col("death").is_null() | (pl.col("death") > pl.col("end"))
    )
    long = care.filter(pl.col("service").is_in([*AT_HOME, *CARE_HOMES]))
    both = short.join(long.select("person", since="start", until="end"), on="person")
    before = _covers(both, pl.col("start") - timedelta(days=1), pl.col("start"), 1)
    after = _covers(both, pl.col("end"), pl.col("end"), WEEK + 1)
    members = short.filter(~pl.col("row").is_in(before.implode()))
    return members.select(
        "person",
        day="end",
        provider_id=pl.lit(CARE),
        kept=~pl.col("row").is_in(after.implode()),
    )


def _covers(both: pl.DataFrame, first: pl.Expr, base: pl.Expr, days: int) -> pl.Series:
    """Rows whose long-term service runs on `first`, or begins before `days` days after `base`."""
    last = base + timedelta(days=days - 1) if days > 1 else first
    runs = (pl.col("since") <= last) & (pl.col("until").is_null() | (pl.col("until") >= first))
    return both.filter(runs)["row"].unique()


def _admitted(index: pl.DataFrame, spells: pl.DataFrame, days: int) -> pl.DataFrame:
    """Index events, kept where an emergency admission starts 0 to `days` days after."""
    index = index.with_row_index("row")
    emergencies = spells.filter("emergency").select("person", then="admitted")
    lag = (pl.col("then") - pl.col("day")).dt.total_days()
    rows = index.join(emergencies, on="person").filter(lag.is_between(0, days))["row"].unique()
    return index.with_columns(kept=pl.col("row").is_in(rows.implode())).drop("row")


def _looked_after(life: BoroughLife, years: pl.DataFrame) -> pl.DataFrame:
    """Children with an episode in a year, kept where they went missing in it."""
    episodes = life.children.episodes.join(years, how="cross")
    inside = (pl.col("started") <= pl.col("period_to")) & (
        pl.col("ended").is_null() | (pl.col("ended") >= pl.col("period_from"))
    )
    children = (
        episodes.filter(inside)
        .group_by("person", "period_from", "period_to")
        .agg(day=pl.col("started").min())
        .with_columns(day=pl.max_horizontal("day", "period_from"))
    )
    gone = life.children.missing.filter(pl.col("kind") == MISSING).join(years, how="cross")
    gone = gone.filter(pl.col("started").is_between("period_from", "period_to"))
    gone = gone.select("person", "period_from").unique().with_columns(kept=pl.lit(True))
    both = children.join(gone, on=["person", "period_from"], how="left")
    return both.select(
        "person", "day", pl.col("kept").fill_null(False), provider_id=pl.lit(CHILDREN)
    )
