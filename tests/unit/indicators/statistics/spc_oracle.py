"""XmR and the rules of Making Data Count said again, point by point, as NHSRplotthedots says them.

Belongs here: a slow second opinion in plain Python. It shares nothing with functions/spc_*.sql.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean

Points = list[float | None]


def limits(values: Points, screen: bool) -> tuple[float, float] | None:
    """Mean and reach (2.66 average moving ranges) of one series; None without a moving range."""
    known = [value for value in values if value is not None]
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    if not ranges:
        return None
    if screen and fmean(ranges):
        ranges = [one for one in ranges if one < 3.267 * fmean(ranges)]
    return fmean(known), 2.66 * fmean(ranges)


def labels(values: Points, screen: bool) -> list[str | None]:
    """The special cause of every point of one series."""
    found = limits(values, screen)
    if found is None:
        return [None] * len(values)
    mean, reach = found
    side = [0 if v is None or near(v, mean) else (1 if v > mean else -1) for v in values]
    outside = [v is not None and beyond(v, mean, reach) for v in values]
    if near(reach, 0) and any(outside):
        return [None] * len(values)
    close = [
        v is not None and not out and beyond(v, mean, reach * 2 / 3)
        for v, out in zip(values, outside, strict=True)
    ]
    return [
        None if values[at] is None else _label(at, values, side, outside, close)
        for at in range(len(values))
    ]


def near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-12 * (abs(one) + abs(other) + 1)


def beyond(value: float, mean: float, reach: float) -> bool:
    return abs(value - mean) - reach > 1e-12 * (abs(value) + abs(mean) + reach + 1)


def _label(at: int, values: Points, side: list[int], outside: list[bool], close: list[bool]) -> str:
    above = "Above" if side[at] == 1 else "Below"
    if outside[at]:
        return "Above UCL" if side[at] == 1 else "Below LCL"
    if trends := [s for s in _sevens(at, len(values)) if _rises(values[s]) or _falls(values[s])]:
        return f"7 Point Trend ({'In' if _rises(values[trends[-1]]) else 'De'}creasing)"
    trios = [slice(first, first + 3) for first in range(max(0, at - 2), at + 1)]
    if close[at] and any(
        len(side[s]) == 3 and sum(close[s]) >= 2 and abs(sum(side[s])) == 3 for s in trios
    ):
        return f"2 in 3 {above} CL"
    if any(abs(sum(side[s])) == 7 for s in _sevens(at, len(values))):
        return f"7 Points {above} CL"
    return "Common Cause"


def _sevens(at: int, length: int) -> list[slice]:
    """Every run of seven points that holds a point."""
    return [slice(a, a + 7) for a in range(max(0, at - 6), at + 1) if a + 7 <= length]


def _rises(run: Points) -> bool:
    return all(a is not None and b is not None and a < b for a, b in pairwise(run))


def _falls(run: Points) -> bool:
    return all(a is not None and b is not None and a > b for a, b in pairwise(run))
