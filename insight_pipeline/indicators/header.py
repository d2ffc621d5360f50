"""What an indicator's SQL file says about itself, beyond what every model says.

Belongs here: the keys of the header. Does not belong here: what is computed from them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from insight_pipeline.indicators.roles import Role
from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.sql.header import ModelHeader
from insight_pipeline.sql.header_tests import TableTest


class Statistic(StrEnum):
    """How numerator and denominator become a value, and which interval goes with it."""

    PROPORTION = "proportion"
    RATE = "rate"
    DSR = "dsr"
    ISR = "isr"
    MEAN = "mean"
    MEDIAN = "median"
    WEIGHTED_PROPORTION = "weighted_proportion"
    COUNT = "count"


# Those of which a figure is made from several rows, one a stratum.
STRATIFIED = (Statistic.DSR, Statistic.ISR, Statistic.MEDIAN, Statistic.WEIGHTED_PROPORTION)


class Unit(StrEnum):
    """What is counted once each."""

    PEOPLE = "people"
    EVENTS = "events"
    HOUSEHOLDS = "households"


class Polarity(StrEnum):
    """Which direction is an improvement."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"
    NEUTRAL = "neutral"


class Period(StrEnum):
    """The length of the periods a figure is given for."""

    QUARTER = "quarter"
    FINANCIAL_YEAR = "financial_year"


class Standard(StrictModel):
    """The measure an indicator follows: the framework it stands in, and its id there.

    A local measure stands in the borough's own list, under the file's name.
    """

    framework: str
    id: str


class Yardstick(StrictModel):
    """A value the borough's total is held against, what it is called, and where it is stated."""

    value: float = Field(ge=0, allow_inf_nan=False)
    name: str
    source: str


class IndicatorHeader(ModelHeader):
    """The header of one file in indicators/; the file's name is the indicator's id.

    `theme` is a code of the code list outcome_theme.
    `services` begins with the service the index event happens in. `followed` names those whose
    events are looked for in the `window_days` after it: a figure waits until they have reported
    that far. Left out, it is every service but the first, or the first where it stands alone.
    `minimum_maturity_days`: days after a period's end before its figures may be final; left out,
    it is the window and the longest time a feed may take to come (maturity.py). It decides between
    `provisional` and `final` alone: `is_not_mature`, and with it whether a figure is shown, follows
    from what the services have reported (trust.py), however few or many days it names.
    `benchmark` comes from outside the borough, `target` is what the borough wants to reach; both
    are in the unit of the value. An indicator with neither says why in `no_benchmark`.
    `outcome_spend` names those of the services whose whole spend is divided by the outcomes
    achieved (publication/spending); left out, nothing is said of cost.
    `role`: which part it plays on pages and tables that are made of it (roles.py), if any.
    """

    title: str
    theme: str
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
    standard: Standard
    minimum_maturity_days: int | None = Field(default=None, ge=0)
    services: tuple[str, ...] = Field(min_length=1)
    followed: tuple[str, ...] = ()
    benchmark: Yardstick | None = None
    target: Yardstick | None = None
    no_benchmark: str | None = None
    outcome_spend: tuple[str, ...] = ()
    role: Role | None = None
    caveats: tuple[str, ...]
    since: date
    grain: str
    tests: tuple[TableTest, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _follows_its_own_services(self) -> IndicatorHeader:
        for service in self.followed:
            if service not in self.services:
                raise ValueError(f"followed: {service} is not one of the services")
        return self

    @model_validator(mode="after")
    def _has_a_yardstick_or_none(self) -> IndicatorHeader:
        if self.no_benchmark and self.yardstick:
            raise ValueError("no_benchmark: there is a benchmark or target; leave one out")
        return self

    @model_validator(mode="after")
    def _spends_on_outcomes_that_can_be_counted(self) -> IndicatorHeader:
        for service in self.outcome_spend:
            if service not in self.services:
                raise ValueError(f"outcome_spend: {service} is not one of the services")
        is_judged = self.polarity is not Polarity.NEUTRAL
        if self.outcome_spend and not (is_judged and self.statistic is Statistic.PROPORTION):
            raise ValueError("outcome_spend: only a proportion with a polarity counts outcomes")
        return self

    @property
    def yardstick(self) -> Yardstick | None:
        """What the borough's total is compared with: the benchmark, else the target."""
        return self.benchmark or self.target

    @property
    def followed_services(self) -> tuple[str, ...]:
        """The services looked at during the follow-up window."""
        return self.followed or self.services[1:] or self.services
