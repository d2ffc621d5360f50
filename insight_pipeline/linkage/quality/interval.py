"""Intervals of shares: Wilson's, and that of the difference between two shares.

Belongs here: the formulas over plain numbers. Does not belong here: what is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959964


@dataclass(frozen=True)
class Share:
    """A share with its 95 % limits."""

    estimate: float
    lower: float
    upper: float


def wilson(estimate: float, size: float) -> Share | None:
    """Wilson's score interval of a share seen in `size` independent trials; None of no trial."""
    if size <= 0:
        return None
    middle = estimate + Z * Z / (2 * size)
    spread = Z * sqrt(estimate * (1 - estimate) / size + Z * Z / (4 * size * size))
    width = 1 + Z * Z / size
    lower, upper = (middle - spread) / width, (middle + spread) / width
    return Share(estimate, min(max(lower, 0.0), estimate), max(min(upper, 1.0), estimate))


def with_variance(estimate: float, variance: float, most: float) -> Share | None:
    """Wilson's interval at the size at which a share would vary as much as this one does.

    `most` caps that size: an estimate is never surer than as many pairs can make it.
    """
    size = estimate * (1 - estimate) / variance if variance > 0 else most
    return wilson(estimate, min(size, most) if size > 0 else most)


def difference(part: Share | None, rest: Share | None, weight: float) -> Share | None:
    """A part's share less everyone's, where the part is `weight` of everyone.

    Newcombe's hybrid score interval of part less rest, the two being independent, scaled: what a
    part differs from everyone is (1 - weight) of what it differs from the rest.
    """
    if part is None or rest is None:
        return None
    gap, scale = part.estimate - rest.estimate, 1 - weight
    below = sqrt((part.estimate - part.lower) ** 2 + (rest.upper - rest.estimate) ** 2)
    above = sqrt((part.upper - part.estimate) ** 2 + (rest.estimate - rest.lower) ** 2)
    return Share(scale * gap, scale * (gap - below), scale * (gap + above))
