"""What changed in the figures: how many of which indicator are new, and how many were revised why.

Belongs here: counting in the unsuppressed ledger of figures. Does not belong here: any figure; only
counts and names of indicators come out.
"""

from __future__ import annotations

from dataclasses import dataclass

from insight_pipeline.operations.facts import LEDGER
from insight_pipeline.settings import Settings
from insight_pipeline.sql.engines.duckdb import connect

_CHANGES = f"""
select indicator_id, reason_code, count(*) as figures
from {LEDGER}
where night_no > ?
group by indicator_id, reason_code
order by indicator_id, reason_code
"""


@dataclass(frozen=True)
class FigureChange:
    """So many figures of an indicator for one reason; `first` means new ones."""

    indicator: str
    reason: str
    figures: int


def changed_figures(settings: Settings, after_night: int) -> tuple[FigureChange, ...]:
    """Changes of the nights after this one of the ledger, by indicator and reason."""
    with connect(settings, settings.warehouse, read_only=True) as connection:
        rows = connection.execute(_CHANGES, [after_night]).fetchall()
    return tuple(FigureChange(indicator, reason, int(n)) for indicator, reason, n in rows)
