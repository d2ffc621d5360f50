"""The audit: no count withheld may be worked out from all that is published, tonight and before.

Belongs here: withholding more until the attack fails, and saying which blocks cannot be saved. Does
not belong here: the attack (attacker.py), or what is cheapest to withhold (secondary.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from insight_pipeline.publication.disclosure.attack import Target
from insight_pipeline.publication.disclosure.attacker import Attacker
from insight_pipeline.publication.disclosure.block import Block
from insight_pipeline.publication.disclosure.building import CohortOf
from insight_pipeline.publication.disclosure.secondary import cheapest_pattern
from insight_pipeline.publication.disclosure.told import TOTAL, Counted, Told
from insight_pipeline.publication.disclosure.worlds import Flags, Floats

# What withholding costs, in parts: a total is worth several of them; a part that was withheld
# before is worth little, and withholding it again lets nobody compare two releases.
_TOTAL_COST, _AGAIN_COST, _TIE = 4.0, 0.5, 0.01


@dataclass(frozen=True)
class Judgement:
    """What is to be withheld of a block (figures,), and how many counts no withholding saves."""

    is_hidden: Flags
    given_away: int


def judge(
    figures: Sequence[Counted],
    releases: Sequence[Sequence[Told]],
    cohort_of: CohortOf,
    *,
    may_hide: bool,
) -> Judgement:
    """What of a block is to be withheld so that no count withheld can be worked out.

    `figures`: tonight's, with those withheld for their own sake already blank. `releases`: what
    earlier releases told of the block, oldest first. `may_hide`: the policy allows secondary
    suppression; otherwise what it would have to hide is counted as given away.
    """
    attacker = Attacker(figures, releases, cohort_of)
    is_hidden = attacker.is_small()
    while True:
        block, narrow = attacker.view(is_hidden).narrow()
        wider = _wider(attacker, block, is_hidden, narrow) if narrow and may_hide else is_hidden
        if (wider == is_hidden).all():
            return Judgement(is_hidden, len(narrow))
        is_hidden = wider


def _wider(attacker: Attacker, block: Block, is_hidden: Flags, narrow: Sequence[Target]) -> Flags:
    """A pattern under which the narrow counts, at least, are wide; the same if there is none."""
    pattern = cheapest_pattern(block, is_hidden, narrow, _cost(attacker))
    if pattern is not None and (pattern != is_hidden).any():
        return pattern | is_hidden
    return _by_trial(_cost(attacker), is_hidden, lambda tried: not attacker.view(tried).narrow()[1])


def _by_trial(cost: Floats, is_hidden: Flags, is_safe: Callable[[Flags], bool]) -> Flags:
    """Withhold all, then show again what can be shown, the dearest first."""
    pattern = np.ones(len(is_hidden), dtype=bool)
    for place in np.argsort(-cost, kind="stable"):
        if not is_hidden[place]:
            tried = pattern.copy()
            tried[place] = False
            if is_safe(tried):
                pattern = tried
    return pattern


def _cost(attacker: Attacker) -> Floats:
    """What withholding each figure costs; small groups go before large ones."""
    last = attacker.releases[-1] if attacker.releases else ()
    again = {told.place for told in last if not told.is_shown}
    sizes = [max(map(abs, counted.counts.values())) for counted in attacker.figures]
    rank = np.argsort(np.argsort(sizes, kind="stable"), kind="stable")
    base = [
        _TOTAL_COST
        if counted.told.kind == TOTAL
        else _AGAIN_COST
        if counted.told.place in again
        else 1.0
        for counted in attacker.figures
    ]
    return np.array(base) + _TIE * rank / max(len(sizes), 1)
