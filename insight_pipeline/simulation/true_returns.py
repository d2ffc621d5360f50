"""True indicators of endings that last, or do not: homelessness and treatment.

Belongs here: endings, and who came back. Does not belong here: coming back to hospital
(true_hospital.py).
"""

from __future__ import annotations

import polars as pl

from insight_pipeline.simulation.cohorts import counted
from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.journeys.homelessness import SECURED, SECURED_SHORT
from insight_pipeline.simulation.journeys.treatment import COMPLETED
from insight_pipeline.simulation.measures import (
    in_periods,
    mature,
    period_table,
    whole_quarters,
    whole_years,
)
from insight_pipeline.simulation.window import Window

HALF_YEAR, YEAR = 182, 365
EARLY_DUTIES = ("Prevention", "Relief")
HOUSING = "homestead"


def indicators_of_returns(
    life: BoroughLife, people: pl.DataFrame, window: Window
) -> list[pl.DataFrame]:
    """Duties that ended well, duties that came again, and treatment that was not needed again."""
    ended = life.duties.drop_nulls("end").with_row_index("row")
    ended = ended.select("row", "person", "duty", "outcome", day="end", provider_id=pl.lit(HOUSING))
    quarters = whole_quarters(window)
    early = ended.filter(pl.col("duty").is_in(EARLY_DUTIES))
    prevented = early.with_columns(kept=pl.col("outcome") == SECURED)
    secured = ended.filter(pl.col("outcome").is_in([SECURED, SECURED_SHORT]))
    again = secured.with_columns(kept=_followed(secured, life.duties, "start", YEAR))
    return [
        counted("hom_prevented_relieved", prevented, people, quarters),
        counted("hom_repeat_12m", again, people, mature(quarters, YEAR, window.last)),
        _not_back_in_treatment(life, people, window),
    ]


def _followed(index: pl.DataFrame, events: pl.DataFrame, start: str, days: int) -> pl.Expr:
    """Whether an event of the same person starts 1 to `days` days after `day`."""
    both = index.select("row", "person", "day").join(
        events.select("person", then=start), on="person"
    )
    lag = (pl.col("then") - pl.col("day")).dt.total_days()
    return pl.col("row").is_in(both.filter(lag.is_between(1, days))["row"].unique().implode())


def _not_back_in_treatment(life: BoroughLife, people: pl.DataFrame, window: Window) -> pl.DataFrame:
    """One member a person and year; theirs is the provider who began to treat them last."""
    years = mature(whole_years(window), HALF_YEAR, window.last)
    treated = life.treatment.drop_nulls("started").with_row_index("row")
    done = treated.filter(pl.col("reason") == COMPLETED).with_columns(day="ended")
    lasting = done.filter(~_followed(done, treated, "started", HALF_YEAR))
    kept = in_periods(lasting, "day", years).select("person", "period_from").unique()
    inside = (pl.col("started") <= pl.col("period_to")) & (
        pl.col("ended").is_null() | (pl.col("ended") >= pl.col("period_from"))
    )
    members = (
        treated.join(period_table(years), how="cross")
        .filter(inside)
        .sort("started", "row")
        .group_by("person", "period_from", maintain_order=True)
        .agg(day=pl.col("started").first(), provider_id=pl.col("provider").last())
        .with_columns(day=pl.max_horizontal("day", "period_from"))
    )
    marked = members.join(kept.with_columns(kept=True), on=["person", "period_from"], how="left")
    marked = marked.drop("period_from").with_columns(pl.col("kept").fill_null(False))
    return counted("drug_complete_no_return", marked, people, years)
