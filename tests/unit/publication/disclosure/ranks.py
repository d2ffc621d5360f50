"""What medians and their limits say of counts, worked out apart from the code under test.

A reader of medians who knows nothing but what is published: people are put into bins between the
values published of anybody, and every world that has those medians and limits is tried at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.stats import binom

WHOLE = "all"
LEVELS = (0.95, 0.998)


@dataclass(frozen=True)
class Shown:
    """One published median: the counts it may be of, its value, and limits where there are any."""

    counts: range
    value: int
    limits: Mapping[float, tuple[int, int]]


def rank(count: int, level: float) -> int:
    """The rank of a median's limits."""
    found = int(binom.ppf((1 - level) / 2, count, 0.5))
    return found + 1 if binom.cdf(found, count, 0.5) <= (1 - level) / 2 else found


class RankReader:
    """Ranges of a withheld part's count, from medians of the whole and of the other parts."""

    def __init__(self, shown: Mapping[str, Shown], parts: Sequence[str]) -> None:
        self.shown = shown
        self.parts = parts
        seen = {s.value for s in shown.values()}
        seen |= {limit for s in shown.values() for pair in s.limits.values() for limit in pair}
        # Bins: below each value, at it, and above all; a middle may lie half a unit below.
        self.edges = sorted(seen | {value - 1 for value in seen})
        self.bins = 2 * len(self.edges) + 1
        self.columns: dict[tuple[str, str, int], int] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self._tell()

    def range(self, part: str, low: int, high: int) -> tuple[int, int] | None:
        """Smallest and largest count of a part that is known to lie from `low` to `high`."""
        members = {self._people(part, at): 1.0 for at in range(self.bins)}
        rows = [*self.rows, (members, low, high)]
        ends = [self._solve(rows, members, sign) for sign in (1.0, -1.0)]
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])

    def _people(self, part: str, at: int) -> int:
        return self.columns.setdefault((part, "people", at), len(self.columns))

    def _is_count(self, part: str, count: int) -> int:
        return self.columns.setdefault((part, "is", count), len(self.columns))

    def _group(self, name: str) -> Sequence[str]:
        return self.parts if name == WHOLE else (name,)

    def _at_most(self, name: str, value: int, *, strictly: bool = False) -> dict[int, float]:
        """People of a group with a value of at most, or less than, one of the edges."""
        last = 2 * self.edges.index(value) + (0 if strictly else 1)
        return {self._people(part, at): 1.0 for part in self._group(name) for at in range(last + 1)}

    def _tell(self) -> None:
        for name, told in self.shown.items():
            choice = {self._is_count(name, count): count for count in told.counts}
            self.rows.append((dict.fromkeys(choice, 1.0), 1, 1))
            everybody = {
                self._people(part, at): 1.0 for part in self._group(name) for at in range(self.bins)
            }
            self._less(everybody, choice, 0, 0)
            for level, (low, high) in told.limits.items():
                ranks = {column: rank(count, level) for column, count in choice.items()}
                above = {c: count - ranks[c] + 1 for c, count in choice.items()}
                self._stands(name, low, ranks)
                self._stands(name, high, above)
            # Rounded up: both middle values are the value, or they straddle value - 0.5; at least
            # half have at most the value, and at most half less than the value before it.
            half = {column: count / 2 for column, count in choice.items()}
            self._less(self._at_most(name, told.value), half, 0, np.inf)
            self._less(self._at_most(name, told.value - 1, strictly=True), half, -np.inf, 0)

    def _stands(self, name: str, value: int, ranks: Mapping[int, float]) -> None:
        self._less(self._at_most(name, value), ranks, 0, np.inf)
        self._less(self._at_most(name, value, strictly=True), ranks, -np.inf, -1)

    def _less(
        self, people: Mapping[int, float], less: Mapping[int, float], low: float, high: float
    ) -> None:
        row = {**people, **{column: -weight for column, weight in less.items()}}
        self.rows.append((row, low, high))

    def _solve(
        self,
        rows: Sequence[tuple[Mapping[int, float], float, float]],
        wanted: Mapping[int, float],
        sign: float,
    ) -> int | None:
        matrix = np.zeros((len(rows), len(self.columns)))
        for place, (row, _, _) in enumerate(rows):
            for column, weight in row.items():
                matrix[place, column] = weight
        direction = np.zeros(len(self.columns))
        direction[list(wanted)] = sign
        found = milp(
            direction,
            integrality=np.ones(len(self.columns)),
            bounds=Bounds(0, np.inf),
            constraints=LinearConstraint(
                matrix, [low for _, low, _ in rows], [high for _, _, high in rows]
            ),
        )
        return None if found.x is None else round(sign * found.fun)
