"""Who delivers what, where, and how promises were kept: one frozen record per row.

Belongs here: the shapes of services, providers, areas and the scorecard. Does not belong here:
figures (records.py), or how records are read (reading.py).
A field has the name, the type and the meaning of the column; see database/dictionary.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Service:
    """One service under one contract."""

    service_code: str
    service_title: str
    provider_id: str
    from_date: date
    to_date: date | None
    annual_price_gbp: Decimal | None


@dataclass(frozen=True)
class IndicatorService:
    """role: `index`, the service of the header's cohort, or `followed`."""

    indicator_id: str
    service_code: str
    service_title: str
    role: str


@dataclass(frozen=True)
class Provider:
    provider_id: str
    provider_name: str


@dataclass(frozen=True)
class Reporting:
    """How far one provider's data about one service reach."""

    service_code: str
    provider_id: str
    last_reported_date: date | None
    age_days: int | None
    missing_from_date: date | None
    due_date: date | None
    is_overdue: bool
    state: str


@dataclass(frozen=True)
class Area:
    area_code: str
    area_name: str
    area_type: str


@dataclass(frozen=True)
class Card:
    """How one provider kept its promises in one month, for one dataset or `all`."""

    provider_id: str
    dataset: str
    period_month: date
    deliveries_expected: int | None
    deliveries_received: int | None
    on_time_pct: int | None
    worst_late_days: int | None
    completeness_pct: int | None
    validity_pct: int | None
    rejected_pct: int | None
    duplicates_pct: int | None
    linkability_pct: int | None
    deliveries_at_fault: int | None
    deliveries_mended: int | None
    correction_days: int | None
    is_frequency_kept: bool | None
    is_latency_kept: bool | None
    figures_revised: int | None
    revision_pct: Decimal | None
    shorthand: str
