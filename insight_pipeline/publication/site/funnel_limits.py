"""How far chance alone takes a figure from the average, by the size behind it.

Belongs here: the limits that funnel charts draw, as the release's flags are judged. Does not belong
here: judging (macros funnel_*), or drawing. Source: PHEindicatormethods, calculate_funnel_limits;
Spiegelhalter 2005, Statistics in Medicine 24.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import sqrt

from scipy.optimize import brentq
from scipy.stats import chi2, norm

LimitsAt = Callable[[float], tuple[float, float, float, float]]
# Tail on each side of the 99.8 % and the 95 % limits.
_TAILS = (0.001, 0.025)
# Below it, PHEindicatormethods takes the exact Poisson interval, from it on Byar's.
_EXACT_BELOW = 10


def funnel_limits(statistic: str, centre: float, multiplier: int) -> LimitsAt | None:
    """The four limits at a size (denominator, expected number or population), lowest first.

    centre: the average, per `multiplier`. None for statistics without a funnel (mean, count).
    """
    average = centre / multiplier
    if statistic == "proportion" and 0 <= average <= 1:
        return partial(_proportion, average, multiplier)
    if statistic in ("rate", "isr", "dsr") and average > 0:
        return partial(_rate, average, multiplier)
    return None


def _proportion(average: float, multiplier: int, size: float) -> tuple[float, float, float, float]:
    spread = sqrt(average * (1 - average) / size)
    outer, inner = (float(norm.isf(tail)) * spread for tail in _TAILS)
    limits = (average - outer, average - inner, average + inner, average + outer)
    low, near_low, near_high, high = (min(1.0, max(0.0, each)) * multiplier for each in limits)
    return low, near_low, near_high, high


def _rate(average: float, multiplier: int, size: float) -> tuple[float, float, float, float]:
    """Events whose interval would end at the expected number, over the size."""
    expected = average * size
    scale = multiplier / size
    outer, inner = _TAILS
    return (
        _observed(partial(_upper, tail=outer), expected) * scale,
        _observed(partial(_upper, tail=inner), expected) * scale,
        _observed(partial(_lower, tail=inner), expected) * scale,
        _observed(partial(_lower, tail=outer), expected) * scale,
    )


def _observed(limit: Callable[[float], float], expected: float) -> float:
    """The number of events at which `limit` of it is the expected number; 0 where none is."""
    if limit(0) >= expected:
        return 0.0
    return float(brentq(lambda events: limit(events) - expected, 0, 10 * expected + 50))


def _lower(events: float, tail: float) -> float:
    if events <= 0:
        return 0.0
    if events < _EXACT_BELOW:
        return float(chi2.ppf(tail, 2 * events)) / 2
    z = float(norm.isf(tail))
    return float(events * (1 - 1 / (9 * events) - z / (3 * sqrt(events))) ** 3)


def _upper(events: float, tail: float) -> float:
    if events < _EXACT_BELOW:
        return float(chi2.isf(tail, 2 * events + 2)) / 2
    z, following = float(norm.isf(tail)), events + 1
    return float(following * (1 - 1 / (9 * following) + z / (3 * sqrt(following))) ** 3)
