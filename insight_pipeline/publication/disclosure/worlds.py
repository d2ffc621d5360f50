"""Linear systems of counts, and the worlds of whole numbers that agree with them.

Belongs here: what is known of a block, as a system, and the search for one world that agrees with
it. Does not belong here: what an attacker makes of the worlds he finds (attack.py), or where a
system comes from (building.py, crosstab.py). Solver: HiGHS, through scipy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from insight_pipeline.kernel.errors import Fault, InsightError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_OPTIMAL, _INFEASIBLE = 0, 2


@dataclass(frozen=True)
class System:
    """Everything known of a block of counts z: low <= z <= high, row_low <= rows @ z <= row_high.

    `is_count` marks the whole numbers among z (n,); the rest, such as expected numbers, are real.
    """

    low: Floats
    high: Floats
    is_count: Flags
    rows: csr_array
    row_low: Floats
    row_high: Floats

    def within(self, column: int, low: float, high: float) -> System:
        """The system when the attacker takes one count to be from `low` to `high`."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[column], highs[column] = max(lows[column], low), min(highs[column], high)
        return replace(self, low=lows, high=highs)


def world_of(system: System, direction: Floats) -> Floats | None:
    """A world (n,) of whole counts that minimises direction @ z; None when no world agrees.

    Counts in fractions would give ranges that are too wide, and so a false sense of safety. As the
    lines of a table form a network, asking for whole counts costs hardly anything.
    """
    if np.any(system.low > system.high):
        return None
    found = milp(
        direction,
        integrality=system.is_count.astype(int),
        bounds=Bounds(system.low, system.high),
        constraints=_constraints(system),
        options={"mip_rel_gap": 0.0},
    )
    if found.status == _OPTIMAL:
        world: Floats = np.where(system.is_count, np.round(found.x), found.x)
        return world
    if found.status == _INFEASIBLE:
        return None
    raise InsightError([_unsolved(str(found.message))])


def is_possible(system: System) -> bool:
    """Whether any world of whole counts agrees with the system."""
    return world_of(system, np.zeros(len(system.low))) is not None


def _constraints(system: System) -> Any:
    if not system.rows.shape[0]:
        return ()
    return LinearConstraint(system.rows, system.row_low, system.row_high)


def _unsolved(message: str) -> Fault:
    return Fault(
        where="publication: disclosure audit",
        expected="a solution, or the proof that there is none",
        found=message,
        consequence="nothing is published, the last release stays",
        next_step="run again; report it when it happens twice",
    )
