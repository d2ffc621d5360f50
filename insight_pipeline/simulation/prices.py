"""What the council pays for each service, month by month.

Belongs here: the spend the finance system would show. Does not belong here: who is served.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from insight_pipeline.simulation.journeys.treatment import RELET
from insight_pipeline.simulation.window import Quarter

ALWAYS = date(9999, 12, 31)
VARIATION = 0.03


@dataclass(frozen=True)
class Price:
    """One contract: service, provider, pounds a year, first and last month."""

    service: str
    provider: str
    annual_gbp: int
    first: date = date.min
    until: date = ALWAYS


PRICES: tuple[Price, ...] = (
    Price("adult_social_care", "brightcare", 9_600_000),
    Price("housing_tenancy", "homestead", 1_150_000),
    Price("homelessness", "homestead", 820_000),
    Price("leisure", "activelife", 1_300_000),
    Price("youth_eet", "youthworks", 540_000),
    Price("children_looked_after", "kidsfirst", 7_200_000),
    Price("community_health", "wellpath", 3_400_000),
    Price("substance_misuse", "newleaf", 410_000, until=RELET),
    Price("substance_misuse", "recoverwell", 465_000, first=RELET),
    Price("citizen_voice", "voices", 85_000),
)


def contract_spend(rng: np.random.Generator, quarter: Quarter) -> pl.DataFrame:
    """Rows of the quarter: service, provider, month, amount_gbp."""
    months = [
        date(quarter.first.year, month, 1)
        for month in range(quarter.first.month, quarter.last.month + 1)
    ]
    due = [
        (price, month) for price in PRICES for month in months if price.first <= month < price.until
    ]
    factor = 1 + rng.uniform(-VARIATION, VARIATION, len(due))
    pence = [
        round(price.annual_gbp / 12 * share * 100)
        for (price, _), share in zip(due, factor, strict=True)
    ]
    return pl.DataFrame(
        {
            "service": [price.service for price, _ in due],
            "provider": [price.provider for price, _ in due],
            "month": [month.isoformat() for _, month in due],
            "amount_gbp": [f"{amount // 100}.{amount % 100:02d}" for amount in pence],
        }
    )
