"""How full each promised column came, in the latest delivery and in those before it.

Belongs here: shares of filled cells by column. Does not belong here: rules that require a cell
(contracts/judging), or any value: the counts are those that verdicts keep.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from insight_pipeline.contracts.judging.scan import FILLED, MISSING
from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.operations.charts.bars import Bar, bars
from insight_pipeline.operations.charts.picture import Picture, picture

EARLIER = 8  # as many as drift compares with (contracts/service_levels/drift.py)
MOST_BARS = 30
ODD = 0.1  # of the share: enough to look
TITLE = "Completeness by column, latest delivery"


def filling(contract: Contract, verdicts: Collection[Verdict]) -> Picture | None:
    """Columns that are not always full; None before a delivery was accepted."""
    accepted = sorted((v for v in verdicts if v.outcome == "accepted"), key=lambda v: v.rank)
    if not accepted:
        return None
    latest, earlier = accepted[-1], accepted[-1 - EARLIER : -1]
    every = [_bar(column.name, latest, earlier) for column in contract.columns]
    told = [bar for bar in every if bar is not None]
    shown = [bar for bar in told if bar.share < 1 or (bar.before or 1) < 1]
    finding = _finding(told, shown, latest)
    return picture(TITLE, finding, bars(shown[:MOST_BARS], "share in the deliveries before it"))


def _bar(column: str, latest: Verdict, earlier: Sequence[Verdict]) -> Bar | None:
    """None where the latest delivery had no cell of the column."""
    now, before = _share([latest], column), _share(earlier, column)
    if now is None:
        return None
    return Bar(column, now, before, is_odd=before is not None and abs(now - before) > ODD)


def _share(verdicts: Sequence[Verdict], column: str) -> float | None:
    cells = [verdict.profile.get(column, {}) for verdict in verdicts]
    filled = sum(counts.get(FILLED, 0) for counts in cells)
    total = filled + sum(counts.get(MISSING, 0) for counts in cells)
    return filled / total if total else None


def _finding(told: Sequence[Bar], shown: Sequence[Bar], latest: Verdict) -> str:
    full = f"{len(told) - len(shown)} of {len(told)} columns are always full"
    odd = [bar.name for bar in shown if bar.is_odd]
    moved = f"; moved by more than {ODD:.0%}: {', '.join(odd)}" if odd else ""
    hidden = len(shown) - MOST_BARS
    more = f" {hidden} more are not drawn." if hidden > 0 else ""
    return f"{full} (period to {latest.period_to}){moved}.{more}"
