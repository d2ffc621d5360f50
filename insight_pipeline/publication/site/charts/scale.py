"""Scales: from a figure to a place on paper, with ticks at round numbers.

Belongs here: axes as numbers. Does not belong here: drawing them (frame.py). Ticks are counted in
decimals, so that 0.1 + 0.2 is 0.3 and the same figures give the same bytes anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from insight_pipeline.publication.site.charts.model import Axis
from insight_pipeline.publication.site.charts.numbers import number, usable

_ALIKE = 1e-9  # figures that differ by a smaller share share a place: floats end there


@dataclass(frozen=True)
class Scale:
    """Figures from `low` to `high` lie from pixel `start` to pixel `end`; ticks cover them."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[Decimal, ...]
    decimals: int

    def at(self, value: float) -> float:
        """The pixel of a figure; one outside the scale lies at its nearer end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def holds(self, value: float | None) -> bool:
        """Whether a figure can be drawn where it belongs."""
        return usable(value) and self.low <= value <= self.high

    def words(self, tick: Decimal) -> str:
        return number(tick, self.decimals)


def value_scale(
    values: Iterable[float | None], axis: Axis, start: float, end: float, count: int
) -> Scale:
    """A scale with about `count` steps of 1, 2 or 5 times a power of ten that holds all figures.

    No step is finer than the decimals of the axis, so that no two ticks read the same. Without a
    single figure it has no ticks.
    """
    known = [float(value) for value in values if usable(value)]
    if not known:
        return Scale(0.0, 1.0, start, end, (), 0)
    low, high = min(known), max(known)
    if axis.from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    alike = max(abs(low), abs(high)) * _ALIKE
    step = _step(max((high - low) / count, alike), axis.decimals)
    first, last = _steps(low, step, ROUND_FLOOR), _steps(high, step, ROUND_CEILING)
    if first == last:
        first, last = (first, last + 1) if first == 0 else (first - 1, last + 1)
    ticks = tuple(step * multiple for multiple in range(first, last + 1))
    decimals = max(0, -int(step.as_tuple().exponent))
    return Scale(float(ticks[0]), float(ticks[-1]), start, end, ticks, decimals)


def _step(least: float, decimals: int) -> Decimal:
    """The smallest of …, 1, 2, 5, 10, 20 … that is not below `least` nor finer than is written."""
    finest = Decimal(1).scaleb(-decimals)
    if least <= finest:
        return finest
    wanted = Decimal(str(least))
    power = wanted.adjusted()
    steps = (Decimal(one).scaleb(power) for one in (1, 2, 5, 10))
    return next(step for step in steps if step >= wanted)


def _steps(value: float, step: Decimal, rounding: str) -> int:
    return int((Decimal(str(value)) / step).to_integral_value(rounding))
