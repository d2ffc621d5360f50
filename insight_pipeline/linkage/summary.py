"""What crosses linkage's door: the files beside the evidence, and a night in numbers.

Belongs here: the two records. Does not belong here: computing them (link). Counts and
fingerprints only, never a personal value.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class LinkageInputs:
    """Parquet files beside the evidence: postcode → area_code, and record_id → opted_out_date."""

    area_lookup: Sequence[Path] = ()
    opt_out: Sequence[Path] = ()


@dataclass(frozen=True)
class LinkageSummary:
    """One night in numbers; an `unchanged` one repeats the night it rests on, less its events."""

    night: int
    records: int
    evidence_rows: int
    people: int
    citizens: int
    pairs_scored: int
    pairs_by_rule: dict[str, int]
    cluster_sizes: dict[int, int]
    largest_cluster: int
    created: int
    merged: int
    split: int
    retired: int
    vetoes: dict[str, int]
    issuers: dict[str, str]
    model_fingerprint: str
    unchanged: bool = False

    @property
    def opted_out(self) -> int:
        return self.people - self.citizens

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def repeated(text: str) -> LinkageSummary:
    """The summary of a night that changed nothing since the one that wrote `text`."""
    values = json.loads(text)
    values["cluster_sizes"] = {int(size): n for size, n in values["cluster_sizes"].items()}
    night = LinkageSummary(**values)
    return replace(night, unchanged=True, created=0, merged=0, split=0, retired=0)
