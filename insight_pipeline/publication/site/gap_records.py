"""Vacuums and costs of duplication as pages need them: records, and the SQL that reads them.

Belongs here: one frozen record per row. Does not belong here: charts and tables of them
(gap_exhibits.py). A field has the name, the type and the meaning of the column; see
database/gap_columns.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Vacuum:
    """A row of table vacuum, with the ward's name and the year in words."""

    need: str
    service_title: str
    area_name: str
    period: str
    period_from: date
    people_seen: int | None
    people_met: int | None
    elsewhere_pct: Decimal | None
    is_flagged: bool | None
    kind_code: str
    false_alarm_rate: float
    gap_share: Decimal
    shorthand: str


@dataclass(frozen=True)
class DuplicationCost:
    """A row of table duplication_cost, with the year in words."""

    need: str
    period: str
    period_from: date
    duplicates: int | None
    unit_cost_low_gbp: Decimal | None
    unit_cost_gbp: Decimal | None
    unit_cost_high_gbp: Decimal | None
    cost_low_gbp: Decimal | None
    cost_gbp: Decimal | None
    cost_high_gbp: Decimal | None
    cost_source: str
    shorthand: str


_PERIOD = "year(period_from) || '/' || right((year(period_from) + 1)::varchar, 2)"
_VACUUMS = f"""
select
    vacuum.*,
    {_PERIOD} as period,
    coalesce(area.area_name, vacuum.area_code) as area_name,
    coalesce(services.service_title, vacuum.service_code) as service_title
from vacuum
left join area using (area_code)
left join (select service_code, min(service_title) as service_title from service group by all)
    as services using (service_code)
order by need, area_name, vacuum.area_code, period_from
"""
_COSTS = f"""
select *, {_PERIOD} as period
from duplication_cost
order by need, need_code, period_from
"""
# Field of a store → what its records are, and the query that gives them.
GAP_QUERIES: Mapping[str, tuple[type[Any], str]] = {
    "vacuums": (Vacuum, _VACUUMS),
    "duplication_costs": (DuplicationCost, _COSTS),
}
