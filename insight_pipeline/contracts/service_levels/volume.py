"""Whether a delivery holds as many rows as the same feed's deliveries before it let expect.

Belongs here: the range that is usual, and who is compared with whom. Does not belong here: refusing
or holding a delivery because of it: an unusual volume asks a person to look, nothing more.

Measure: a moving range chart of log counts (D. J. Wheeler, Understanding Variation, 2nd ed., SPC
Press 2000, and Making Sense of Data, 2003: the upper limit of ranges is 3.865 times their median).
A delivery is held against the median of the last three before it, so that a slow drift is usual and
one odd delivery does not make the next one look odd. The range is never narrower than what chance
does to counts (3 standard deviations of the difference of two Poisson counts on F. J. Anscombe's
scale, Biometrika 35, 1948: 2 sqrt(n + 3/8)) nor than a quarter up or a fifth down. It is compared
with deliveries whose periods are about as many months long and end earlier, one a period; copies
and top-ups of a period tell nothing about volume. Below 6 such periods nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.contracts.standing.notices import DUPLICATE, PARTIAL_TOP_UP

FEWEST_EARLIER = 6
MOST_EARLIER = 24  # two years of months: long enough to know the noise, short enough to forget
NEAREST = 3
RANGE_LIMIT = 3.865
LEAST_FACTOR = 1.25
CHANCE = 3 * math.sqrt(2)
DAYS_PER_MONTH = 30.44

_USABLE = frozenset({"accepted", "held"})
_NO_VOLUME = frozenset({DUPLICATE, PARTIAL_TOP_UP})


@dataclass(frozen=True)
class Volume:
    """Rows of one delivery and the range that was usual before it.

    expected, lowest, highest: rows; None while too few periods came before (`earlier` of them).
    """

    delivery_id: str
    rows: int
    earlier: int
    expected: float | None = None
    lowest: float | None = None
    highest: float | None = None

    @property
    def is_usual(self) -> bool:
        """True as well where there is no history yet: nobody is blamed before there is one."""
        if self.lowest is None or self.highest is None:
            return True
        return self.lowest <= self.rows <= self.highest


def volumes(accounts: Collection[Account]) -> tuple[Volume, ...]:
    """One for each delivery that tells of volume, in order of submission, each against its past.

    A function of the set of accounts: their order does not matter.
    """
    told = sorted((a for a in accounts if _tells(a)), key=_rank)
    return tuple(
        usual_range(account.delivery_id, account.received, _earlier(account, told[:n]))
        for n, account in enumerate(told)
    )


def usual_range(delivery_id: str, rows: int, earlier: Sequence[int]) -> Volume:
    """The range usual after `earlier` counts of rows, in order of their periods."""
    if len(earlier) < FEWEST_EARLIER:
        return Volume(delivery_id, rows, len(earlier))
    logs = [math.log1p(count) for count in earlier[-MOST_EARLIER:]]
    moved = median(abs(after - before) for before, after in pairwise(logs))
    centre = median(logs[-NEAREST:])
    width = max(RANGE_LIMIT * moved, math.log(LEAST_FACTOR))
    expected = math.expm1(centre)
    return Volume(
        delivery_id,
        rows,
        len(earlier),
        expected,
        max(min(math.expm1(centre - width), _by_chance(expected, -CHANCE)), 0.0),
        max(math.expm1(centre + width), _by_chance(expected, CHANCE)),
    )


def _by_chance(expected: float, deviation: float) -> float:
    """The count so far from the expected one on Anscombe's scale, on which chance is 1 wide."""
    root = math.sqrt(expected + 3 / 8) + deviation / 2
    return max(root, 0.0) ** 2 - 3 / 8


def _tells(account: Account) -> bool:
    return account.outcome in _USABLE and not _NO_VOLUME.intersection(account.notices)


def _rank(account: Account) -> tuple[str, str]:
    return account.submitted_at.isoformat(), account.delivery_id


def _earlier(account: Account, before: Sequence[Account]) -> list[int]:
    """Rows of periods like this one's that end earlier: the last submission of each."""
    latest = {
        (one.period_to, one.period_from): one.received
        for one in before
        if one.period_to < account.period_to and _months(one) == _months(account)
    }
    return [latest[period] for period in sorted(latest)]


def _months(account: Account) -> int:
    days = (account.period_to - account.period_from).days + 1
    return max(round(days / DAYS_PER_MONTH), 1)
