"""Tables of counts as a release would tell them, worked out apart from the code under test.

A table maps (kind, breakdown) to (numerator, denominator); a release to the numbers shown, or None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, combinations

import numpy as np
from scipy.optimize import linprog

from insight_pipeline.publication.disclosure.audit import Judgement, judge
from insight_pipeline.publication.disclosure.policy import DisclosurePolicy
from insight_pipeline.publication.disclosure.told import (
    DENOMINATOR,
    NUMERATOR,
    REST,
    Counted,
    Told,
)

Place = tuple[str, str]
Table = Mapping[Place, tuple[int, int]]
Release = dict[Place, tuple[int, int] | None]
Column = tuple[Place, str, int]


def shown(x: int, n: int, policy: DisclosurePolicy) -> tuple[int, int] | None:
    """What is shown of a proportion for its own sake."""
    base = policy.round_to
    x2, n2 = ((2 * v + base) // (2 * base) * base for v in (x, n))
    small = (policy.hide_from <= v <= policy.hide_to for v in (x, n, n - x, n2 - x2))
    return None if any(small) else (x2, n2)


def counted(table: Table, policy: DisclosurePolicy) -> list[Counted]:
    """The figures of one night, in the order of their names."""
    return [
        Counted(
            _told(place, shown(x, n, policy), policy),
            {NUMERATOR: x, DENOMINATOR: n, REST: n - x},
        )
        for place, (x, n) in sorted(table.items())
    ]


def _told(place: Place, numbers: tuple[int, int] | None, policy: DisclosurePolicy) -> Told:
    x, n = numbers or (None, None)
    return Told("kept", *place, "proportion", policy, x, n, n)


def told(release: Release, policy: DisclosurePolicy) -> list[Told]:
    """A release as the code under test reads it."""
    return [_told(place, numbers, policy) for place, numbers in sorted(release.items())]


def released(
    table: Table, before: Sequence[Release], policy: DisclosurePolicy
) -> tuple[Release, Judgement]:
    """What is released of a table after earlier releases, and how it was judged."""
    figures = counted(table, policy)
    judgement = judge(figures, [told(r, policy) for r in before], lambda name: name, may_hide=True)
    release: Release = {
        (c.told.kind, c.told.breakdown): (
            None if hidden else shown(*table[c.told.kind, c.told.breakdown], policy)
        )
        for c, hidden in zip(figures, judgement.is_hidden, strict=True)
    }
    return release, judgement


def with_total(
    parts: Mapping[Place, tuple[int, int]], total: tuple[int, int]
) -> dict[Place, tuple[int, int]]:
    return {**parts, ("total", "all"): total}


class LinearAttacker:
    """Min and max of counts over several releases, in fractions: written apart from the audit.

    Counts keep their value from release to release unless the numbers shown exclude it.
    `split`: a figure of which every release has a count of its own.
    """

    def __init__(
        self,
        releases: Sequence[Release],
        newest: Table,
        policy: DisclosurePolicy,
        split: Place | None = None,
    ) -> None:
        self.policy = policy
        self.columns: dict[Column, list[float]] = {}
        self.rows: list[tuple[dict[Column, float], float, float]] = []
        self.at: list[dict[tuple[Place, str], Column]] = []
        for release in releases:
            self._add(release, split)
        for release, at in zip(releases, self.at, strict=True):
            self._lines(release, at, newest)

    def range(self, place: Place, measure: str, release: int = -1) -> tuple[float, float] | None:
        """Range of a count that is taken to be small; None when it cannot be."""
        column = self.at[release][place, measure]
        low, high = self.policy.hide_from, self.policy.hide_to
        ends = [self._solve(column, sign, (low, high)) for sign in (1.0, -1.0)]
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])

    def is_possible(self) -> bool:
        return self._solve(next(iter(self.columns)), 1.0, (0, 10**6)) is not None

    def _add(self, release: Release, split: Place | None) -> None:
        at: dict[tuple[Place, str], Column] = {}
        for place, numbers in release.items():
            for measure, (low, high) in self._ranges(numbers).items():
                at[place, measure] = self._column(place, measure, low, high, place == split)
            row = {at[place, "n"]: 1.0, at[place, "x"]: -1.0, at[place, "r"]: -1.0}
            self.rows.append((row, 0.0, 0.0))
        self.at.append(at)

    def _column(
        self, place: Place, measure: str, low: float, high: float, is_split: bool
    ) -> Column:
        version = sum(column[:2] == (place, measure) for column in self.columns) - 1
        column = place, measure, max(version, 0)
        known = self.columns.get(column, [0.0, 10**6])
        if (is_split and version >= 0) or max(known[0], low) > min(known[1], high):
            column, known = (place, measure, version + 1), [0.0, 10**6]
        self.columns[column] = [max(known[0], low), min(known[1], high)]
        return column

    def _ranges(self, numbers: tuple[int, int] | None) -> dict[str, tuple[float, float]]:
        if numbers is None:
            return dict.fromkeys("xnr", (0.0, 10.0**6))
        (xl, xh), (nl, nh) = (self._count(v) for v in numbers)
        rl, rh = max(nl - xh, 0.0), nh - xl
        rl = self.policy.hide_to + 1 if 0 < rl <= self.policy.hide_to else rl
        rh = 0.0 if rh <= self.policy.hide_to else rh
        return {"x": (xl, xh), "n": (nl, nh), "r": (rl, rh)}

    def _count(self, number: int) -> tuple[float, float]:
        half = self.policy.round_to // 2
        return (max(number - half, self.policy.hide_to + 1), number + half) if number else (0, 0)

    def _lines(self, release: Release, at: dict[tuple[Place, str], Column], newest: Table) -> None:
        for kind in {place[0] for place in release} - {"total"}:
            for index, measure in enumerate("xn"):
                row = {at[p, measure]: -1.0 for p in release if p[0] == kind}
                row[at[("total", "all"), measure]] = 1.0
                over = newest["total", "all"][index] - sum(
                    counts[index] for place, counts in newest.items() if place[0] == kind
                )
                self.rows.append((row, min(0, over), max(0, over)))

    def _solve(self, column: Column, sign: float, within: tuple[float, float]) -> float | None:
        places = {name: place for place, name in enumerate(self.columns)}
        matrix = np.zeros((len(self.rows), len(places)))
        for row, (weights, _, _) in enumerate(self.rows):
            for name, weight in weights.items():
                matrix[row, places[name]] = weight
        bounds = [tuple(known) for known in self.columns.values()]
        low, high = bounds[places[column]]
        bounds[places[column]] = max(low, within[0]), min(high, within[1])
        if bounds[places[column]][0] > bounds[places[column]][1]:
            return None
        objective = np.zeros(len(places))
        objective[places[column]] = sign
        upper = np.array([high for _, _, high in self.rows])
        lower = np.array([low for _, low, _ in self.rows])
        found = linprog(
            objective,
            A_ub=np.vstack([matrix, -matrix]),
            b_ub=np.concatenate([upper, -lower]),
            bounds=bounds,
        )
        return float(sign * found.fun) if found.status == 0 else None


def families(earlier: int) -> list[tuple[int, ...]]:
    """All choices among so many earlier releases."""
    every = range(earlier)
    return list(chain.from_iterable(combinations(every, size) for size in range(earlier + 1)))
