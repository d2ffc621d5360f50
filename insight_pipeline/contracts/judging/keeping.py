"""The stores of judging: a delivery's rows, the list of what is wrong, and its verdict.

Belongs here: in which order they are written and removed, so that a kill at any moment leaves
nothing that counts but is not so. Does not belong here: reaching a verdict (judge.py).
"""

from __future__ import annotations

import os
from pathlib import Path

from insight_pipeline.contracts.judging.one_pass import Pass
from insight_pipeline.contracts.judging.verdict import Verdict, verdict_path, write_verdict
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.settings import Settings


def keep(one: Pass, verdict: Verdict, settings: Settings) -> None:
    """First nothing of an earlier verdict, then the rows, and last the verdict that tells of them.

    A kill in between leaves rows without a verdict, which count for nothing: judged again.
    """
    forget(verdict, settings)
    accepted, quarantined, issues_kept = _rows_of(verdict, settings)
    made = {one.issues: issues_kept}
    if verdict.outcome == "accepted":
        made |= {one.quarantined_rows: quarantined, one.accepted_rows: accepted}
    for source, kept in made.items():
        with replacing_file(kept) as work:
            os.replace(source, work)
    write_verdict(settings.accepted, verdict)


def forget(verdict: Verdict, settings: Settings) -> None:
    """Remove what was kept of a delivery, the verdict first: without it the rest is nothing."""
    known = verdict_path(settings.accepted, verdict.stem, verdict.delivery_id)
    for path in (known, *_rows_of(verdict, settings)):
        path.unlink(missing_ok=True)


def _rows_of(verdict: Verdict, settings: Settings) -> tuple[Path, Path, Path]:
    """accepted, quarantined, issues"""
    stem, file = verdict.stem, f"{verdict.delivery_id}.parquet"
    issues_kept = issues_path(settings, stem, verdict.delivery_id)
    return settings.accepted / stem / file, settings.quarantine / stem / file, issues_kept


def issues_path(settings: Settings, stem: str, delivery_id: str) -> Path:
    """Where the list of what is wrong with a delivery rests; it may hold values."""
    return settings.quarantine / stem / f"{delivery_id}.issues.parquet"
