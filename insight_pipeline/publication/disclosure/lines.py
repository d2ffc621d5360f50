"""What adds up to what: the lines of a block, and by how much their parts may miss the total.

Belongs here: rows of the linear system that hold whatever is withheld. Does not belong here: which
counts a release speaks of (building.py, versions.py), or what its numbers say (told.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from insight_pipeline.publication.disclosure.knowledge import Range
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
from insight_pipeline.publication.disclosure.versions import Version

# Weights of counts, and the smallest and largest sum they can have.
Row = tuple[dict[Version, float], float, float]
# Indicator, kind of breakdown, measure → how much of the total the parts leave over.
Slacks = Mapping[tuple[str, str, str], Range]


def rows_of(
    release: Sequence[Told], spoken: Mapping[Place, Mapping[str, Version]], slack: Slacks
) -> Iterable[Row]:
    """The rows that one release adds: rests of proportions, and parts that make up a total.

    spoken: for every figure of the release, the version of each count it speaks of.
    """
    for told in release:
        versions = spoken[told.place]
        if REST in versions:
            weights = {versions[DENOMINATOR]: 1.0, versions[NUMERATOR]: -1.0, versions[REST]: -1.0}
            yield weights, 0.0, 0.0
    for indicator_id, kind in sorted({t.place[:2] for t in release if t.kind != TOTAL}):
        whole = spoken.get((indicator_id, TOTAL, "all"))
        parts = [
            versions for place, versions in spoken.items() if place[:2] == (indicator_id, kind)
        ]
        for measure in parts[0]:
            over = slack.get((indicator_id, kind, measure))
            if whole and over:
                total = whole[NUMERATOR if measure == EXPECTED else measure]
                yield _line(total, [part[measure] for part in parts], over)


def slacks(figures: Sequence[Counted]) -> Slacks:
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
