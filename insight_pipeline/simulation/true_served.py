"""How many people the services truly reach, quarter by quarter.

Belongs here: what every service truly does for somebody, as one table of intervals, and the people
in it. Does not belong here: what became of them (the other true_… modules).
"""

from __future__ import annotations

import polars as pl

from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.measures import (
    COLUMNS,
    GROUPS,
    age_band,
    age_on,
    labelled,
    period_table,
    whole_quarters,
)
from insight_pipeline.simulation.window import Window

SERVED = "people_served"
QUARTER = ["period_from", "period_to"]
KINDS = (*GROUPS, ("service", "service_code"))


def people_served(life: BoroughLife, people: pl.DataFrame, window: Window) -> list[pl.DataFrame]:
    """Distinct people with something of a service in the quarter, with all breakdowns."""
    quarters = period_table(whole_quarters(window))
    inside = (pl.col("start") <= pl.col("period_to")) & (
        pl.col("end").is_null() | (pl.col("end") >= pl.col("period_from"))
    )
    held = services_held(life).join(people, on="person").join(quarters, how="cross").filter(inside)
    first = pl.col("start").min().over("person", "period_from")
    members = held.with_columns(day=pl.max_horizontal("period_from", first)).with_columns(
        age_band=age_band(age_on("day"))
    )
    pieces = [_people_in(members, QUARTER).with_columns(labelled("total"))]
    for kind, column in KINDS:
        grouped = _people_in(members, [*QUARTER, column]).rename({column: "value"})
        pieces.append(grouped.with_columns(labelled(kind)))
    named = [piece.select(pl.lit(SERVED).alias("indicator_id"), *COLUMNS) for piece in pieces]
    return [pl.concat(named)]


def _people_in(members: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    counts = members.group_by(by).agg(numerator=pl.col("person").n_unique().cast(pl.Int64))
    return counts.with_columns(denominator="numerator")


def services_held(life: BoroughLife) -> pl.DataFrame:
    """person, start, end (null while open), service_code, provider_id: one row a true event.

    Being a member of a leisure centre is not one: it has no end, and visits tell who came.
    """
    children, health = life.children, life.health
    day = pl.col("visited_at").dt.date()
    waiting = pl.coalesce("started", "referred")
    return pl.concat(
        [
            _of("adult_social_care", "brightcare", life.care, "start", "end"),
            _of("housing_tenancy", "homestead", life.tenancies, "start", "end"),
            _of("homelessness", "homestead", life.duties, "start", "end"),
            _of("leisure", "activelife", life.leisure.visits, day, day),
            _of("youth_eet", "youthworks", life.youth, "start", "end"),
            _of("children_looked_after", "kidsfirst", children.episodes, "started", "ended"),
            _of("children_looked_after", "kidsfirst", children.missing, "started", "ended"),
            _of("community_health", "wellpath", health.referrals, "received", "closed"),
            _of("community_health", "wellpath", health.contacts, "contact", "contact"),
            _of("substance_misuse", "", life.treatment, waiting, "ended"),
            _of("acute_hospital", "merebank", life.spells, "admitted", "discharged"),
        ]
    )


def _of(
    service: str, provider: str, events: pl.DataFrame, start: str | pl.Expr, end: str | pl.Expr
) -> pl.DataFrame:
    """Events of a service; who delivers it is `provider` unless the events say."""
    by = pl.col("provider") if "provider" in events.columns else pl.lit(provider)
    return events.select(
        "person", start=start, end=end, service_code=pl.lit(service), provider_id=by
    )
