"""Where names come from: Faker's locales, weighted here so that frequencies are skewed as in life.

Belongs here: pools of names and their weights. Does not belong here: who bears which name.
Faker lists most names alphabetically, so a pool is a short head of names known to be common, then
lists that Faker ranks, then the other names in a fixed scrambled order, under a Zipf-like weight by
place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import weighted
from insight_pipeline.simulation.cultures import RANKED_SOURCES, Culture
from insight_pipeline.simulation.window import Floats

GIVEN_SKEW = (0.95, 4.0)
FAMILY_SKEW = (0.85, 6.0)
LANGUAGE_SEED = 1  # how common a name is in a language does not depend on the run's seed


@dataclass(frozen=True)
class Pool:
    """Names and their weights."""

    names: pl.Series
    weights: Floats

    def draw(self, rng: np.random.Generator, size: int) -> pl.Series:
        """Names drawn by weight."""
        return self.names.gather(weighted(rng, self.weights, size))


def _listed(source: str) -> list[str]:
    """A locale's names, the most frequent first where Faker says which those are."""
    locale, attribute = source.split(".")
    listed = getattr(import_module(f"faker.providers.person.{locale}").Provider, attribute)
    if source in RANKED_SOURCES and isinstance(listed, Mapping):
        listed = sorted(listed, key=lambda name: (-listed[name], name))
    return [_tidy(name) for name in listed]


def _tidy(name: str) -> str:
    """Faker's romanised lists shout, and a few entries carry stray marks."""
    name = name.strip(" .\u02dc").replace("\u2019", "'")
    return "-".join(part.capitalize() for part in name.split("-")) if name.isupper() else name


def _pool(head: str, sources: tuple[str, ...], skew: tuple[float, float]) -> Pool:
    ranked = [name for source in sources if source in RANKED_SOURCES for name in _listed(source)]
    others = [source for source in sources if source not in RANKED_SOURCES]
    tail = sorted({name for source in others for name in _listed(source)})
    scrambled = np.random.default_rng(LANGUAGE_SEED).permutation(len(tail))
    names = dict.fromkeys([*head.split(), *ranked, *(tail[index] for index in scrambled)])
    names.pop("", None)
    exponent, offset = skew
    weights = 1.0 / (np.arange(len(names)) + offset) ** exponent
    return Pool(pl.Series(list(names), dtype=pl.String), weights / weights.sum())


@cache
def given_pool(culture: Culture, female: bool) -> Pool:
    """Given names of one culture and sex."""
    if female:
        return _pool(culture.female_head, culture.female, GIVEN_SKEW)
    return _pool(culture.male_head, culture.male, GIVEN_SKEW)


@cache
def family_pool(culture: Culture) -> Pool:
    """Family names of one culture."""
    return _pool(culture.family_head, culture.family, FAMILY_SKEW)
