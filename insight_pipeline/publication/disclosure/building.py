"""Puts a block together: which counts there are, what adds up to what, what each release says.

Belongs here: all that is known of the counts of one indicator and period, as a linear system.
Figures that share a cohort share their denominators, and stand in one block. Does not belong here:
solving (attack.py), or withholding (secondary.py).

A block has tens of figures, so it is put together in Python, figure by figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
from scipy.sparse import csr_array

from insight_pipeline.publication.disclosure.attack import System, Target
from insight_pipeline.publication.disclosure.block import Block, Claim
from insight_pipeline.publication.disclosure.knowledge import (
    ANYTHING,
    Range,
    is_small,
    needed_width,
    withheld_range,
)
from insight_pipeline.publication.disclosure.told import (
    DENOMINATOR,
    EXPECTED,
    NUMERATOR,
    REST,
    TOTAL,
    Counted,
    Place,
    Told,
)
from insight_pipeline.publication.disclosure.versions import CountName, Version, Versions

CohortOf = Callable[[str], str]
Row = tuple[dict[Version, float], float, float]


def build_block(
    figures: Sequence[Counted],
    releases: Sequence[Sequence[Told]],
    cohort_of: CohortOf,
    revised: Collection[Place] = (),
) -> Block:
    """The block of tonight's figures, taking the earlier releases (oldest first) for unrevised.

    `revised`: figures that the attacker takes for revised in every release that withholds them or
    comes after one that did.
    """
    building = _Building(figures, cohort_of, revised)
    for release in releases:
        building.add_release(release)
    return building.finish()


class _Building:
    def __init__(
        self, figures: Sequence[Counted], cohort_of: CohortOf, revised: Collection[Place]
    ) -> None:
        self.figures = figures
        self.cohort_of = cohort_of
        self.revised = revised
        self.versions = Versions()
        self.rows: list[Row] = []
        self.was_withheld: set[Place] = set()
        self.withheld: list[dict[str, Version]] = []
        self.slack = _slacks(figures)

    def add_release(self, release: Sequence[Told]) -> None:
        spoken: dict[Place, dict[str, Version]] = {}
        for told in release:
            said, is_revised = told.ranges(), self._is_revised(told)
            spoken[told.place] = {
                measure: self.versions.tell(
                    name, said.get(measure, ANYTHING), is_revised=is_revised
                )
                for measure, name in self._names(told).items()
            }
            if told.place in self.revised and not told.is_shown:
                self.withheld.append(spoken[told.place])
        self._add_rows(release, spoken)

    def finish(self) -> Block:
        spoken = {counted.told.place: self._tonight(counted) for counted in self.figures}
        self._add_rows([counted.told for counted in self.figures], spoken)
        columns = {version: place for place, version in enumerate(self.versions.known)}
        claims = [
            Claim(place, columns[spoken[counted.told.place][measure]], *said)
            for place, counted in enumerate(self.figures)
            for measure, said in counted.told.ranges().items()
        ]
        targets = [
            tuple(_targets(counted, spoken[counted.told.place], columns))
            for counted in self.figures
        ]
        return Block(
            self._system(columns), tuple(claims), tuple(targets), tuple(self._earlier(columns))
        )

    def _is_revised(self, told: Told) -> bool:
        if told.place not in self.revised:
            return False
        is_revised = not told.is_shown or told.place in self.was_withheld
        self.was_withheld -= {told.place}
        self.was_withheld |= set() if told.is_shown else {told.place}
        return is_revised

    def _tonight(self, counted: Counted) -> dict[str, Version]:
        told, said = counted.told, counted.told.ranges()
        is_revised = self._is_revised(told)
        return {
            measure: self.versions.expect(name, said.get(measure, ANYTHING), is_revised=is_revised)
            for measure, name in self._names(told).items()
        }

    def _names(self, told: Told) -> dict[str, CountName]:
        """The counts behind a figure; those that share a cohort share their denominator."""
        cohort = self.cohort_of(told.indicator_id)
        return {
            measure: (
                measure,
                cohort if measure == DENOMINATOR else told.indicator_id,
                told.kind,
                told.breakdown,
            )
            for measure in _measures(told)
        }

    def _add_rows(self, release: Sequence[Told], spoken: dict[Place, dict[str, Version]]) -> None:
        for told in release:
            versions = spoken[told.place]
            if REST in versions:
                row = {versions[DENOMINATOR]: 1.0, versions[NUMERATOR]: -1.0, versions[REST]: -1.0}
                self.rows.append((row, 0.0, 0.0))
        for indicator_id, kind in sorted({t.place[:2] for t in release if t.kind != TOTAL}):
            whole = spoken.get((indicator_id, TOTAL, "all"))
            parts = [
                versions for place, versions in spoken.items() if place[:2] == (indicator_id, kind)
            ]
            for measure in parts[0]:
                slack = self.slack.get((indicator_id, kind, measure))
                if whole and slack:
                    total = whole[NUMERATOR if measure == EXPECTED else measure]
                    self.rows.append(_line(total, [part[measure] for part in parts], slack))

    def _system(self, columns: dict[Version, int]) -> System:
        much = 4 * max((abs(n) for c in self.figures for n in c.counts.values()), default=0) + 100
        ranges = list(self.versions.known.values())
        free = np.array([self._may_be_negative(version) for version in columns])
        lowest = np.where(free, -much, 0.0)
        row_of = [place for place, row in enumerate(self.rows) for _ in row[0]]
        entries = [(columns[v], weight) for row in self.rows for v, weight in row[0].items()]
        return System(
            low=np.maximum([low for low, _ in ranges], lowest),
            high=np.minimum([high for _, high in ranges], much),
            is_count=np.array([name[0] != EXPECTED for name, _ in columns]),
            rows=csr_array(
                ([weight for _, weight in entries], (row_of, [place for place, _ in entries])),
                shape=(len(self.rows), len(columns)),
            ),
            row_low=np.array([row[1] for row in self.rows]),
            row_high=np.array([row[2] for row in self.rows]),
        )

    def _may_be_negative(self, version: Version) -> bool:
        """Only amounts that a mean is taken of may be below 0."""
        measure, owner, _, _ = version[0]
        means = {c.told.indicator_id for c in self.figures if c.told.statistic == "mean"}
        return measure == NUMERATOR and owner in means

    def _earlier(self, columns: dict[Version, int]) -> Iterable[Target]:
        policies = {c.told.indicator_id: c.told.policy for c in self.figures}
        versions = {v for spoken in self.withheld for m, v in spoken.items() if m != EXPECTED}
        for version in sorted(versions):
            policy = policies.get(version[0][1])
            if policy is not None and policy.hides:
                low, high, width = policy.hide_from, policy.hide_to, policy.width
                yield Target(columns[version], low, high, width, is_small=True)


def _measures(told: Told) -> tuple[str, ...]:
    """Names of the counts behind a figure. The total of the expected numbers is the numerator's."""
    match told.statistic:
        case "count":
            return (NUMERATOR,)
        case "proportion":
            return NUMERATOR, DENOMINATOR, REST
        case "isr" if told.kind != TOTAL:
            return NUMERATOR, DENOMINATOR, EXPECTED
        case _:
            return NUMERATOR, DENOMINATOR


def _targets(
    counted: Counted, versions: dict[str, Version], columns: dict[Version, int]
) -> Iterable[Target]:
    policy = counted.told.policy
    for measure, version in versions.items():
        if measure != EXPECTED:
            count = counted.counts[measure]
            yield Target(
                columns[version],
                *withheld_range(count, policy),
                needed_width(count, policy),
                is_small(count, policy),
            )


def _slacks(figures: Sequence[Counted]) -> dict[tuple[str, str, str], Range]:
    """By how much parts fall short of their total, as far as an attacker knows.

    He knows that nothing is missing where nothing is; else only on which side of 0 it lies, and
    that it is not more than it is. People without a ward leave something over; events of several
    providers make the parts more than the total.
    """
    totals = {c.told.indicator_id: c.counts for c in figures if c.told.kind == TOTAL}
    sums: dict[tuple[str, str, str], float] = {}
    for counted in figures:
        if counted.told.kind != TOTAL:
            for measure, count in counted.counts.items():
                key = counted.told.indicator_id, counted.told.kind, measure
                sums[key] = sums.get(key, 0.0) + count
    left = {
        key: totals[key[0]][NUMERATOR if key[2] == EXPECTED else key[2]] - part
        for key, part in sums.items()
        if key[0] in totals
    }
    return {key: (min(0.0, over), max(0.0, over)) for key, over in left.items()}


def _line(whole: Version, parts: Sequence[Version], slack: Range) -> Row:
    return {whole: 1.0, **dict.fromkeys(parts, -1.0)}, *slack
