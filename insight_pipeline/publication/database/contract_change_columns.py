"""Table contract_change in words: its columns, their types and meanings.

Belongs here: what a column of a change of provider means. Does not belong here: what counts as a
change (dbt_like_sql/journeys/fct_contract_change.sql).
"""

from __future__ import annotations

CONTRACT_CHANGE_COLUMNS = {
    "service_code": ("VARCHAR", "Service that changed hands; see table service."),
    "from_provider_id": ("VARCHAR", "Who delivered it before; see table provider."),
    "to_provider_id": ("VARCHAR", "Who took it over."),
    "ended_date": ("DATE", "Last day of the old provider."),
    "began_date": ("DATE", "First day of the new provider's contract."),
    "changed_date": ("DATE", "First day on which the old one is gone and the new one there."),
    "gap_days": ("INTEGER", "Days between them on which nobody was under contract."),
    "overlap_days": ("INTEGER", "Days on which both were."),
    "area_codes": (
        "VARCHAR",
        "Areas where the service passed on, joined by commas; empty for the whole borough.",
    ),
    "from_price_gbp": ("DECIMAL(18,2)", "Yearly price of the old contract."),
    "to_price_gbp": ("DECIMAL(18,2)", "Yearly price of the new contract."),
    "handover_days": (
        "INTEGER",
        "Days the new provider had to see people who were in the middle of the service.",
    ),
    "comparable_date": (
        "DATE",
        "Periods that begin from this day on are held against others; see is_not_comparable.",
    ),
}
