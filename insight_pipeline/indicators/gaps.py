"""Open gaps: people whom the next service has not taken on, for the provider who answers for them.

Belongs here: that list from journeys.fct_hand_off. Does not belong here: who may see it (cli/), or
what a missed hand-off is. The list holds pseudonyms and is never published.
"""

from __future__ import annotations

import duckdb
import polars as pl

GAP_COLUMNS = (
    "citizen_id",
    "pathway_code",
    "from_provider_id",
    "to_provider_id",
    "started_date",
    "due_date",
    "overdue_days",
)
_GAPS = f"""
select {", ".join(GAP_COLUMNS)}
from journeys.fct_hand_off
where
    is_open
    and to_provider_id = coalesce($provider, to_provider_id)
    and pathway_code = coalesce($pathway, pathway_code)
order by overdue_days desc, due_date, pathway_code, citizen_id
"""


def open_gaps(
    connection: duckdb.DuckDBPyConnection, provider: str | None = None, pathway: str | None = None
) -> pl.DataFrame:
    """One row per hand-off that was missed and that nobody has picked up since, longest first.

    The columns of GAP_COLUMNS; overdue_days in days since the clock ran out. provider: who answers
    for it, the receiving one; pathway: a code of pathways.yaml; None for all.
    """
    asked = {"provider": provider, "pathway": pathway}
    gaps: pl.DataFrame = connection.sql(_GAPS, params=asked).pl()
    return gaps
