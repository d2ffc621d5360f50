"""Fingertips' recent trend said again with numpy, series by series.

Belongs here: a slow second opinion. It shares nothing with functions/trend_recent.sql.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

Point = tuple[float, float, float]  # value, lower95, upper95
CRITICAL = float(chi2.ppf(0.998, 1))


def trend(points: list[Point]) -> str:
    """The trend of five points in order of time, by their intervals, under no polarity."""
    y = np.array([point[0] for point in points])
    se = np.array([(point[2] - point[1]) / 3.92 for point in points])
    x = np.arange(1.0, 6.0)
    slope, variance = _line(x, y, se)
    kept = [_line(np.delete(x, k), np.delete(y, k), np.delete(se, k))[0] for k in range(5)]
    if slope**2 / variance <= CRITICAL:
        return "NoChange"
    if all(one > 1e-9 for one in kept):
        return "Increasing"
    return "Decreasing" if all(one < -1e-9 for one in kept) else "NoChange"


def _line(x: np.ndarray, y: np.ndarray, se: np.ndarray) -> tuple[float, float]:
    """Slope of the line of least squares weighted by 1 / se², and the slope's variance."""
    design = np.column_stack([np.ones_like(x), x]) / se[:, None]
    covariance = np.linalg.inv(design.T @ design)
    return float((covariance @ design.T @ (y / se))[1]), float(covariance[1, 1])
