"""What an attacker can work out: the range of a count over all worlds that agree with the facts.

Belongs here: the smallest and largest value each count can have, and whether that is wide enough.
Does not belong here: finding a world (worlds.py), what is published and what it says of counts
(building.py), or what to do about a count that can be worked out (secondary.py, audit.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from insight_pipeline.publication.disclosure.worlds import Floats, System, world_of


@dataclass(frozen=True)
class Target:
    """A count to be protected: its column, the range it is known to lie in, how much of that range
    must stay possible, and whether the policy hides it for its own sake."""

    column: int
    low: float
    high: float
    width: float
    is_small: bool


class Width(Enum):
    """Of a target: enough of its range is possible, too little, or nothing.

    Of a target that is impossible the attacker learns nothing: that it lies in its range
    contradicts what else he takes for granted.
    """

    WIDE = "wide"
    NARROW = "narrow"
    IMPOSSIBLE = "impossible"


def attack(system: System, column: int) -> tuple[float, float] | None:
    """Smallest and largest value a count can have; None when no world agrees with the system."""
    direction = np.zeros(len(system.low))
    direction[column] = 1.0
    lowest, highest = world_of(system, direction), world_of(system, -direction)
    if lowest is None or highest is None:
        return None
    return float(lowest[column]), float(highest[column])


def possible_width(system: System, target: Target) -> float:
    """How far apart the values of a target are that are possible within its range."""
    found = attack(system.within(target.column, target.low, target.high), target.column)
    return found[1] - found[0] if found else 0.0


def too_narrow(system: System, targets: Iterable[Target]) -> list[Target]:
    """The targets of which less than their width stays possible within their range."""
    wanted = list(targets)
    return [
        target
        for target, width in zip(wanted, widths(system, wanted), strict=True)
        if width is Width.NARROW
    ]


def widths(system: System, targets: Sequence[Target]) -> list[Width]:
    """Whether each target is wide enough.

    A target is protected by two worlds that agree with everything known and differ in it by its
    width. One world serves many targets: first one half of them is pushed up and the other down,
    for several ways to halve them; a target for which no two worlds differ enough by then is
    attacked alone.
    """
    seen = _Seen(targets)
    together = system
    for target in targets:
        together = together.within(target.column, target.low, target.high)
    for halving in range(len(targets).bit_length()):
        for sign in (1.0, -1.0):
            _push(together, targets, seen, halving, sign)
    return [
        Width.WIDE if seen.is_wide(place) else _width_alone(system, target, seen, place)
        for place, target in enumerate(targets)
    ]


class _Seen:
    """Smallest and largest value of every target over the worlds found so far."""

    def __init__(self, targets: Sequence[Target]) -> None:
        self.columns = np.array([t.column for t in targets], dtype=np.int64)
        self.low = np.array([t.low for t in targets])
        self.high = np.array([t.high for t in targets])
        self.width = np.array([t.width for t in targets])
        self.smallest = np.full(len(targets), np.inf)
        self.largest = np.full(len(targets), -np.inf)

    def add(self, world: Floats) -> None:
        values = world[self.columns]
        inside = (values >= self.low) & (values <= self.high)
        self.smallest = np.where(inside, np.minimum(self.smallest, values), self.smallest)
        self.largest = np.where(inside, np.maximum(self.largest, values), self.largest)

    def is_wide(self, place: int) -> bool:
        return bool(self.largest[place] - self.smallest[place] >= self.width[place])


def _push(
    system: System, targets: Sequence[Target], seen: _Seen, halving: int, sign: float
) -> None:
    """One world in which half of the targets not yet wide are large and the others small."""
    direction = np.zeros(len(system.low))
    for place, target in enumerate(targets):
        if not seen.is_wide(place):
            direction[target.column] = sign if place >> halving & 1 else -sign
    world = world_of(system, direction) if direction.any() else None
    if world is not None:
        seen.add(world)


def _width_alone(system: System, target: Target, seen: _Seen, place: int) -> Width:
    alone = system.within(target.column, target.low, target.high)
    direction = np.zeros(len(system.low))
    for sign in (1.0, -1.0):
        direction[target.column] = sign
        world = world_of(alone, direction)
        if world is None:
            return Width.IMPOSSIBLE
        seen.add(world)
        if seen.is_wide(place):
            return Width.WIDE
    return Width.NARROW
