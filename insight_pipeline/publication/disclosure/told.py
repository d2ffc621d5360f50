"""What a release tells of its figures, as far as an attacker can use it.

Belongs here: one figure's numbers as published, and for tonight's figures the counts behind them.
Does not belong here: where they are read from (cells.py, earlier.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from insight_pipeline.publication.disclosure.knowledge import (
    Range,
    count_range,
    fewest_events,
    rest_range,
)
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy

TOTAL = "total"
NUMERATOR, DENOMINATOR, REST, EXPECTED = "numerator", "denominator", "rest", "expected"
Place = tuple[str, str, str]
# Statistics of which numerator and rest make up the denominator, and the one that tells a single
# count, the denominator, twice.
PROPORTIONS = ("proportion", "weighted_proportion")
MEDIAN = "median"


@dataclass(frozen=True)
class Told:
    """One figure of one release: its place in the block, and its numbers unless withheld."""

    indicator_id: str
    kind: str
    breakdown: str
    statistic: str
    policy: DisclosurePolicy
    numerator: float | None
    denominator: float | None
    basis: float | None

    @property
    def place(self) -> Place:
        """Which figure it is, whatever the release."""
        return self.indicator_id, self.kind, self.breakdown

    @property
    def is_shown(self) -> bool:
        return self.numerator is not None

    def ranges(self) -> dict[str, Range]:
        """What the published numbers say of each count behind them; empty when withheld."""
        if self.numerator is None:
            return {}
        known: dict[str, Range] = {}
        if self.statistic != MEDIAN:
            fewest = fewest_events(self.statistic, self.policy)
            known[NUMERATOR] = count_range(self.numerator, self.policy, fewest)
        if self.denominator is not None:
            known[DENOMINATOR] = count_range(self.denominator, self.policy)
            if self.statistic in PROPORTIONS:
                known[REST] = rest_range(known[NUMERATOR], known[DENOMINATOR], self.policy)
        if self.statistic == "isr" and self.basis is not None and self.kind != TOTAL:
            half = self.policy.round_to / 2
            known[EXPECTED] = self.basis - half, self.basis + half
        return known


@dataclass(frozen=True)
class Counted:
    """One figure of tonight: what would be told of it, and the counts behind it by their name."""

    told: Told
    counts: Mapping[str, float]
