"""The attacker: one block with everything ever told of it, attacked as often as a pattern is tried.

Belongs here: which counts he narrows too much. Does not belong here: what he believes of earlier
releases (beliefs.py), what is done about it (audit.py), or how an attack is solved (attack.py).

He knows the policy and every release, knows of a small count that it is small, takes a count for
unrevised while no release contradicts that, and knows that nobody is missing from a line where
nobody is (docs/disclosure.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from insight_pipeline.publication.disclosure.attack import Target, possible_width, too_narrow
from insight_pipeline.publication.disclosure.beliefs import Beliefs
from insight_pipeline.publication.disclosure.block import Block
from insight_pipeline.publication.disclosure.building import CohortOf, build_block
from insight_pipeline.publication.disclosure.told import Counted, Told
from insight_pipeline.publication.disclosure.worlds import Flags, System


@dataclass(frozen=True)
class View:
    """A block as it looks when certain figures are withheld tonight (`is_hidden`, figures).

    alone: from tonight's release only. believed: with earlier releases, one block for each of his
    beliefs about what was revised.
    """

    is_hidden: Flags
    alone: Block
    believed: tuple[Block, ...]

    def narrow(self) -> tuple[Block, list[Target]]:
        """The first block with counts that are too narrow, and these; no counts when none is.

        A count that earlier releases narrowed needs to stay as wide as they left it; but a small
        one that can be known exactly is too narrow, whoever told it.
        """
        for block in self.believed:
            if targets := self._narrowed(block):
                return block, targets
        targets = self.alone.withheld(self.is_hidden)
        return self.alone, too_narrow(self.alone.known(self.is_hidden), targets)

    def _narrowed(self, block: Block) -> list[Target]:
        """Counts that are too narrow, and narrower than earlier releases left them."""
        known = block.known(self.is_hidden)
        before = block.known(np.ones(len(block.targets), dtype=bool))
        tonight = too_narrow(known, block.withheld(self.is_hidden))
        earlier = too_narrow(known, block.earlier)
        owed = [
            *(_owed(target, before, 1 if target.is_small else 0) for target in tonight),
            *(_owed(target, before, 0) for target in earlier),
        ]
        return too_narrow(known, owed)


def _owed(target: Target, before: System, least: float) -> Target:
    """The target with no more width than it had before tonight, but at least `least`."""
    width = min(target.width, max(possible_width(before, target), least))
    return replace(target, width=width)


class Attacker:
    """Tonight's figures of a block, and everything earlier releases told of them."""

    def __init__(
        self, figures: Sequence[Counted], releases: Sequence[Sequence[Told]], cohort_of: CohortOf
    ) -> None:
        self.figures = figures
        self.cohort_of = cohort_of
        self.releases = [r for r in releases if any(told.is_shown for told in r)]
        self._alone = build_block(figures, (), cohort_of)

    def is_small(self) -> Flags:
        """Marks of the figures that are withheld for their own sake."""
        return np.array([not counted.told.is_shown for counted in self.figures], dtype=bool)

    def view(self, is_hidden: Flags) -> View:
        """What he makes of the block when the figures marked in `is_hidden` are withheld.

        The more is withheld, the more he can believe: what is withheld contradicts nothing.
        """
        figures = [
            _blank(counted) if hidden else counted
            for counted, hidden in zip(self.figures, is_hidden, strict=True)
        ]
        beliefs = Beliefs(figures, self.releases, self.cohort_of)
        blocks = tuple(
            build_block(figures, releases, self.cohort_of, revised)
            for revised, releases in beliefs.found()
        )
        return View(is_hidden, self._alone, blocks)


def _blank(counted: Counted) -> Counted:
    told = replace(counted.told, numerator=None, denominator=None, basis=None)
    return replace(counted, told=told)
