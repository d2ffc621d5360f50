"""Who bears which name: given names by culture and sex, family names by household.

Belongs here: the true names. Does not belong here: how a provider misspells them (dirt.py).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import chance, weighted
from insight_pipeline.simulation.cultures import CULTURES
from insight_pipeline.simulation.name_pools import family_pool, given_pool
from insight_pipeline.simulation.window import Ints, Mask

DOUBLE_BARRELLED = 0.02
# Names that have broken real systems, so every borough has at least one household of each.
PLANTED_FAMILIES = ("Null", "Hernandez")
PLANTED_SHARE = 0.001
GENDERED = (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka"))


def draw_cultures(rng: np.random.Generator, size: int) -> Ints:
    """An index into CULTURES each."""
    return weighted(rng, np.array([culture.share for culture in CULTURES]), size)


def _placed(parts: list[tuple[Ints, pl.Series]], size: int) -> pl.Series:
    """One column from pieces that each know their positions."""
    where = np.concatenate([index for index, _ in parts])
    values = pl.concat([values for _, values in parts])
    back = np.empty(size, dtype=np.int64)
    back[where] = np.arange(size)
    return values.gather(back)


def draw_given(rng: np.random.Generator, culture: Ints, female: Mask) -> pl.Series:
    """A given name each, by culture and sex."""
    parts = []
    for code, known in enumerate(CULTURES):
        for sex in (False, True):
            index = np.flatnonzero((culture == code) & (female == sex))
            parts.append((index, given_pool(known, sex).draw(rng, index.size)))
    return _placed(parts, culture.size)


def draw_family(rng: np.random.Generator, culture: Ints) -> pl.Series:
    """A family name each (as a man would bear it), compound where the culture's are."""
    parts = []
    for code, known in enumerate(CULTURES):
        index = np.flatnonzero(culture == code)
        pool = family_pool(known)
        names, second = pool.draw(rng, index.size), pool.draw(rng, index.size)
        double = chance(rng, DOUBLE_BARRELLED, index.size) & (known.family_style == "single")
        compound = np.full(index.size, known.family_style == "compound")
        parts.append((index, _joined(names, second, compound, double)))
    return _placed(parts, culture.size)


def _joined(first: pl.Series, second: pl.Series, compound: Mask, double: Mask) -> pl.Series:
    frame = pl.DataFrame({"a": first, "b": second, "compound": compound, "double": double})
    differs = pl.col("a") != pl.col("b")
    return frame.select(
        pl.when(pl.col("compound") & differs)
        .then(pl.col("a") + " " + pl.col("b"))
        .when(pl.col("double") & differs)
        .then(pl.col("a") + "-" + pl.col("b"))
        .otherwise(pl.col("a"))
    ).to_series()


def plant_families(rng: np.random.Generator, family: pl.Series, heads: Ints) -> pl.Series:
    """Put the awkward surnames into a few households, and at least into the first ones."""
    for place, name in enumerate(PLANTED_FAMILIES):
        chosen = heads[chance(rng, PLANTED_SHARE, heads.size)]
        chosen = np.union1d(chosen, heads[place : place + 1])
        family = family.clone().scatter(chosen, name)
    return family


def gendered(family: pl.Series, culture: Ints, female: Mask) -> pl.Series:
    """Kowalski's daughter is Kowalska."""
    styles = np.array([known.family_style == "gendered" for known in CULTURES])
    changed = family
    for male_end, female_end in GENDERED:
        changed = changed.str.replace(male_end + "$", female_end)
    return changed.zip_with(pl.Series(styles[culture] & female), family)
