"""Faults put into clean columns, whole columns at a time.

Belongs here: how each fault is made. Does not belong here: how often, or in whose files.
Every function takes a column and a rate and returns a column of the same length; empty cells stay
empty. A variant of a code is one a list of synonyms can know: other case, blanks around it, or for
sex one of the usual words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import chance
from insight_pipeline.simulation.identifiers import folded
from insight_pipeline.simulation.nicknames import NICKNAMES
from insight_pipeline.simulation.window import Mask

DEFAULT_DATE = date(1900, 1, 1)
LETTERS = "aeiounrstl"
SEX_WORDS = {
    "M": ("M", "m", "Male", "MALE", "male", "1", " M"),
    "F": ("F", "f", "Female", "FEMALE", "female", "2", " F"),
}


def emptied(rng: np.random.Generator, column: pl.Series, rate: float) -> pl.Series:
    """Leave some cells empty."""
    return _where(chance(rng, rate, len(column)), _empty(column), column)


def misspelt(rng: np.random.Generator, names: pl.Series, rate: float) -> pl.Series:
    """One slip of the keyboard: a letter dropped, doubled, replaced, or changed with the next."""
    slips = chance(rng, rate, len(names)) & (names.str.len_chars().fill_null(0) > 2).to_numpy()
    index = np.flatnonzero(slips)
    words = names.gather(index)
    length = words.str.len_chars().to_numpy()
    frame = pl.DataFrame(
        {
            "word": words,
            "at": 1 + (rng.random(index.size) * (length - 2)).astype(np.int64),
            "kind": rng.integers(0, 4, index.size),
            "letter": pl.Series(list(LETTERS)).gather(rng.integers(0, len(LETTERS), index.size)),
        }
    )
    head = pl.col("word").str.slice(0, pl.col("at"))
    here = pl.col("word").str.slice(pl.col("at"), 1)
    following = pl.col("word").str.slice(pl.col("at") + 1, 1)
    tail = pl.col("word").str.slice(pl.col("at") + 2)
    spelt = (
        pl.when(pl.col("kind") == 0)
        .then(head + following + tail)
        .when(pl.col("kind") == 1)
        .then(head + here + here + following + tail)
        .when(pl.col("kind") == 2)
        .then(head + pl.col("letter") + following + tail)
        .otherwise(head + following + here + tail)
    )
    # A clone, because scatter writes into the column it is called on.
    return names.clone().scatter(index, frame.select(spelt).to_series())


def nicknamed(rng: np.random.Generator, given: pl.Series, rate: float) -> pl.Series:
    """Replace some given names by the short form their bearers use."""
    short = given.replace(NICKNAMES)
    return _where(chance(rng, rate, len(given)), short, given)


def plain(rng: np.random.Generator, names: pl.Series, rate: float) -> pl.Series:
    """Take the marks off some names' letters."""
    return _where(chance(rng, rate, len(names)), folded(names), names)


def capitalised(rng: np.random.Generator, names: pl.Series, rate: float) -> pl.Series:
    """Write some names in capitals."""
    return _where(chance(rng, rate, len(names)), names.str.to_uppercase(), names)


def compound_cut(rng: np.random.Generator, family: pl.Series, rate: float) -> pl.Series:
    """Keep one part of some compound names, or join the parts in the other way."""
    first = family.str.extract(r"^([^ -]{3,})[ -]", 1)
    last = family.str.extract(r"[ -]([^ -]{3,})$", 1)
    joined = family.str.replace(" ", "-", literal=True)
    for shorter in (first, last, joined):
        chosen = chance(rng, rate / 3, len(family)) & shorter.is_not_null().to_numpy()
        family = _where(chosen, shorter, family)
    return family


def swapped(
    rng: np.random.Generator, given: pl.Series, family: pl.Series, rate: float
) -> tuple[pl.Series, pl.Series]:
    """Enter some people's names the wrong way round."""
    wrong = chance(rng, rate, len(given))
    return _where(wrong, family, given), _where(wrong, given, family)


def misdated(
    rng: np.random.Generator, births: pl.Series, default: float, swap: float, slip: float
) -> pl.Series:
    """Default dates, day and month swapped, and years that are one out."""
    frame = births.to_frame("d")
    swappable = (pl.col("d").dt.day() <= 12) & (pl.col("d").dt.day() != pl.col("d").dt.month())
    turned = pl.date(pl.col("d").dt.year(), pl.col("d").dt.day(), pl.col("d").dt.month())
    one_out = pl.col("d").dt.offset_by("-1y")
    draw = rng.random((3, len(births)))
    return frame.select(
        pl.when(pl.Series(draw[0] < default) & pl.col("d").is_not_null())
        .then(pl.lit(DEFAULT_DATE))
        .when(pl.Series(draw[1] < swap) & swappable)
        .then(turned)
        .when(pl.Series(draw[2] < slip))
        .then(one_out)
        .otherwise(pl.col("d"))
    ).to_series()


def bad_check_digit(rng: np.random.Generator, numbers: pl.Series, rate: float) -> pl.Series:
    """Change the last digit of some numbers, so that they no longer pass their check."""
    last = (numbers.str.slice(-1).cast(pl.Int64) + 1) % 10
    wrong = numbers.str.slice(0, 9) + last.cast(pl.String)
    return _where(chance(rng, rate, len(numbers)), wrong, numbers)


def untidy_postcode(rng: np.random.Generator, postcodes: pl.Series, rate: float) -> pl.Series:
    """No space, small letters, or blanks around it."""
    tight = postcodes.str.replace(" ", "", literal=True)
    for variant in (tight, postcodes.str.to_lowercase(), postcodes + " "):
        postcodes = _where(chance(rng, rate / 3, len(postcodes)), variant, postcodes)
    return postcodes


def varied_codes(rng: np.random.Generator, codes: pl.Series, rate: float) -> pl.Series:
    """Another case, or blanks around the code."""
    for variant in (codes.str.to_uppercase(), codes.str.to_lowercase(), " " + codes + " "):
        codes = _where(chance(rng, rate / 3, len(codes)), variant, codes)
    return codes


def sex_codes(
    rng: np.random.Generator,
    sex: pl.Series,
    codes: Mapping[str, str],
    unknown: str | None,
    rate: float,
) -> pl.Series:
    """M and F in the provider's code, some in a word it does not use; empty is its 'unknown'."""
    proper = sex.replace_strict(dict(codes), default=None, return_dtype=pl.String)
    varies = chance(rng, rate, len(sex))
    for letter, words in SEX_WORDS.items():
        word = pl.Series(words).gather(rng.integers(0, len(words), len(sex)))
        proper = _where(varies & (sex == letter).fill_null(False).to_numpy(), word, proper)
    return proper if unknown is None else proper.fill_null(unknown)


def date_text(
    rng: np.random.Generator, days: pl.Series, pattern: str, impossible: float = 0.0
) -> pl.Series:
    """Dates as text; some name a thirtieth of February."""
    wrong = pattern.replace("%d", "30").replace("%m", "02").replace("%b", "Feb")
    text = days.dt.strftime(pattern)
    return _where(chance(rng, impossible, len(days)), days.dt.strftime(wrong), text)


def repeated_rows(rng: np.random.Generator, rows: pl.DataFrame, rate: float) -> pl.DataFrame:
    """Append an exact copy of some rows."""
    return pl.concat([rows, rows.filter(pl.Series(chance(rng, rate, rows.height)))])


def _where(chosen: Mask, changed: pl.Series, unchanged: pl.Series) -> pl.Series:
    return changed.zip_with(pl.Series(chosen, dtype=pl.Boolean), unchanged)


def _empty(column: pl.Series) -> pl.Series:
    return pl.repeat(None, len(column), dtype=column.dtype, eager=True)
