"""How much of each delivery linkage could use: counts, and nothing of any person.

Belongs here: counting evidence by delivery. Does not belong here: linking it, or who is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect, kind_of

_TABLES = ("main.person_evidence", "main.person", "main.citizen")
_COUNTS = """
    select
        evidence.delivery_id,
        count(*) as evidence_rows,
        count(person.citizen_key) as linked_rows,
        count(*) filter (citizen.provider_count > 1) as shared_rows
    from person_evidence as evidence
    left join person using (record_id)
    left join citizen using (citizen_key)
    group by evidence.delivery_id
"""


@dataclass(frozen=True)
class Evidence:
    """A delivery's rows that tell of a person; those of a known citizen; of one others know too."""

    rows: int = 0
    linked: int = 0
    shared: int = 0


def evidence_by_delivery(settings: Settings) -> dict[str, Evidence]:
    """Delivery id → its evidence in identity.duckdb as it stands; empty before the first night."""
    if not settings.identity.is_file():
        return {}
    with connect(settings, settings.identity, read_only=True) as connection:
        if not all(kind_of(connection, table) for table in _TABLES):
            return {}
        found = connection.execute(_COUNTS).fetchall()
    return {delivery: Evidence(*counts) for delivery, *counts in found if delivery is not None}
