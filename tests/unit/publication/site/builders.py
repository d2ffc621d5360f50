"""Records made by hand: one of each kind that is complete, changed where a test needs it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from insight_pipeline.publication.site.records import Figure, Indicator, Judgement, Series

QUARTER_NAMES = ("Apr to Jun", "Jul to Sep", "Oct to Dec", "Jan to Mar")


def indicator(**changes: Any) -> Indicator:
    values: dict[str, Any] = {
        "indicator_id": "kept",
        "title": "Kept",
        "question": "How many?",
        "definition": "These of those.",
        "cohort": "Those.",
        "index_date": "Then.",
        "window_days": 28,
        "unit": "events",
        "statistic": "proportion",
        "multiplier": 100,
        "polarity": "higher_is_better",
        "period": "quarter",
        "standard_framework": "Local",
        "standard_id": "kept",
        "minimum_maturity_days": 28,
        "benchmark_name": "",
        "benchmark_value": None,
        "benchmark_source": "",
        "target_name": "",
        "target_value": None,
        "target_source": "",
        "owner": "somebody@ashmere.example",
        "since_date": None,
        "theme_code": "homelessness",
        "theme": "Homelessness",
        "role": "",
    }
    return Indicator(**{**values, **changes})


def judgement(**changes: Any) -> Judgement:
    values: dict[str, Any] = {each.name: None for each in fields(Judgement)}
    return Judgement(**{**values, "compared_outcome": "not_compared", **changes})


def figure(number: int = 0, value: str | None = "62.07", **changes: Any) -> Figure:
    """The figure of the quarter `number` after the one that began on 1 April 2024."""
    start = _start(number)
    known = value is not None
    values: dict[str, Any] = {
        "series_id": "kept",
        "indicator_id": "kept",
        "period_from": start,
        "period_to": _start(number + 1) - timedelta(days=1),
        "period": f"{_year(number)} Q{number % 4 + 1} ({QUARTER_NAMES[number % 4]})",
        "area_code": "E06900001",
        "provider_id": "all",
        "breakdown_type": "total",
        "breakdown": "all",
        "numerator": 90 if known else None,
        "denominator": 145 if known else None,
        "basis": Decimal(145) if known else None,
        "value": Decimal(value) if value is not None else None,
        "lower95": Decimal("53.96") if known else None,
        "upper95": Decimal("69.56") if known else None,
        "shorthand": "" if known else "[c]",
        "linkage_lower": Decimal(value) if value is not None else None,
        "linkage_upper": Decimal(value) if value is not None else None,
        "linkage_rate": Decimal(1),
        "coverage": Decimal(1),
        "is_not_mature": False,
        "rounded_to": 5,
    }
    judged = judgement(**changes.pop("judged", {}))
    return Figure(**{**values, **changes}, judgement=judged)


def series(*figures: Figure, **changes: Any) -> Series:
    values: dict[str, Any] = {
        "series_id": "kept",
        "indicator_id": "kept",
        "area_code": "E06900001",
        "provider_id": "all",
        "breakdown_type": "total",
        "breakdown": "all",
        "label": "Ashmere",
    }
    return Series(**{**values, **changes}, figures=figures)


def _start(number: int) -> date:
    return date(2024 + (number + 1) // 4, (number + 1) % 4 * 3 + 1, 1)


def _year(number: int) -> str:
    first = 2024 + number // 4
    return f"{first}/{(first + 1) % 100:02}"
