"""Limits of an index of inequality, by simulation.

Belongs here: the draws, the line fitted to each of them, and the places of the limits. Does not
belong here: the index itself (inequality.py).

The limits: every quantile's value is drawn 100,000 times from a normal distribution with its
standard error, a line is fitted to each draw, and the limits are the draws at the places of the
percentiles. The draws are the points of a Sobol' sequence (SciPy), scrambled by NumPy's PCG64 from
one fixed seed: they fill the distribution more evenly than independent draws, which leaves a limit
a third of their error. Every group uses the same draws, so its limits depend neither on other
groups nor on the order of rows.

Source: PHEindicatormethods phe_sii.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats.qmc import Sobol

from insight_pipeline.indicators.statistics.calculation import level_name
from insight_pipeline.indicators.statistics.inequality_request import Scale

SEED = 20_130_601
INDICES = ("sii", "rii")
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class _Fit:
    """Weights of a line through one group's quantiles: slope and middle are sums of products."""

    slope: Numbers
    middle: Numbers


def simulated_limits(
    rows: pl.DataFrame,
    levels: Sequence[float],
    scale: Scale,
    settings: tuple[float, int, int],
) -> pl.DataFrame:
    """sii_lower95, sii_upper95, …, rii_lower95, … of each group, in the order of group_number.

    `rows` has, for each quantile, population, b (its midpoint), drawn and se (on the scale), and
    whether its group is whole; a group that is not has no limits. `settings` are multiplier,
    repetitions and seed.
    """
    groups = rows.sort("group_number", "quantile").partition_by("group_number")
    names = [
        f"{index}_{side}{level_name(level)}"
        for index in INDICES
        for level in levels
        for side in ("lower", "upper")
    ]
    limits = [_simulated(group, levels, scale, settings) for group in groups]
    return pl.DataFrame(limits, schema=dict.fromkeys(names, pl.Float64), orient="row")


def _simulated(
    group: pl.DataFrame,
    levels: Sequence[float],
    scale: Scale,
    settings: tuple[float, int, int],
) -> tuple[float | None, ...]:
    """Limits of both indices of one group, its rows in the order of the quantiles."""
    multiplier, repetitions, seed = settings
    places = [place for level in levels for place in ((1 - level) / 2, (1 + level) / 2)]
    if not group["whole"].all():
        return (None,) * len(INDICES) * len(places)
    normal = _normal(repetitions, group.height, seed)
    draws = group["drawn"].to_numpy() + normal * group["se"].to_numpy()
    fit = _fit(group)
    if scale.fitted_there:
        indices = _indices_there(fit, draws, group["drawn"].to_numpy(), scale.back, multiplier)
    else:
        indices = _indices_here(fit, scale.back(draws), multiplier)
    return tuple(_at(values, place) for values in indices for place in places)


def _normal(repetitions: int, quantiles: int, seed: int) -> Numbers:
    """Standard normal draws from the first points of a scrambled Sobol' sequence."""
    generator = np.random.Generator(np.random.PCG64(seed))
    sequence = Sobol(quantiles, scramble=True, rng=generator)
    points = sequence.random_base2((repetitions - 1).bit_length())[:repetitions]
    drawn: Numbers = ndtri(points)
    return drawn


def _fit(group: pl.DataFrame) -> _Fit:
    population = group["population"].to_numpy().astype(np.float64)
    centred = group["b"].to_numpy() - 0.5
    weights = population * centred
    return _Fit(weights / (weights @ centred), population / population.sum())


def _indices_here(fit: _Fit, values: Numbers, multiplier: float) -> tuple[Numbers, Numbers]:
    """Sorted sii and rii of draws on the values' own scale."""
    slopes = values @ fit.slope
    at_0 = values @ fit.middle - slopes / 2
    rii = (at_0 + slopes) / at_0
    return np.sort(slopes * multiplier), np.sort(1 / rii if multiplier < 0 else rii)


def _indices_there(
    fit: _Fit,
    draws: Numbers,
    drawn: Numbers,
    back: Callable[[Numbers], Numbers],
    multiplier: float,
) -> tuple[Numbers, Numbers]:
    """Sorted sii and rii of slopes drawn on the transformed scale, about the fitted middle."""
    slopes = np.sort(draws @ fit.slope)
    middle = float(drawn @ fit.middle)
    at_0, at_1 = back(middle - slopes / 2), back(middle + slopes / 2)
    rii = at_1 / at_0
    return np.sort((at_1 - at_0) * multiplier), np.sort(1 / rii if multiplier < 0 else rii)


def _at(values: Numbers, place: float) -> float:
    """The draw at a place from 0 to 1, counted as PHEindicatormethods does."""
    return float(values[max(round(len(values) * place), 1) - 1])
