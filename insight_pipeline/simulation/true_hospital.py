"""True indicators of the acute hospital: coming back, waiting to leave, being at home again.

Belongs here: what each asks of true spells. Does not belong here: falls, which are a rate of the
population (true_rates.py), and the standardising of readmissions.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from insight_pipeline.simulation.cohorts import counted
from insight_pipeline.simulation.journeys.after_hospital import REABLEMENT
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.care import CARE_HOMES
from insight_pipeline.simulation.measures import age_on, mature, whole_quarters, whole_years
from insight_pipeline.simulation.window import Window

HOSPITAL, CARE = "merebank", "brightcare"
MONTH, THREE_MONTHS = 30, 91
REABLEMENT_WITHIN = 7
OLD_AGE = 65


def hospital_indicators(
    life: BoroughLife, people: pl.DataFrame, window: Window
) -> list[pl.DataFrame]:
    """Readmissions, delayed discharges, and people at home three months after reablement."""
    spells = life.spells.with_row_index("row")
    left = spells.filter(pl.col("discharged").is_not_null() & ~pl.col("died")).select(
        "row", "person", "ready", day="discharged", provider_id=pl.lit(HOSPITAL)
    )
    waited = (pl.col("day") - pl.col("ready")).dt.total_days()
    years = whole_years(window)
    return [
        counted("hosp_readmit_30d", _readmitted(left, spells), people,
                mature(years, MONTH, window.last)),
        counted("hosp_discharge_delay", left.drop_nulls("ready").with_columns(kept=waited),
                people, whole_quarters(window)),
        counted("asc_home_91_days", _at_home(left, spells, life.care, people),
                people, mature(years, THREE_MONTHS, window.last)),
    ]  # fmt: skip


def _readmitted(left: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """Discharges, kept where a later spell of the person begins as an emergency in 0 to 29 days.

    Later is what began later, or on the same day ended later: of two day cases on one day the
    second is the first one's readmission, not the other way round.
    """
    in_order = spells.sort("person", "admitted", "discharged", "row", nulls_last=True)
    placed = in_order.with_row_index("place")
    emergencies = placed.filter("emergency").select("person", then="admitted", later="place")
    both = left.join(placed.select("row", "place"), on="row").join(emergencies, on="person")
    lag = (pl.col("then") - pl.col("day")).dt.total_days()
    is_back = (pl.col("later") > pl.col("place")) & lag.is_between(0, MONTH - 1)
    return _marked(left, both.filter(is_back))


def _at_home(
    left: pl.DataFrame, spells: pl.DataFrame, care: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """Discharges of older people into reablement, kept where they are neither dead nor in a
    hospital or care home on the day three months later."""
    started = care.filter(pl.col("service") == REABLEMENT).select("person", then="start")
    lag = (pl.col("then") - pl.col("day")).dt.total_days()
    helped = left.join(started, on="person").filter(lag.is_between(0, REABLEMENT_WITHIN))
    aged = people.select("person", "birth", "death")
    cohort = left.filter(pl.col("row").is_in(helped["row"].unique().implode()))
    cohort = cohort.join(aged, on="person").filter(age_on("day") >= OLD_AGE)
    cohort = cohort.with_columns(later=pl.col("day") + timedelta(days=THREE_MONTHS))
    homes = care.filter(pl.col("service").is_in(CARE_HOMES)).select("person", "start", "end")
    stays = spells.select("person", start="admitted", end="discharged")
    away = cohort.join(pl.concat([homes, stays]), on="person").filter(
        (pl.col("start") <= pl.col("later"))
        & (pl.col("end").is_null() | (pl.col("end") >= pl.col("later")))
    )
    dead = cohort.filter(pl.col("death") <= pl.col("later"))
    lost = pl.concat([away.select("row"), dead.select("row")])
    home = _marked(cohort, lost).with_columns(~pl.col("kept"), provider_id=pl.lit(CARE))
    return home.drop("birth", "death")


def _marked(index: pl.DataFrame, met: pl.DataFrame) -> pl.DataFrame:
    return index.with_columns(kept=pl.col("row").is_in(met["row"].unique().implode()))
