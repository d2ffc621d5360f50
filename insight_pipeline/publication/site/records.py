"""What pages are made from: one frozen record per row of indicators.duckdb, named as its columns.

Belongs here: the shapes of figures and of what they mean. Does not belong here: who delivers
(provider_records.py), what changed (revision_records.py), how records are read (reading.py), or any
wording.
A field has the name, the type and the meaning of the column; see database/dictionary.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Release:
    release: str
    as_of_date: date
    closed_to_date: date
    is_preview: bool
    disclosure_policy: str
    policy_title: str
    policy_source: str
    figures: int
    withheld: int


@dataclass(frozen=True)
class Indicator:
    indicator_id: str
    title: str
    question: str
    definition: str
    cohort: str
    index_date: str
    window_days: int
    unit: str
    statistic: str
    multiplier: int
    polarity: str
    period: str
    standard_framework: str
    standard_id: str
    minimum_maturity_days: int
    benchmark_name: str
    benchmark_value: Decimal | None
    benchmark_source: str
    target_name: str
    target_value: Decimal | None
    target_source: str
    owner: str
    since_date: date | None
    theme_code: str
    theme: str
    role: str


@dataclass(frozen=True)
class Judgement:
    compared_outcome: str
    benchmark_id: str | None
    benchmark_value: Decimal | None
    funnel_flag: str | None
    quintile: int | None
    recent_trend: str | None
    spc_variation: str | None
    spc_assurance: str | None
    spc_mean: Decimal | None
    spc_lpl: Decimal | None
    spc_upl: Decimal | None
    dispersion: Decimal | None = None
    tau_squared: Decimal | None = None


@dataclass(frozen=True)
class Figure:
    """A row of marked_figures (so [r] is there), the period in words, and what is judged of it."""

    series_id: str
    indicator_id: str
    period_from: date
    period_to: date
    period: str
    area_code: str
    provider_id: str
    breakdown_type: str
    breakdown: str
    numerator: int | None
    denominator: int | None
    basis: Decimal | None
    value: Decimal | None
    lower95: Decimal | None
    upper95: Decimal | None
    shorthand: str
    linkage_lower: Decimal | None
    linkage_upper: Decimal | None
    linkage_rate: Decimal | None
    coverage: Decimal | None
    is_not_mature: bool
    rounded_to: int
    judgement: Judgement
    is_not_comparable: bool = False


@dataclass(frozen=True)
class Series:
    """A row of table series, with its figures in order of time."""

    series_id: str
    indicator_id: str
    area_code: str
    provider_id: str
    breakdown_type: str
    breakdown: str
    label: str
    figures: tuple[Figure, ...]

    @property
    def complete(self) -> tuple[Figure, ...]:
        """Figures whose follow-up could all be seen; the others are no figures yet."""
        return tuple(figure for figure in self.figures if not figure.is_not_mature)

    @property
    def latest(self) -> Figure | None:
        """The figure of this series' latest complete period, withheld or not; None without one."""
        return max(self.complete, key=lambda figure: figure.period_from, default=None)

    def at(self, period_from: date) -> Figure | None:
        return next((each for each in self.figures if each.period_from == period_from), None)


@dataclass(frozen=True)
class Caveat:
    """about: definition, withheld, provisional, linkage or coverage."""

    indicator_id: str
    caveat_no: int
    about: str
    caveat: str
