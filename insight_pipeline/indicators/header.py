"""What an indicator's SQL file says about itself, beyond what every model says.

Belongs here: the keys of the header. Does not belong here: what is computed from them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from insight_pipeline.sql.header import ModelHeader, TableTest


class Statistic(StrEnum):
    """How numerator and denominator become a value, and which interval goes with it."""

    PROPORTION = "proportion"
    RATE = "rate"


class Unit(StrEnum):
    """What the numerator counts."""

    PEOPLE = "people"
    EVENTS = "events"


class Polarity(StrEnum):
    """Which direction is an improvement."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"
    NEUTRAL = "neutral"


class Period(StrEnum):
    """The length of the periods a figure is given for."""

    QUARTER = "quarter"
    FINANCIAL_YEAR = "financial_year"


class IndicatorHeader(ModelHeader):
    """The header of one file in indicators/; every key is required, the file's name is the id.

    `services` begins with the service the index event happens in; those after it are followed for
    `window_days` after the period, and a figure waits until they have reported that far.
    """

    title: str
    question: str
    definition: str
    cohort: str
    index_date: str
    window_days: int = Field(ge=0)
    unit: Unit
    statistic: Statistic
    multiplier: int = Field(gt=0)
    polarity: Polarity
    period: Period
    standard: str
    services: tuple[str, ...] = Field(min_length=1)
    caveats: tuple[str, ...]
    since: date
    grain: str
    tests: tuple[TableTest, ...] = Field(min_length=1)
