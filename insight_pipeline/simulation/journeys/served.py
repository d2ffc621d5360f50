"""Who was with which service from when until when: every true contact, in one shape.

Belongs here: bringing the services' own tables together. Does not belong here: any service's
course, or what anybody is asked about it (voice.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from insight_pipeline.simulation.journeys.borough_life import BoroughLife

COLUMNS = ("service", "provider", "person", "start", "end")


def served(life: BoroughLife) -> pl.DataFrame:
    """service, provider, person, start, end (null while it lasts): one row per stay or contact."""
    visits = life.leisure.visits.select("person", start=pl.col("visited_at").dt.date())
    spells = life.spells.select("person", start="admitted", end="discharged")
    treated = life.treatment.drop_nulls("started").select(
        "provider", "person", start="started", end="ended"
    )
    looked_after = life.children.episodes.select("person", start="started", end="ended")
    pieces = [
        _of("adult_social_care", "brightcare", life.care.filter(pl.col("event") == "Service")),
        _of("housing_tenancy", "homestead", life.tenancies),
        _of("homelessness", "homestead", life.duties),
        _of("leisure", "activelife", _on_a_day(visits.unique())),
        _of("youth_eet", "youthworks", life.youth),
        _of("children_looked_after", "kidsfirst", looked_after),
        _of("community_health", "wellpath", _contacts(life)),
        treated.with_columns(service=pl.lit("substance_misuse")).select(COLUMNS),
        _of("acute_hospital", "merebank", spells),
    ]
    return pl.concat(pieces).sort(COLUMNS, nulls_last=True)


def _contacts(life: BoroughLife) -> pl.DataFrame:
    """Community health as people meet it: contacts they came to."""
    person = life.health.referrals["person"].gather(life.health.contacts["referral"])
    came = life.health.contacts.with_columns(person=person).filter("attended")
    return _on_a_day(came.select("person", start="contact"))


def _on_a_day(events: pl.DataFrame) -> pl.DataFrame:
    return events.with_columns(end="start")


def _of(service: str, provider: str, events: pl.DataFrame) -> pl.DataFrame:
    named = events.select("person", "start", "end").with_columns(
        service=pl.lit(service), provider=pl.lit(provider)
    )
    return named.select(COLUMNS)
