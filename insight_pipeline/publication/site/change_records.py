"""Changes of provider as pages need them: the record, and the SQL that reads it.

Belongs here: one frozen record per row. Does not belong here: what became of people and figures
(changed_hands.py). A field has the name, the type and the meaning of the column; see
database/contract_change_columns.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class ContractChange:
    """A row of table contract_change, with the service's title."""

    service_code: str
    service_title: str
    from_provider_id: str
    to_provider_id: str
    ended_date: date
    began_date: date
    changed_date: date
    gap_days: int
    overlap_days: int
    area_codes: str  # empty for the whole borough
    from_price_gbp: Decimal | None
    to_price_gbp: Decimal | None
    handover_days: int
    comparable_date: date

    def covers(self, area_code: str) -> bool:
        """Whether the service changed hands in that area."""
        return not self.area_codes or area_code in self.area_codes.split(",")


_CONTRACT_CHANGES = """
select contract_change.*, coalesce(titles.service_title, contract_change.service_code)
    as service_title
from contract_change
left join (select distinct service_code, service_title from service) as titles using (service_code)
order by changed_date desc, service_code, from_provider_id, to_provider_id, area_codes
"""
# Field of a store → what its records are, and the query that gives them.
CHANGE_QUERIES: Mapping[str, tuple[type[Any], str]] = {
    "contract_changes": (ContractChange, _CONTRACT_CHANGES),
}
