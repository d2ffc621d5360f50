"""Deliveries that look unlike those before them, column by column.

Belongs here: comparing the counts that verdicts keep. Does not belong here: holding a delivery back
because of it: drift asks a person to look, and is often the news the figures are for.

Measure: the population stability index, sum over bins of (now - before) x ln(now / before), with
the shares of one delivery and of its predecessors (N. Siddiqi, Credit Risk Scorecards, Wiley 2006,
who reads 0.10 to 0.25 as a small shift and more as a large one). Bins are the codes that occur on
either side, missing cells, and cells filled with no known code (in a column without a code list:
all that are filled). A bin that one side lacks counts as half a cell there, as the logarithm needs
a share above 0; those that both sides fill are not smoothed, so that equal shares give exactly 0.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from insight_pipeline.contracts.judging.rules import slug
from insight_pipeline.contracts.judging.scan import FILLED, MISSING
from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract, Drift

# Two years of quarters: long enough for seasons, short enough to follow a lasting change.
PREDECESSORS = 8
EMPTY_BIN_CELLS = 0.5

Cells = Mapping[str, int]


def drift_notices(contract: Contract, verdicts: Collection[Verdict]) -> dict[str, tuple[str, ...]]:
    """Delivery id → `drift.<column>` for every promised column that moved further than allowed.

    A function of the set of verdicts: each accepted delivery is held against up to 8 that were
    submitted before it. Silent where either side has fewer cells than the contract's minRows.
    """
    drift = contract.promise.drift
    if drift is None:
        return {}
    accepted = sorted((v for v in verdicts if v.outcome == "accepted"), key=lambda v: v.rank)
    found = {
        verdict.delivery_id: _moved(
            contract, verdict, accepted[max(n - PREDECESSORS, 0) : n], drift
        )
        for n, verdict in enumerate(accepted)
    }
    return {delivery_id: codes for delivery_id, codes in found.items() if codes}


def _moved(
    contract: Contract, verdict: Verdict, before: Sequence[Verdict], drift: Drift
) -> tuple[str, ...]:
    codes = []
    for column in contract.columns:
        now = _bins(verdict.profile.get(column.name, {}))
        pooled = _pooled([_bins(earlier.profile.get(column.name, {})) for earlier in before])
        enough = min(sum(now.values()), sum(pooled.values())) >= drift.min_rows
        if enough and stability_index(pooled, now) > drift.max_psi:
            codes.append(f"drift.{slug(column.name)}")
    return tuple(dict.fromkeys(codes))


def _bins(cells: Cells) -> Cells:
    """A column's profile without overlap: its codes are part of what is filled."""
    codes = {code: n for code, n in cells.items() if code not in (MISSING, FILLED)}
    others = cells.get(FILLED, 0) - sum(codes.values())
    return {**codes, MISSING: cells.get(MISSING, 0), FILLED: others}


def _pooled(profiles: Sequence[Cells]) -> Cells:
    pooled: Counter[str] = Counter()
    for profile in profiles:
        pooled.update(profile)
    return pooled


def stability_index(before: Cells, now: Cells) -> float:
    """Population stability index of two columns of cells; both must hold some."""
    codes = sorted(code for code in {*before, *now} if before.get(code) or now.get(code))
    return math.fsum(
        (after - earlier) * math.log(after / earlier)
        for earlier, after in zip(_shares(before, codes), _shares(now, codes), strict=True)
    )


def _shares(cells: Cells, codes: Sequence[str]) -> list[float]:
    total = sum(cells.values())
    return [(cells.get(code) or EMPTY_BIN_CELLS) / total for code in codes]
