"""What crosses linkage's door: the files beside the evidence, and a night in numbers.

Belongs here: the two records. Does not belong here: computing them (link). Counts and
fingerprints only, never a personal value.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from insight_pipeline.linkage.ledger.events import EVENTS


@dataclass(frozen=True)
class LinkageInputs:
    """Parquet files beside the evidence: postcode → area_code, and record_id → opted_out_date;
    and reviewers' decisions."""

    area_lookup: Sequence[Path] = ()
    opt_out: Sequence[Path] = ()
    decision: Sequence[Path] = ()


@dataclass(frozen=True)
class LinkageSummary:
    """One night in numbers; an `unchanged` one repeats the night it rests on, less its events."""

    night: int
    records: int
    changed: int
    affected: int
    evidence_rows: int
    people: int
    citizens: int
    pairs_scored: int
    left_out: int
    cluster_sizes: dict[int, int]
    largest_cluster: int
    created: int
    merged: int
    split: int
    moved: int
    retired: int
    returned: int
    vetoes: dict[str, int]
    cause: str | None
    model: str
    is_provisional: bool
    model_findings: int
    churn_percent: float
    is_churn_over_limit: bool
    announced: int
    held: int
    decisions: int
    decisions_in_effect: int
    decisions_put_back: int
    doubtful_people: int
    unchanged: bool = False

    @property
    def opted_out(self) -> int:
        return self.people - self.citizens

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def repeated(text: str) -> LinkageSummary | None:
    """The summary of a night that changed nothing since the one that wrote `text`.

    An alarm of that night stays until another night clears it. None where `text` was written by
    another version, with other numbers in it.
    """
    values = json.loads(text)
    if values.keys() != {field.name for field in fields(LinkageSummary)}:
        return None
    values["cluster_sizes"] = {int(size): n for size, n in values["cluster_sizes"].items()}
    nothing = dict.fromkeys((*EVENTS, "changed", "affected", "announced"), 0)
    return LinkageSummary(**{**values, **nothing, "unchanged": True})
