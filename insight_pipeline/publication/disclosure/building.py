"""Puts a block together: which counts there are, what adds up to what, what each release says.

Belongs here: all that is known of the counts of one indicator and period, as a linear system.
Figures that share a cohort share their denominators, and stand in one block. Does not belong here:
what adds up (lines.py), what is to be protected (targets.py), solving (worlds.py), or withholding
(secondary.py).

A block has tens of figures, so it is put together in Python, figure by figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from scipy.sparse import csr_array

from insight_pipeline.publication.disclosure.block import Block, Claim
from insight_pipeline.publication.disclosure.knowledge import ANYTHING
from insight_pipeline.publication.disclosure.lines import Row, rows_of, slacks
from insight_pipeline.publication.disclosure.targets import earlier_targets, targets_of
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
from insight_pipeline.publication.disclosure.worlds import System

CohortOf = Callable[[str], str]


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
        self.slack = slacks(figures)
        self.below_0 = {c.told.indicator_id for c in figures if c.counts.get(NUMERATOR, 0) < 0}

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
        self.rows.extend(rows_of(release, spoken, self.slack))

    def finish(self) -> Block:
        spoken = {counted.told.place: self._tonight(counted) for counted in self.figures}
        self.rows.extend(rows_of([c.told for c in self.figures], spoken, self.slack))
        columns = {version: place for place, version in enumerate(self.versions.known)}
        claims = [
            Claim(place, columns[spoken[counted.told.place][measure]], *said)
            for place, counted in enumerate(self.figures)
            for measure, said in counted.told.ranges().items()
        ]
        targets = [
            tuple(targets_of(counted, spoken[counted.told.place], columns))
            for counted in self.figures
        ]
        earlier = tuple(earlier_targets(self.figures, self.withheld, columns))
        return Block(self._system(columns), tuple(claims), tuple(targets), earlier)

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
        """Amounts that a mean is taken of may be below 0; the reader knows where none is."""
        measure, owner, _, _ = version[0]
        return measure == NUMERATOR and owner in self.below_0


def _measures(told: Told) -> tuple[str, ...]:
    """Names of the counts behind a figure. The total of the expected numbers is the numerator's."""
    match told.statistic:
        case "count":
            return (NUMERATOR,)
        case "median":
            return (DENOMINATOR,)
        case "proportion" | "weighted_proportion":
            return NUMERATOR, DENOMINATOR, REST
        case "isr" if told.kind != TOTAL:
            return NUMERATOR, DENOMINATOR, EXPECTED
        case _:
            return NUMERATOR, DENOMINATOR
