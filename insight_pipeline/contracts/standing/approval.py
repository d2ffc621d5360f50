"""Somebody's word that a held delivery is right.

Belongs here: the record of it. Does not belong here: what makes a delivery held (recognition.py).
A delivery's id is made from its content and declaration: other content needs another approval, and
so does a later verdict that leaves fewer sound rows than were approved.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.strict import StrictModel, load_json

Words = Annotated[str, Field(pattern=r"\S", max_length=500)]


class Approval(StrictModel):
    """Who let a delivery stand, and why; of how many sound rows, by which verdict."""

    delivery_id: str
    stem: str
    by: Words
    reason: Words
    accepted: Annotated[int, Field(ge=0)]
    verdict: str


def _folder(landing: Path) -> Path:
    return landing / "approvals"


def write_approval(landing: Path, approval: Approval) -> None:
    with replacing_file(_folder(landing) / f"{approval.delivery_id}.json") as work:
        work.write_text(approval.model_dump_json(indent=2), encoding="utf-8")


def read_approval(landing: Path, delivery_id: str) -> Approval | None:
    path = _folder(landing) / f"{delivery_id}.json"
    return load_json(path, Approval) if path.exists() else None


def approved_deliveries(landing: Path, verdicts: Iterable[Verdict]) -> frozenset[str]:
    """Ids of those deliveries that were approved with no more sound rows than they have now."""
    found = ((verdict, read_approval(landing, verdict.delivery_id)) for verdict in verdicts)
    return frozenset(
        verdict.delivery_id
        for verdict, approval in found
        if approval and verdict.accepted >= approval.accepted
    )
