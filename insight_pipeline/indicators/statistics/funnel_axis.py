"""The axis of a funnel plot: 100 sizes, closer together where they are small.

Belongs here: where the axis begins and ends, and its steps. Does not belong here: the limits.

Source: PHEindicatormethods calculate_funnel_limits.
"""

from __future__ import annotations

import math

import polars as pl

from insight_pipeline.indicators.statistics.funnel_request import Funnel, Statistic

POINTS = 100
_NAMES = {
    Statistic.PROPORTION: "population",
    Statistic.RATIO: "observed_events",
    Statistic.RATE: "events",
}


def axis(asked: Funnel) -> pl.DataFrame:
    """One column of 100 whole sizes: population, observed_events or events.

    From 0 (or just below the smallest denominator, when the largest is at most twice as large) to
    just above the largest, both rounded to few digits; each step is the root of what is left.
    """
    smallest, largest = asked.smallest_denominator, asked.largest_denominator
    years = asked.years_of_data if asked.statistic is Statistic.RATE else 1
    start = 0.0 if largest > 2 * smallest else _rounded_down(smallest / years) * years
    end = _rounded_up(largest / years) * years
    if asked.statistic is Statistic.RATE:
        start, end = math.floor(start * asked.average), math.ceil(end * asked.average)
    sizes = [max(1, int(start))]
    left = POINTS if asked.statistic is Statistic.RATIO else POINTS - 1
    for step in range(left, left - POINTS + 1, -1):
        next_size = round((end / sizes[-1]) ** (1 / step) * sizes[-1])
        sizes.append(max(next_size, sizes[-1] + 1))
    return pl.DataFrame({_NAMES[asked.statistic]: sizes})


def _rounded_down(size: float) -> float:
    """5 % less, down to its first digit."""
    less = math.floor(size * 0.95)
    unit = 10 ** (len(str(less)) - 1)
    return float(math.floor(less / unit) * unit)


def _rounded_up(size: float) -> float:
    """5 % more, up to its second digit."""
    more = size * 1.05
    unit = 10.0 ** (len(str(math.ceil(more))) - 2)
    return math.ceil(more / unit) * unit
