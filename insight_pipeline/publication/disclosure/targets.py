"""Which counts are to be protected while a figure is withheld, and how wide they must stay.

Belongs here: the targets of a block, tonight's and those earlier releases withheld. Does not belong
here: how wide a single count must stay (knowledge.py), or attacking it (attack.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from insight_pipeline.publication.disclosure.attack import Target
from insight_pipeline.publication.disclosure.knowledge import (
    ANYTHING,
    is_small,
    needed_amount_width,
    needed_width,
    withheld_range,
)
from insight_pipeline.publication.disclosure.told import EXPECTED, MEDIAN, NUMERATOR, Counted
from insight_pipeline.publication.disclosure.versions import Version

Columns = Mapping[Version, int]

# By how much medians and limits of the groups around it may narrow a withheld count besides.
_MEDIAN_MARGIN = 1


def targets_of(
    counted: Counted, versions: Mapping[str, Version], columns: Columns
) -> Iterable[Target]:
    """The counts to be protected while one of tonight's figures is withheld."""
    policy = counted.told.policy
    for measure, version in versions.items():
        if measure != EXPECTED:
            count = counted.counts[measure]
            margin = _MEDIAN_MARGIN if counted.told.statistic == MEDIAN else 0
            yield Target(
                columns[version],
                *withheld_range(count, policy),
                needed_amount_width(count, policy)
                if _is_amount(counted, measure)
                else needed_width(count, policy, margin),
                is_small(count, policy),
            )


def earlier_targets(
    figures: Sequence[Counted], withheld: Iterable[Mapping[str, Version]], columns: Columns
) -> Iterable[Target]:
    """The counts that figures taken for revised had when earlier releases withheld them.

    He takes each for small. What an amount was is not known here any more: it is to stay as wide
    as tonight's needs to be.
    """
    policies = {c.told.indicator_id: c.told.policy for c in figures}
    amounts = {c.told.place: c for c in figures if _is_amount(c, NUMERATOR)}
    versions = {v for spoken in withheld for m, v in spoken.items() if m != EXPECTED}
    for version in sorted(versions):
        (measure, *place), _ = version
        policy = policies.get(place[0])
        if policy is None or not policy.hides:
            continue
        low, high, width = policy.hide_from, policy.hide_to, policy.width
        yield Target(columns[version], low, high, width, is_small=True)
        counted = amounts.get((place[0], place[1], place[2]))
        if measure == NUMERATOR and counted is not None:
            width_of_amount = needed_amount_width(counted.counts[NUMERATOR], policy)
            yield Target(columns[version], *ANYTHING, width_of_amount, is_small=False)


def _is_amount(counted: Counted, measure: str) -> bool:
    """Whether a number is a sum of amounts, as above the line of a mean, and not of people."""
    return measure == NUMERATOR and counted.told.statistic == "mean"
