"""Rows of each delivery of a feed, with the range that was usual before it.

Belongs here: the picture of volumes. Does not belong here: the range (service_levels/volume.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from insight_pipeline.contracts.service_levels.volume import FEWEST_EARLIER, Volume
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.operations.charts.picture import Picture, of_chart
from insight_pipeline.publication.site.charts.model import Axis, Limits, Mark
from insight_pipeline.publication.site.charts.spc import spc_chart

MOST = 36
TITLE = "Rows received by delivery"


def rows_received(volumes: Sequence[Volume], accounts: Collection[Account]) -> Picture | None:
    """The latest deliveries in order of submission; None where none tells of volume."""
    if not volumes:
        return None
    periods = {account.delivery_id: account.period_to for account in accounts}
    shown = volumes[-MOST:]
    marks = [
        Mark(
            label=f"{periods[one.delivery_id]:%b %y}",
            value=float(one.rows),
            signal=_signal(one),
            long_label=f"period to {periods[one.delivery_id]}",
        )
        for one in shown
    ]
    limits = [Limits(one.expected, one.lowest, one.highest) for one in shown]
    is_judged = any(one.expected is not None for one in shown)
    chart = spc_chart(
        "rows", TITLE, marks, Axis("rows", 0, from_zero=True), limits=limits if is_judged else None
    )
    before = "" if is_judged else f" (no range before {FEWEST_EARLIER} earlier periods)"
    return of_chart(f"{TITLE}{before}", chart)


def _signal(one: Volume) -> str:
    if one.expected is None or one.lowest is None:
        return ""
    if one.is_usual:
        return "common_cause"
    return "neutral_low" if one.rows < one.lowest else "neutral_high"
