"""Walks over a graph given as steps: what is reached, and in which order a tree of it reads.

Belongs here: graphs of anything. Does not belong here: what their places stand for.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


def reach(
    start: Iterable[K], following: Mapping[K, Collection[K]], steps: int | None = None
) -> frozenset[K]:
    """What is reached within so many steps (None: any number), start included."""
    reached = set(start)
    edge, taken = set(reached), 0
    while edge and (steps is None or taken < steps):
        edge = {after for place in edge for after in following.get(place, ())} - reached
        reached |= edge
        taken += 1
    return frozenset(reached)


@dataclass(frozen=True)
class Step(Generic[K]):
    """One place of a walk, `depth` steps from its start, reached from `parent`.

    is_repeated: what follows it stands where the walk first came by.
    """

    at: K
    depth: int
    parent: K | None
    is_repeated: bool = False


def walk(
    start: K, following: Mapping[K, Iterable[K]], steps: int | None = None
) -> Iterator[Step[K]]:
    """A tree of all that is reached, in preorder; each place is entered once."""
    entered: set[K] = set()
    waiting: list[tuple[K, int, K | None]] = [(start, 0, None)]
    while waiting:
        at, depth, parent = waiting.pop()
        after = [] if steps is not None and depth >= steps else list(following.get(at, ()))
        yield Step(at, depth, parent, is_repeated=bool(after) and at in entered)
        if at not in entered:
            entered.add(at)
            waiting += [(each, depth + 1, at) for each in reversed(after)]
