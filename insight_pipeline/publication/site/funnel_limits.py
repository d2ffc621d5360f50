"""How far chance alone takes a figure from the average, by the size behind it.

Belongs here: the limits that funnel charts draw, as the release's flags are judged. Does not belong
here: judging (macros funnel_*), or drawing. Source: PHEindicatormethods, calculate_funnel_limits;
Spiegelhalter 2005, Statistics in Medicine 24. Widened: Spiegelhalter 2005, Qual Saf Health Care 14.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import asin, exp, pi, sin, sqrt

from scipy.optimize import brentq
from scipy.stats import chi2, norm

Four = tuple[float, float, float, float]
LimitsAt = Callable[[float], Four]
# Tail on each side of the 99.8 % and the 95 % limits.
_TAILS = (0.001, 0.025)
# Below it, PHEindicatormethods takes the exact Poisson interval, from it on Byar's.
_EXACT_BELOW = 10


def funnel_limits(
    statistic: str, centre: float, multiplier: int, tau_squared: float | None = None
) -> LimitsAt | None:
    """The four limits at a size (denominator, expected number or population), lowest first.

    centre: the average, per `multiplier`; tau_squared: what groups vary beyond chance, by which
    limits are widened, never narrowed. None for statistics without a funnel (mean, count).
    """
    narrow = _chance_alone(statistic, centre, multiplier)
    if narrow is None or tau_squared is None:
        return narrow
    return partial(_wider, narrow, partial(_between, statistic, centre, multiplier, tau_squared))


def _wider(narrow: LimitsAt, between: LimitsAt, size: float) -> Four:
    one, other = narrow(size), between(size)
    low, near_low = (min(one[place], other[place]) for place in (0, 1))
    near_high, high = (max(one[place], other[place]) for place in (2, 3))
    return low, near_low, near_high, high


def _between(
    statistic: str, centre: float, multiplier: int, tau_squared: float, size: float
) -> Four:
    """Additive random effects: macros dispersion_lower and dispersion_upper."""
    average = centre / multiplier
    is_share = statistic == "proportion"
    precision = 4 * size if is_share else size * average
    spread = sqrt(1 / precision + tau_squared)
    outer, inner = (float(norm.isf(tail)) * spread for tail in _TAILS)
    at = partial(_share if is_share else _ratio, average)
    low, near_low, near_high, high = (at(away) for away in (-outer, -inner, inner, outer))
    return low * multiplier, near_low * multiplier, near_high * multiplier, high * multiplier


def _share(average: float, away: float) -> float:
    return sin(min(pi / 2, max(0.0, asin(sqrt(average)) + away))) ** 2


def _ratio(average: float, away: float) -> float:
    return average * exp(away)


def _chance_alone(statistic: str, centre: float, multiplier: int) -> LimitsAt | None:
    average = centre / multiplier
    if statistic == "proportion" and 0 <= average <= 1:
        return partial(_proportion, average, multiplier)
    if statistic in ("rate", "isr", "dsr") and average > 0:
        return partial(_rate, average, multiplier)
    return None


def _proportion(average: float, multiplier: int, size: float) -> Four:
    spread = sqrt(average * (1 - average) / size)
    outer, inner = (float(norm.isf(tail)) * spread for tail in _TAILS)
    limits = (average - outer, average - inner, average + inner, average + outer)
    low, near_low, near_high, high = (min(1.0, max(0.0, each)) * multiplier for each in limits)
    return low, near_low, near_high, high


def _rate(average: float, multiplier: int, size: float) -> Four:
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
