"""What is planted into the borough for the pipeline to find, and where.

Belongs here: which situation begins where and on which day. Does not belong here: how a journey
plays it out (journeys/), or what finds it. A control borough has none of them: what is raised there
is a false alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True)
class Situation:
    """One planted situation: what it is called, whom it concerns, and its first day.

    service_code, provider_id, area_code and unit_code are empty where they do not apply.
    """

    name: str
    first: date
    service_code: str = ""
    provider_id: str = ""
    area_code: str = ""
    unit_code: str = ""


SITUATIONS: tuple[Situation, ...] = (
    Situation(
        "failing_home_care_agency",
        date(2025, 4, 1),
        service_code="adult_social_care",
        provider_id="brightcare",
        unit_code="larkspur",
    ),
    Situation(
        "exercise_referral_withdrawn",
        date(2025, 4, 1),
        service_code="leisure",
        provider_id="activelife",
        area_code="E05900005",
    ),
    Situation(
        "treatment_never_reaches",
        date(2024, 4, 1),
        service_code="substance_misuse",
        area_code="E05900001",
    ),
    Situation(
        "care_assessed_twice",
        date(2025, 1, 1),
        service_code="community_health",
        provider_id="wellpath",
    ),
    Situation(
        "lost_in_transition",
        date(2025, 10, 1),
        service_code="substance_misuse",
        provider_id="recoverwell",
    ),
    Situation(
        "care_picks_up_late",
        date(2026, 2, 1),
        service_code="adult_social_care",
        provider_id="brightcare",
    ),
    Situation(
        "data_promises_broken",
        date(2025, 12, 1),
        service_code="children_looked_after",
        provider_id="kidsfirst",
    ),
)


def situation(name: str) -> Situation:
    """The planted situation of this name."""
    return next(each for each in SITUATIONS if each.name == name)


def planted_situations(is_planted: bool) -> pl.DataFrame:
    """What was planted: the columns of Situation, a row each; none in a control borough."""
    columns = ("name", "first", "service_code", "provider_id", "area_code", "unit_code")
    rows = [[getattr(each, name) for name in columns] for each in SITUATIONS if is_planted]
    schema = {name: pl.Date if name == "first" else pl.String for name in columns}
    ordered = pl.DataFrame(rows, schema=schema, orient="row").rename({"first": "from_date"})
    return ordered.with_columns(pl.col(pl.String).exclude("name").replace("", None)).sort(
        "name", "area_code", "unit_code"
    )
