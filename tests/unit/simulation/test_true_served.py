"""People truly served, on lives written by hand and in a small borough."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, cast

import polars as pl

from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.true_served import people_served
from insight_pipeline.simulation.window import Window
from tests.unit.simulation.drops_read import Borough

WINDOW = Window(date(2025, 1, 1), date(2025, 6, 30))
Q1, Q2 = date(2025, 1, 1), date(2025, 4, 1)
HELD = {"person": pl.Int64, "start": pl.Date, "end": pl.Date}
SCHEMAS: dict[str, dict[str, Any]] = {
    "care": HELD,
    "tenancies": HELD,
    "duties": HELD,
    "youth": HELD,
    "visits": {"person": pl.Int64, "visited_at": pl.Datetime},
    "episodes": {"person": pl.Int64, "started": pl.Date, "ended": pl.Date},
    "missing": {"person": pl.Int64, "started": pl.Date, "ended": pl.Date},
    "referrals": {"person": pl.Int64, "received": pl.Date, "closed": pl.Date},
    "contacts": {"person": pl.Int64, "contact": pl.Date},
    "treatment": {"person": pl.Int64, "provider": pl.String, "referred": pl.Date,
                  "started": pl.Date, "ended": pl.Date},
    "spells": {"person": pl.Int64, "admitted": pl.Date, "discharged": pl.Date},
}  # fmt: skip


def life(**events: list[tuple[Any, ...]]) -> BoroughLife:
    frames = {
        name: pl.DataFrame(events.get(name, []), schema=schema, orient="row")
        for name, schema in SCHEMAS.items()
    }
    plain = ("care", "tenancies", "duties", "youth", "treatment", "spells")
    return cast(
        BoroughLife,
        SimpleNamespace(
            **{name: frames[name] for name in plain},
            leisure=SimpleNamespace(visits=frames["visits"]),
            children=SimpleNamespace(episodes=frames["episodes"], missing=frames["missing"]),
            health=SimpleNamespace(referrals=frames["referrals"], contacts=frames["contacts"]),
        ),
    )


def served(life: BoroughLife, kind: str) -> list[tuple[Any, ...]]:
    people = pl.DataFrame(
        {
            "person": [0, 1],
            "area_code": ["E05900001"] * 2,
            "sex": ["F", "M"],
            "birth": [date(2007, 2, 1), date(1950, 1, 1)],
        }
    )
    found = pl.concat(people_served(life, people, WINDOW))
    rows = found.filter(pl.col("breakdown_type") == kind).sort("period_from", "breakdown")
    return rows.select("period_from", "breakdown", "numerator", "denominator").rows()


def test_somebody_counts_once_in_every_quarter_that_an_event_touches() -> None:
    lived = life(
        duties=[(0, date(2025, 3, 31), date(2025, 4, 1)), (0, date(2025, 2, 1), None)],
        visits=[(1, datetime(2025, 6, 30, 21, 59))],
    )
    assert served(lived, "total") == [(Q1, "all", 1, 1), (Q2, "all", 2, 2)]
    by_service = [(Q1, "homelessness", 1, 1), (Q2, "homelessness", 1, 1), (Q2, "leisure", 1, 1)]
    assert served(lived, "service") == by_service


def test_nobody_is_in_two_age_bands_of_a_quarter() -> None:
    lived = life(
        duties=[(0, date(2025, 1, 5), date(2025, 1, 6))],
        care=[(0, date(2025, 2, 5), date(2025, 2, 6))],
    )
    assert served(lived, "age_band") == [(Q1, "0-17", 1, 1)]


def test_treatment_not_begun_counts_from_the_referral_and_for_its_provider() -> None:
    lived = life(treatment=[(0, "newleaf", date(2025, 1, 5), None, date(2025, 2, 5))])
    assert served(lived, "provider") == [(Q1, "newleaf", 1, 1)]


def test_every_service_has_somebody_in_a_small_borough(borough: Borough) -> None:
    rows = borough.table("indicator").filter(
        (pl.col("indicator_id") == "people_served") & (pl.col("breakdown_type") == "service")
    )
    assert rows["breakdown"].n_unique() == 9
