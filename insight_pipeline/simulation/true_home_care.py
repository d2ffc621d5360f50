"""Emergencies soon after home care began, as they truly were, by agency.

Belongs here: what the indicator asks of true care and true spells. Does not belong here: agencies
and their effects (journeys/home_care.py), or standardising.
"""

from __future__ import annotations

import polars as pl

from insight_pipeline.simulation.cohorts import counted
from insight_pipeline.simulation.journeys.after_hospital import HOME_CARE
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.home_care import SOON_DAYS, UNIT
from insight_pipeline.simulation.measures import mature, whole_years
from insight_pipeline.simulation.window import Window

NAME = "home_care_admitted_90d"
_CARE = "brightcare"


def home_care_indicators(
    life: BoroughLife, people: pl.DataFrame, window: Window
) -> list[pl.DataFrame]:
    """Rows of home_care_admitted_90d: the usual breakdowns, and one row an agency and year."""
    years = mature(whole_years(window), SOON_DAYS, window.last)
    return [counted(NAME, _members(life), people, years, [("unit", UNIT)])]


def _members(life: BoroughLife) -> pl.DataFrame:
    """Packages of home care, kept where an emergency came 1 to 90 days after the start."""
    started = life.care.filter(pl.col("service") == HOME_CARE).with_row_index("row")
    index = started.select("row", "person", UNIT, day="start", provider_id=pl.lit(_CARE))
    emergencies = life.spells.filter("emergency").select("person", then="admitted")
    both = index.join(emergencies, on="person")
    lag = (pl.col("then") - pl.col("day")).dt.total_days()
    met = both.filter(lag.is_between(1, SOON_DAYS))["row"].unique()
    return index.with_columns(kept=pl.col("row").is_in(met.implode()))
