"""Secondary suppression: the fewest further figures to withhold, so that no count stays narrow.

Belongs here: choosing. Does not belong here: what an attacker knows (building.py) or can work out
(attack.py), and whether the choice is enough (audit.py).

A target is protected by two worlds that agree with all that is published and differ in it by its
width. Both are variables here, beside one switch per figure that frees what the figure says; the
solver finds the cheapest switches for which both worlds exist (Fischetti and Salazar 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array, hstack, vstack

from insight_pipeline.publication.disclosure.attack import Target
from insight_pipeline.publication.disclosure.block import Block
from insight_pipeline.publication.disclosure.worlds import Flags, Floats, System

# Branches after which the best pattern so far, or none, is taken: tables here need a handful.
_NODES = 5_000


def cheapest_pattern(
    block: Block, is_hidden: Flags, targets: Sequence[Target], cost: Floats
) -> Flags | None:
    """Figures to withhold (figures,), those of `is_hidden` among them, so that targets are wide.

    `cost` (figures,) is positive. None when no pattern protects all targets, as when an earlier
    release gives one away.
    """
    if not targets:
        return is_hidden
    known = block.known(np.ones(len(is_hidden), dtype=bool))
    worlds = 2 * len(targets)
    low, high = _bounds(known, is_hidden, targets)
    if np.any(low > high):
        return None
    found = milp(
        np.concatenate([cost, np.zeros(worlds * len(known.low))]),
        integrality=np.concatenate([np.ones(len(is_hidden)), np.tile(known.is_count, worlds)]),
        bounds=Bounds(low, high),
        constraints=_constraints(block, known, targets, worlds),
        options={"mip_rel_gap": 0.0, "node_limit": _NODES},
    )
    return None if found.x is None else np.asarray(found.x[: len(is_hidden)] > 0.5)


def _bounds(known: System, is_hidden: Flags, targets: Sequence[Target]) -> tuple[Floats, Floats]:
    """Of every switch and every count: in a target's two worlds it lies in the target's range."""
    figures, n = len(is_hidden), len(known.low)
    low = np.concatenate([is_hidden.astype(float), np.tile(known.low, 2 * len(targets))])
    high = np.concatenate([np.ones(figures), np.tile(known.high, 2 * len(targets))])
    for place, target in enumerate(targets):
        for world in (2 * place, 2 * place + 1):
            column = figures + world * n + target.column
            low[column] = max(low[column], target.low)
            high[column] = min(high[column], target.high)
    return low, high


def _constraints(
    block: Block, known: System, targets: Sequence[Target], worlds: int
) -> list[LinearConstraint]:
    figures, n = len(block.targets), len(known.low)
    lines = _beside(figures, block_diag([known.rows] * worlds, format="csr"))
    claims = [_claims(block, known, world, worlds) for world in range(worlds)]
    freed = vstack([rows for rows, _, _ in claims], format="csr")
    apart = np.zeros((len(targets), figures + worlds * n))
    for place, target in enumerate(targets):
        apart[place, figures + (2 * place + 1) * n + target.column] = 1.0
        apart[place, figures + 2 * place * n + target.column] = -1.0
    return [
        LinearConstraint(lines, np.tile(known.row_low, worlds), np.tile(known.row_high, worlds)),
        LinearConstraint(
            freed,
            np.concatenate([lower for _, lower, _ in claims]),
            np.concatenate([upper for _, _, upper in claims]),
        ),
        LinearConstraint(apart, np.array([t.width for t in targets]), np.inf),
    ]


def _claims(block: Block, known: System, world: int, worlds: int) -> tuple[Any, Floats, Floats]:
    """z >= low - (low - lowest) * switch and z <= high + (highest - high) * switch, per claim."""
    figures, n = len(block.targets), len(known.low)
    wide = [c for c in block.claims]
    count = len(wide)
    columns = np.array([figures + world * n + c.column for c in wide], dtype=np.int64)
    switches = np.array([c.figure for c in wide], dtype=np.int64)
    low = np.array([max(c.low, known.low[c.column]) for c in wide])
    high = np.array([min(c.high, known.high[c.column]) for c in wide])
    lowest = known.low[[c.column for c in wide]]
    highest = known.high[[c.column for c in wide]]
    place = np.arange(count)
    shape = (count, figures + worlds * n)
    unit = csr_array((np.ones(count), (place, columns)), shape=shape)
    lower = unit + csr_array((low - lowest, (place, switches)), shape=shape)
    upper = unit - csr_array((highest - high, (place, switches)), shape=shape)
    nothing = np.full(count, np.inf)
    return (
        vstack([lower, upper], format="csr"),
        np.concatenate([low, -nothing]),
        np.concatenate([nothing, high]),
    )


def _beside(figures: int, rows: Any) -> Any:
    """Rows over worlds, with empty columns for the switches in front."""
    return hstack([csr_array((rows.shape[0], figures)), rows], format="csr")
