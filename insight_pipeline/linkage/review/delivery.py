"""Verdicts on their way into the night: a file in an inbox, its manifest written last.

Belongs here: the delivery's bytes. Does not belong here: judging it; it is judged, quarantined and
accounted for like anybody's. Written twice it counts once: a decision's id is its key.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX, Manifest
from insight_pipeline.linkage.review.notebook import Judgement

COLUMNS = tuple(name for name in Judgement.model_fields if name != "item_id")


@dataclass(frozen=True)
class Destination:
    """Below which inbox verdicts are put, and under which contract."""

    inbox: Path
    provider: str
    dataset: str
    version: str


def write_delivery(
    judgements: Sequence[Judgement], to: Destination, submitted_at: datetime
) -> Path:
    """Write the verdicts and then their manifest; the file's path."""
    ordered = sorted(judgements, key=lambda one: (one.decided_at, one.decision_id))
    content = _csv(ordered)
    at = submitted_at.astimezone(UTC).replace(microsecond=0)
    name = f"{at:%Y%m%dT%H%M%SZ}-{fingerprint(content)[:8]}.csv"
    path = to.inbox / to.provider / to.dataset / name
    days = [datetime.fromisoformat(one.decided_at).date() for one in ordered]
    manifest = Manifest(
        provider=to.provider,
        dataset=to.dataset,
        contract_version=to.version,
        period_from=min(days),
        period_to=max(days),
        submitted_at=at,
        file=name,
        rows=len(ordered),
    )
    with replacing_file(path) as work:
        work.write_text(content, encoding="utf-8", newline="")
    with replacing_file(path.with_name(name + MANIFEST_SUFFIX)) as work:
        text = json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True)
        work.write_text(text, encoding="utf-8")
    return path


def _csv(judgements: Sequence[Judgement]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(one, name)) for name in COLUMNS] for one in judgements)
    return stream.getvalue()


def _cell(value: str | bool | tuple[str, ...]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ";".join(one.replace("%", "%25").replace(";", "%3B") for one in value)
    # Line breaks and other controls have no place in a cell.
    return "".join(letter if letter.isprintable() else " " for letter in value)
