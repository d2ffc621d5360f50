"""The stores of judging: a delivery's rows, the list of what is wrong, and its verdict.

Belongs here: in which order they are written and removed, so that a kill at any moment leaves
nothing that counts but is not so. Does not belong here: reaching a verdict (judge.py).
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from insight_pipeline.contracts.judging.one_pass import Pass
from insight_pipeline.contracts.judging.verdict import Verdict, verdict_path, writing_verdict
from insight_pipeline.kernel.atomic import remove_file, replacing_file
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.settings import Settings


def keep(one: Pass, verdict: Verdict, settings: Settings) -> Verdict:
    """First nothing of an earlier verdict, then the rows, and last the verdict that tells of them.

    Everything is written before the earlier verdict goes: where the disk is full, that one and its
    rows stand. A kill in between leaves rows without a verdict, which count for nothing: judged
    again. Returned is the verdict with the hashes of its rows.
    """
    made = {"issues": one.issues}
    if verdict.outcome == "accepted":
        made |= {"quarantined": one.quarantined_rows, "accepted": one.accepted_rows}
    marks = {kind: file_sha256(path) for kind, path in made.items()}
    places = _rows_of(verdict, settings)
    with ExitStack() as swaps:
        # What is entered first is swapped in last.
        sealed = verdict.model_copy(update={"rows_sha256": marks})
        swaps.enter_context(writing_verdict(settings.accepted, sealed))
        for kind, source in made.items():
            os.replace(source, swaps.enter_context(replacing_file(places[kind])))
        forget(verdict, settings)
    return sealed


def forget(verdict: Verdict, settings: Settings) -> None:
    """Remove what was kept of a delivery, the verdict first: without it the rest is nothing."""
    known = verdict_path(settings.accepted, verdict.stem, verdict.delivery_id)
    for path in (known, *_rows_of(verdict, settings).values()):
        remove_file(path)


def are_rows_whole(verdict: Verdict, settings: Settings) -> bool:
    """Whether all that was kept with a verdict is there as it was written."""
    places = _rows_of(verdict, settings)
    try:
        return all(file_sha256(places[kind]) == mark for kind, mark in verdict.rows_sha256.items())
    except FileNotFoundError:
        return False


def _rows_of(verdict: Verdict, settings: Settings) -> dict[str, Path]:
    """Kind of rows → where they rest."""
    stem, file = verdict.stem, f"{verdict.delivery_id}.parquet"
    return {
        "accepted": settings.accepted / stem / file,
        "quarantined": settings.quarantine / stem / file,
        "issues": issues_path(settings, stem, verdict.delivery_id),
    }


def issues_path(settings: Settings, stem: str, delivery_id: str) -> Path:
    """Where the list of what is wrong with a delivery rests; it may hold values."""
    return settings.quarantine / stem / f"{delivery_id}.issues.parquet"
