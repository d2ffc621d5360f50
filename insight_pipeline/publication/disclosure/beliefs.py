"""What an attacker may believe of earlier releases: which are true together, and what was revised.

Belongs here: his beliefs, each one figure taken for revised, or none, and the releases that can all
be true beside tonight's if nothing else was revised but what they contradict outright. Does not
belong here: what he works out from a belief (attacker.py).

He believes that nothing was revised, as far as the releases let him. A figure that one release
shows and another withholds may have crossed the line between: of each of these he also believes
that it was revised, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from insight_pipeline.publication.disclosure.building import CohortOf, build_block
from insight_pipeline.publication.disclosure.told import Counted, Place, Told
from insight_pipeline.publication.disclosure.worlds import is_possible

Release = Sequence[Told]
Revised = frozenset[Place]
NOTHING: Revised = frozenset()

# Of how many of the newest releases it is asked what can be true beside them.
_FIRST_CHOICES = 5


class Beliefs:
    """Beliefs about one block: tonight's figures as told, and releases oldest first."""

    def __init__(
        self, figures: Sequence[Counted], releases: Sequence[Release], cohort_of: CohortOf
    ) -> None:
        self.figures = figures
        self.releases = releases
        self.cohort_of = cohort_of
        told = [t for release in releases for t in release] + [c.told for c in figures]
        withheld = {t.place for t in told if not t.is_shown}
        self._changed = withheld & {t.place for t in told if t.is_shown}

    def found(self) -> list[tuple[Revised, list[Release]]]:
        """Every belief: what is taken for revised, and as many releases as go with that."""
        beliefs: list[tuple[Revised, list[Release]]] = []
        for first in self.releases[: -_FIRST_CHOICES - 1 : -1]:
            for revised in self._revisions(first):
                if not any(revised == other and first in said for other, said in beliefs):
                    beliefs.append((revised, self._beside(first, revised)))
        return beliefs

    def _revisions(self, first: Release) -> Iterable[Revised]:
        """What may have been revised if one release is true."""
        for revised in (NOTHING, *(frozenset({place}) for place in sorted(self._changed))):
            if self._fits([first], revised):
                yield revised

    def _beside(self, first: Release, revised: Revised) -> list[Release]:
        kept = [first]
        for release in reversed([r for r in self.releases if r is not first]):
            tried = [r for r in self.releases if r is release or any(r is k for k in kept)]
            if self._fits(tried, revised):
                kept = tried
        return kept

    def _fits(self, releases: Sequence[Release], revised: Revised) -> bool:
        block = build_block(self.figures, releases, self.cohort_of, revised)
        return is_possible(block.known(np.zeros(len(self.figures), dtype=bool)))
