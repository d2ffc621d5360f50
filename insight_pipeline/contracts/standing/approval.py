"""Somebody's word that a held delivery is right.

Belongs here: the record of it. Does not belong here: what makes a delivery held (recognition.py).
A delivery's id is made from its content and declaration: other content needs another approval.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.strict import StrictModel, load_json

Words = Annotated[str, Field(pattern=r"\S", max_length=500)]
_DELIVERY_ID = re.compile(r"[0-9a-f]{16}")


class Approval(StrictModel):
    """Who let a delivery stand, and why."""

    delivery_id: str
    stem: str
    by: Words
    reason: Words


def _folder(landing: Path) -> Path:
    return landing / "approvals"


def write_approval(landing: Path, approval: Approval) -> None:
    with replacing_file(_folder(landing) / f"{approval.delivery_id}.json") as work:
        work.write_text(approval.model_dump_json(indent=2), encoding="utf-8")


def read_approval(landing: Path, delivery_id: str) -> Approval | None:
    path = _folder(landing) / f"{delivery_id}.json"
    return load_json(path, Approval) if path.exists() else None


def approved_deliveries(landing: Path) -> frozenset[str]:
    """Ids of every approved delivery."""
    found = (path.stem for path in _folder(landing).glob("*.json"))
    return frozenset(name for name in found if _DELIVERY_ID.fullmatch(name))
