"""A night's quality as others read it: the lines of the table, and the few to be told outside.

Belongs here: reading the table, and the choice of figures as plain values. Does not belong here:
Dagster's types (defs). Outside the identity zone groups are named only where they differ, and the
sizes of groups are not told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.quality.basis import exists
from insight_pipeline.linkage.quality.nightly import QualityReport
from insight_pipeline.linkage.quality.uncertainty import DrawCounts

SHARES = (
    "estimated_precision", "estimated_recall", "silver_precision", "silver_recall", "silver_reach",
    "labelled_precision", "labelled_recall",
)  # fmt: skip


def quality_metadata(
    report: QualityReport, draws: DrawCounts | None = None
) -> dict[str, int | float | str]:
    """Plain values by name; a share that could not be measured is not there.

    `groups_flagged` lists measures that differ from everyone's, as 'measure: kind = group'.
    """
    told: dict[str, int | float | str] = {"quality_method": report.calibration.method}
    for measure in SHARES:
        share = report.shares.get(measure)
        if share is not None:
            told[measure] = round(share.estimate, 4)
            told[f"{measure}_lower"] = round(share.lower, 4)
            told[f"{measure}_upper"] = round(share.upper, 4)
    told["silver_pairs"] = report.silver_pairs
    told["labels"] = report.labels
    if report.backlog is not None:
        told["review_backlog"] = report.backlog
    told["groups_flagged_count"] = len(report.flagged)
    told["groups_flagged"] = "; ".join(f"{m}: {kind} = {v}" for m, kind, v in report.flagged)
    if draws is not None:
        told["people_fewest"] = draws.fewest
        told["people_most"] = draws.most
        told["doubtful_joins"] = draws.doubtful_joins
    return told


def read_quality(store: Path, night: int | None = None) -> list[dict[str, Any]]:
    """Lines of table quality of one night, by default the last; none where nothing was measured.

    InsightError where the store cannot be read.
    """
    if not store.exists():
        return []
    try:
        with duckdb.connect(str(store), read_only=True) as con:
            if not exists(con, "quality"):
                return []
            found = con.execute(
                "select * from quality where night = coalesce(?, (select max(night) from quality))"
                " order by measure, group_kind, group_value",
                [night],
            )
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except duckdb.Error as error:
        raise InsightError([_unreadable(store, type(error).__name__)]) from None


def measured_nights(store: Path) -> list[int]:
    """The nights read_quality can tell of, the first one first."""
    if not read_quality(store):
        return []
    with duckdb.connect(str(store), read_only=True) as con:
        rows = con.execute("select distinct night from quality order by night").fetchall()
    return [int(night) for (night,) in rows]


def _unreadable(store: Path, kind: str) -> Fault:
    return Fault(
        where=str(store),
        expected="an identity store that nobody is writing",
        found=f"{kind} on reading it",
        consequence="the quality of linkage is not shown",
        next_step="wait until the night is over and ask again",
    )
