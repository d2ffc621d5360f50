"""Spend by theme and unit costs as pages need them: records, and the SQL that reads them.

Belongs here: one frozen record per row. Does not belong here: charts and tables of them
(spend_exhibits.py). A field has the name, the type and the meaning of the column; see
database/spending_columns.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class ThemeSpend:
    """A row of view spend_unseen, with the theme and the quarter in words."""

    theme_code: str
    theme: str
    period: str
    period_from: date
    period_to: date
    amount_gbp: Decimal
    unseen_gbp: Decimal
    unseen_share: Decimal | None


@dataclass(frozen=True)
class UnitCost:
    """A row of table unit_cost, with what it is about and its period in words."""

    kind: str
    service_code: str
    indicator_id: str
    title: str
    period: str
    period_from: date
    period_to: date
    amount_gbp: Decimal
    count_shown: int | None
    unit_cost_gbp: Decimal | None
    lower95: Decimal | None
    upper95: Decimal | None
    shorthand: str
    note: str


# Quarters of the financial year, as in table period, which has those of figures alone.
_PERIOD = """
year(period_from) - case when month(period_from) < 4 then 1 else 0 end || '/'
|| right((year(period_from) + case when month(period_from) < 4 then 0 else 1 end)::varchar, 2)
|| ' Q' || ((month(period_from) + 8) % 12 // 3 + 1)
|| ' (' || strftime(period_from, '%b') || ' to ' || strftime(period_to, '%b') || ')'
"""
_THEME_SPENDS = f"""
select spend_unseen.*, coalesce(theme.theme, spend_unseen.theme_code) as theme, {_PERIOD} as period
from spend_unseen
left join theme using (theme_code)
order by theme, theme_code, period_from
"""
_UNIT_COSTS = """
select
    unit_cost.*,
    case
        when unit_cost.kind = 'outcome' then indicator.title
        else coalesce(services.service_title, unit_cost.service_code)
    end as title,
    period.label as period
from unit_cost
inner join indicator using (indicator_id)
inner join period using (period_from, period_to)
left join (select distinct service_code, service_title from service) as services
    on unit_cost.service_code = services.service_code
order by kind, title, unit_cost.service_code, indicator_id, period_from
"""
# Field of a store → what its records are, and the query that gives them.
SPEND_QUERIES: Mapping[str, tuple[type[Any], str]] = {
    "theme_spends": (ThemeSpend, _THEME_SPENDS),
    "unit_costs": (UnitCost, _UNIT_COSTS),
}
