"""What follows a dataset: evidence, indicators, and where the figures are shown.

Belongs here: what many deliveries share, gathered once. Does not belong here: one delivery
(trail.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.indicators.feeders import find_feeders
from insight_pipeline.linkage.deliveries import Evidence, evidence_by_delivery
from insight_pipeline.publication.history import newest_release
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Visible:
    """Where the last night's figures are shown: a release, or a preview for internal eyes."""

    name: str
    path: Path
    is_preview: bool


@dataclass(frozen=True)
class Downstream:
    """evidence: by delivery id. indicators: ids by feed. closed_to: last day `shown` covers."""

    evidence: Mapping[str, Evidence]
    indicators: Mapping[str, tuple[str, ...]]
    shown: Visible | None
    closed_to: date | None


def gather_downstream(settings: Settings, catalogue: Catalogue) -> Downstream:
    """One query and one look at lineage, for all deliveries of all feeds."""
    readers: dict[str, set[str]] = {}
    for indicator in catalogue.indicators:
        for feeder in find_feeders(catalogue, indicator):
            readers.setdefault(feeder.contract.stem, set()).add(indicator)
    # A night on which no release is due leaves a preview; a release takes the preview away.
    preview = newest_release(settings.preview)
    newest = preview or newest_release(settings.published)
    return Downstream(
        evidence_by_delivery(settings),
        {stem: tuple(sorted(names)) for stem, names in readers.items()},
        Visible(newest.path.name, newest.path, is_preview=preview is not None) if newest else None,
        newest.closed_to if newest else None,
    )
