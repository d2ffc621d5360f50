"""Which delivery of which quarter goes wrong, and how.

Belongs here: the plan of whole-file faults. Does not belong here: faults of cells (dirt_rates.py).
Every fault is put right by a later file, so that the accepted data is complete in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from insight_pipeline.simulation.situations import situation

LATE_DAYS = 35
CORRECTION_DAYS = 14
RESEND_DAYS = 1
RIGHT_PERIOD_DAYS = 3
RIGHT_VERSION_DAYS = 2
DUPLICATE_DAYS = 2
WRONG_VERSION = "9.0.0"
# The planted provider that breaks its promise about data does so this many times in a row.
PROMISES_BROKEN, TIMES_BROKEN = "data_promises_broken", 3


@dataclass(frozen=True)
class FaultPlan:
    """The index of the quarter (from 0) whose delivery has each fault."""

    wellpath_referrals_corrected: int
    youthworks_late: int
    activelife_members_truncated: int
    activelife_visits_wrong_period: int
    newleaf_unknown_column: int
    kidsfirst_missing_wrong_version: int
    brightcare_duplicate: int


def fault_plan(quarters: int) -> FaultPlan:
    """Spread over the window; with few quarters several share one."""
    return FaultPlan(
        wellpath_referrals_corrected=max(quarters - 5, 0),
        youthworks_late=max(quarters - 2, 0),
        activelife_members_truncated=quarters // 2,
        activelife_visits_wrong_period=max(quarters // 3, 1),
        newleaf_unknown_column=min(2, quarters - 1),
        kidsfirst_missing_wrong_version=quarters // 4,
        brightcare_duplicate=quarters // 2,
    )


def broken_promises(provider: str, ends: Sequence[date], *, is_planted: bool) -> frozenset[date]:
    """Last days of the quarters whose deliveries a provider that is planted to fail sends late."""
    planted = situation(PROMISES_BROKEN)
    if not is_planted or provider != planted.provider_id:
        return frozenset()
    return frozenset(sorted(end for end in ends if end >= planted.first)[:TIMES_BROKEN])
