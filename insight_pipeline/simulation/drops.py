"""What providers put into the inbox, and what should become of each file.

Belongs here: places, manifests and the list of deliveries. Does not belong here: the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

import polars as pl

from insight_pipeline.simulation.writers import write_manifest

CONTRACT_VERSION = "1.0.0"


class Fate(StrEnum):
    """What should happen to a delivery once everything has arrived."""

    ACCEPTED = "accepted"
    LATE = "late"
    PARTIAL = "partial"
    UNKNOWN_COLUMN = "unknown_column"
    DUPLICATE = "duplicate"
    REFUSED_TRUNCATED = "refused_truncated"
    REFUSED_WRONG_PERIOD = "refused_wrong_period"
    REFUSED_CONTRACT_VERSION = "refused_contract_version"


@dataclass(frozen=True)
class Drop:
    """One file as its sender declares it."""

    provider: str
    dataset: str
    first: date
    last: date
    submitted: date
    file: str
    fate: Fate = Fate.ACCEPTED
    version: str = CONTRACT_VERSION


@dataclass(frozen=True)
class DropBox:
    """The inbox of all providers; remembers every delivery."""

    inbox: Path
    deliveries: list[dict[str, str | int]] = field(default_factory=list)

    def put(self, drop: Drop, rows: int, write: Callable[[Path], None]) -> None:
        """Write one file, then its manifest."""
        folder = self.inbox / drop.provider / drop.submitted.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / drop.file
        write(path)
        submitted_at = f"{drop.submitted.isoformat()}T09:00:00Z"
        declared: dict[str, str | int] = {
            "provider": drop.provider,
            "dataset": drop.dataset,
            "contract_version": drop.version,
            "period_from": drop.first.isoformat(),
            "period_to": drop.last.isoformat(),
            "submitted_at": submitted_at,
            "file": drop.file,
            "rows": rows,
        }
        write_manifest(path, declared)
        place = path.relative_to(self.inbox).as_posix()
        self.deliveries.append({**declared, "path": place, "expected_fate": drop.fate.value})

    def table(self) -> pl.DataFrame:
        """Every delivery, in order of submission."""
        return pl.DataFrame(self.deliveries).sort("submitted_at", "provider", "dataset", "file")
