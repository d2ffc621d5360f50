"""True indicators of several services, on lives written by hand, at the edges of their windows."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from insight_pipeline.simulation.journeys.borough_life import BoroughLife
from insight_pipeline.simulation.true_more import more_indicators
from insight_pipeline.simulation.window import Window

WINDOW = Window(date(2024, 4, 1), date(2026, 9, 30))
DAY = date(2025, 6, 1)
COLUMNS: dict[str, dict[str, Any]] = {
    "treatment": {"person": pl.Int64, "provider": pl.String, "started": pl.Date,
                  "ended": pl.Date, "reason": pl.String},
    "duties": {"person": pl.Int64, "start": pl.Date},
    "spells": {"person": pl.Int64, "admitted": pl.Date, "emergency": pl.Boolean},
    "care": {"person": pl.Int64, "service": pl.String, "start": pl.Date, "end": pl.Date},
    "referrals": {"person": pl.Int64, "received": pl.Date},
    "episodes": {"person": pl.Int64, "started": pl.Date, "ended": pl.Date},
    "missing": {"person": pl.Int64, "kind": pl.String, "started": pl.Date},
}  # fmt: skip


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def total(name: str, death: date | None = None, **events: list[tuple[Any, ...]]) -> list[Any]:
    """Numerator and denominator of each year in which somebody (person 0 or 1) is counted."""
    frames = {
        key: pl.DataFrame(events.get(key, []), schema=schema, orient="row")
        for key, schema in COLUMNS.items()
    }
    life = SimpleNamespace(
        **{key: frames[key] for key in ("treatment", "duties", "spells", "care")},
        health=SimpleNamespace(referrals=frames["referrals"]),
        children=SimpleNamespace(episodes=frames["episodes"], missing=frames["missing"]),
    )
    people = pl.DataFrame(
        {
            "person": [0, 1],
            "area_code": ["E05900001"] * 2,
            "sex": ["F"] * 2,
            "birth": [date(1950, 1, 1)] * 2,
            "death": [death, None],
        },
        schema_overrides={"death": pl.Date},
    )
    found = pl.concat(more_indicators(cast(BoroughLife, life), people, WINDOW)).filter(
        (pl.col("indicator_id") == name) & (pl.col("breakdown_type") == "total")
    )
    return found.sort("period_from").select("numerator", "denominator").rows()


@pytest.mark.parametrize(
    ("owed", "reason", "counted"),
    [
        (0, "completed", [(1, 1)]),
        (-365, "completed", [(1, 1)]),
        (-366, "completed", []),
        (1, "completed", []),
        (0, "dropped_out", [(0, 1)]),
        (0, "transferred", []),
    ],
)
def test_treatment_of_people_owed_a_duty_in_the_year_before(
    owed: int, reason: str, counted: list[Any]
) -> None:
    treated = [(0, "newleaf", DAY, after(90), reason), (0, "newleaf", DAY, None, None)]
    name = "md_treatment_completed"
    assert total(name, treatment=treated, duties=[(0, after(owed)), (0, after(owed))]) == counted
    assert total(name, treatment=treated, duties=[(1, after(owed))]) == []


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [
        (31, None, [(0, 1)]),
        (37, 37, [(0, 1)]),
        (38, None, [(1, 1)]),
        (1, 29, [(1, 1)]),
        (1, 30, [(0, 1)]),
        (-9, -1, []),
        (-9, -2, [(1, 1)]),
    ],
)
def test_support_that_follows_short_term_support_or_was_there_before(
    first: int, last: int | None, counted: list[Any]
) -> None:
    until = None if last is None else after(last)
    care = [(0, "Short Term Support", DAY, after(30)), (0, "Home Care", after(first), until)]
    assert total("asc_short_term_no_further", care=care) == counted


def test_who_died_by_the_end_of_short_term_support_is_not_counted() -> None:
    care = [(0, "Short Term Support", DAY, after(30))]
    assert total("asc_short_term_no_further", death=after(30), care=care) == []
    assert total("asc_short_term_no_further", death=after(31), care=care) == [(1, 1)]


@pytest.mark.parametrize(
    ("name", "events", "days"),
    [
        ("hom_emergency_6m", "duties", 182),
        ("community_health_emergency_91d", "referrals", 91),
    ],
)
def test_emergencies_after_the_first_day(name: str, events: str, days: int) -> None:
    index: dict[str, Any] = {events: [(0, DAY)]}
    for lag, met in ((0, 1), (days, 1), (days + 1, 0), (-1, 0)):
        assert total(name, spells=[(0, after(lag), True)], **index) == [(met, 1)], lag
    assert total(name, spells=[(0, DAY, False), (1, DAY, True)], **index) == [(0, 1)]


def test_a_child_counts_once_a_year_however_often_it_goes_missing() -> None:
    episodes = [(0, date(2025, 3, 31), date(2025, 5, 1)), (0, date(2025, 5, 1), None)]
    missing = [(0, "M", date(2025, 4, 1)), (0, "M", date(2026, 3, 31))]
    assert total("cla_missing_year", episodes=episodes, missing=missing) == [(0, 1), (1, 1)]
    away = [(0, "A", date(2025, 4, 1)), (1, "M", date(2025, 4, 1))]
    assert total("cla_missing_year", episodes=episodes, missing=away) == [(0, 1), (0, 1)]
