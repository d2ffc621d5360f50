"""A block: the counts of one indicator and period, and what each of its figures says of them.

Belongs here: what is known when some figures are withheld, and which counts are to be protected
then. Does not belong here: how a block is put together (building.py, crosstab.py), or solving
(attack.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from insight_pipeline.publication.disclosure.attack import Target
from insight_pipeline.publication.disclosure.worlds import Flags, System


@dataclass(frozen=True)
class Claim:
    """What one figure of tonight says of one count, if it is shown."""

    figure: int
    column: int
    low: float
    high: float


@dataclass(frozen=True)
class Block:
    """Figures of one indicator and period with what earlier releases tell of them.

    `system` holds what is known when nothing is shown tonight; `claims` what each figure adds;
    `targets`, figure by figure, the counts to be protected while it is withheld; `earlier` the
    counts that figures taken for revised had when earlier releases withheld them.
    """

    system: System
    claims: tuple[Claim, ...]
    targets: tuple[tuple[Target, ...], ...]
    earlier: tuple[Target, ...]

    def known(self, is_hidden: Flags) -> System:
        """What is known when the figures marked in `is_hidden` (figures,) are withheld."""
        low, high = self.system.low.copy(), self.system.high.copy()
        for claim in self.claims:
            if not is_hidden[claim.figure]:
                low[claim.column] = max(low[claim.column], claim.low)
                high[claim.column] = min(high[claim.column], claim.high)
        return replace(self.system, low=low, high=high)

    def withheld(self, is_hidden: Flags) -> list[Target]:
        """The counts of all figures marked in `is_hidden`.

        Without those that are not small and that another figure, of the same cohort, shows.
        """
        shown = {claim.column for claim in self.claims if not is_hidden[claim.figure]}
        return [
            target
            for place in np.flatnonzero(is_hidden)
            for target in self.targets[place]
            if target.is_small or target.column not in shown
        ]
