"""Seeded chance: one independent stream a component, so that a change in one leaves the others.

Belongs here: streams and ways to draw. Does not belong here: the rates themselves (rates.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import numpy as np
import polars as pl

from insight_pipeline.simulation.window import Floats, Ints, Mask


def stream(seed: int, component: str) -> np.random.Generator:
    """The generator of one named component of one seed."""
    return np.random.default_rng([seed, crc32(component.encode())])


def chance(rng: np.random.Generator, probability: float | Floats, size: int) -> Mask:
    """True with this probability (one for all, or one each), independently."""
    return rng.random(size) < probability


def weighted(rng: np.random.Generator, weights: Floats, size: int) -> Ints:
    """Indices drawn in proportion to their weights, with replacement."""
    if size == 0 or weights.sum() <= 0:
        return np.zeros(0, dtype=np.int64)
    ceiling = np.cumsum(weights, dtype=np.float64)
    found: Ints = np.searchsorted(ceiling, rng.random(size) * ceiling[-1], side="right")
    return found


def between(rng: np.random.Generator, low: int, high: int, size: int) -> Ints:
    """Whole numbers from `low` to `high`, both included."""
    return rng.integers(low, high + 1, size)


def one_of(rng: np.random.Generator, choices: Mapping[str, float], size: int) -> pl.Series:
    """Words drawn in proportion to their weights."""
    index = weighted(rng, np.array(list(choices.values())), size)
    return pl.Series(list(choices), dtype=pl.String).gather(index)


def scatter(total: int, offset: int, stride: int, count: int) -> Ints:
    """`count` distinct numbers below `total` in a scrambled order.

    `stride` must share no factor with `total`; the map is then one to one, needs no memory of
    what was drawn, and gives identifiers that say nothing about the order they were issued in.
    """
    return (offset + np.arange(count, dtype=np.int64) * stride) % total
