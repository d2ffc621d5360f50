"""Synthetic registers of any size, made column by column: people, their records, and a night later.

Belongs here: making evidence for the clock. Does not belong here: data to judge quality by; what
these people look like was chosen for the number of pairs they give, and nothing else.

`sparse` people have rare names, a home of their own, and one in three a known birth date: about 2
pairs a record come up for comparison. `dense` people share names, homes and telephones as a town
does: all that the blocking budget allows, about 40 pairs a record.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

SYLLABLES = (
    "ba", "cor", "del", "fen", "gar", "hol", "jin", "kel", "lor", "mar", "nes", "os", "pra", "quin",
    "ros", "sal", "tor", "ul", "ven", "wim",
)  # fmt: skip
FIRST_DAY = np.datetime64("1935-01-01")
DAYS = 30_000
CHANGED_SHARE = 0.01

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """`names` counts first and family names per person; the rest are shares of people."""

    given: float
    family: float
    homes: float
    born: float
    skew: float


SHAPES = {
    "sparse": Shape(given=0.5, family=0.9, homes=1.0, born=0.33, skew=0.0),
    "dense": Shape(given=0.002, family=0.02, homes=0.4, born=0.97, skew=0.8),
}


def make_register(records: int, shape: str, seed: int) -> pl.DataFrame:
    """Evidence of `records` records of two thirds as many people; equal seeds, equal registers."""
    rng = np.random.default_rng(seed)
    people = max(records * 2 // 3, 1)
    whose = np.concatenate([np.arange(people), rng.integers(0, people, records - people)])
    numbers = np.arange(records)
    return _typed(_records(rng, _people(rng, people, SHAPES[shape]), whose, numbers))


def two_nights(records: int, shape: str, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A register, and the same after a night in which 1 % changed.

    A third of the changes are updates, a third deletions, and a third new records, of people known
    before and of others.
    """
    third = max(round(records * CHANGED_SHARE / 3), 1)
    rng = np.random.default_rng(seed + 1)
    whole = make_register(records + third, shape, seed)
    whole = whole[rng.permutation(whole.height)]
    first = whole.head(records)
    touched = rng.permutation(records)[: 2 * third]
    deleted, updated = np.zeros((2, records), dtype=bool)
    deleted[touched[:third]] = updated[touched[third:]] = True
    moved = pl.Series(updated)
    second = first.with_columns(
        pl.when(moved).then(pl.col(name).str.reverse()).otherwise(name).alias(name)
        for name in ("address_line", "phone")
    ).filter(~pl.Series(deleted))
    return first, pl.concat([second, whole.tail(third)])


def write(register: pl.DataFrame, path: Path) -> Path:
    register.write_parquet(path)
    return path


def _people(rng: np.random.Generator, people: int, shape: Shape) -> dict[str, Integers]:
    homes = max(round(people * shape.homes), 1)
    home = rng.permutation(people) if shape.homes == 1.0 else rng.integers(0, homes, people)
    # Who lives together mostly shares a surname.
    family = _drawn(rng, people, shape.family, shape.skew)
    head = np.zeros(homes if shape.homes != 1.0 else people, dtype=np.int64)
    head[home] = family
    related = rng.random(people) < 0.8
    return {
        "given": _drawn(rng, people, shape.given, shape.skew),
        "family": np.where(related, head[home], family),
        "born": np.where(rng.random(people) < shape.born, rng.integers(0, DAYS, people), -1),
        "home": home,
        "phone": np.where(related, home, people + np.arange(people)),
        "number": rng.permutation(people),
        "sex": rng.integers(0, 2, people),
    }


def _drawn(rng: np.random.Generator, people: int, share: float, skew: float) -> Integers:
    """Ranks of names: even, or the more frequent the smaller (Zipf's law with exponent `skew`)."""
    names = max(round(people * share), 20)
    weight = 1.0 / np.arange(1, names + 1) ** skew
    return rng.choice(names, size=people, p=weight / weight.sum())


def _records(
    rng: np.random.Generator, people: dict[str, Integers], whose: Integers, numbers: Integers
) -> pl.DataFrame:
    """One row a record, with a misspelling here and a gap there."""
    size = len(numbers)
    of = {name: values[whose] for name, values in people.items()}
    chance = rng.random((7, size))
    given, family = _words(of["given"], 3), _words(of["family"] + 7, 4)
    born = FIRST_DAY + np.maximum(of["born"], 0)
    return pl.DataFrame(
        {
            "record_id": pl.Series(numbers).cast(pl.String),
            "provider_id": pl.Series(numbers % 5).cast(pl.String),
            "given_name": _slip(given, chance[0] < 0.04),
            "family_name": _slip(family, chance[1] < 0.04),
            "birth_date": pl.Series(born).cast(pl.Date),
            "known": (of["born"] >= 0) & (chance[2] > 0.03),
            "address_line": pl.Series(of["home"] % 97 + 1).cast(pl.String)
            + " "
            + _words(of["home"] // 97 + 3, 3)
            + " street",
            "postcode": _postcodes(of["home"]),
            "phone": "07" + pl.Series(of["phone"] + 100_000_000).cast(pl.String),
            "number": pl.Series(of["number"] + 1_000_000_000).cast(pl.String),
            "sex_code": pl.Series(["F", "M"]).gather(of["sex"]),
            "email": given + pl.Series(of["number"]).cast(pl.String) + "@post.example",
            "has_email": chance[6] < 0.3,
            "has_postcode": chance[3] > 0.1,
            "has_phone": chance[4] < 0.4,
            "has_number": chance[5] < 0.5,
        }
    )


def _typed(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of person_evidence; what a record lacks is missing."""
    return rows.select(
        "record_id",
        "provider_id",
        "given_name",
        "family_name",
        pl.when("known").then("birth_date").alias("birth_date"),
        "sex_code",
        "address_line",
        pl.when("has_postcode").then("postcode").alias("postcode"),
        pl.when("has_phone").then("phone").alias("phone"),
        pl.when("has_email").then("email").alias("email"),
        pl.when("has_number")
        .then(pl.concat_list("register:" + pl.col("number")))
        .otherwise(pl.lit([], dtype=pl.List(pl.String)))
        .alias("trusted_ids"),
    )


def _words(ranks: Integers, syllables: int) -> pl.Series:
    """A name for every rank: its digits to the base of the syllables, spread by a prime first."""
    base = len(SYLLABLES)
    spread = (ranks * 7919) % base**syllables
    words = pl.Series([""]).new_from_index(0, len(ranks))
    known = pl.Series(SYLLABLES)
    for place in range(syllables):
        words = words + known.gather(spread // base**place % base)
    # Ranks beyond the words there are go on with a further syllable.
    beyond = ranks // base**syllables
    return words + pl.Series(["", *SYLLABLES]).gather(np.minimum(beyond, base))


def _slip(words: pl.Series, wrong: npt.NDArray[np.bool_]) -> pl.Series:
    """The third letter lost."""
    shorter = words.str.slice(0, 2) + words.str.slice(3)
    return pl.select(pl.when(pl.Series(wrong)).then(shorter).otherwise(words)).to_series()


def _postcodes(home: Integers) -> pl.Series:
    """About twenty homes to a postcode."""
    block = pl.Series(home // 20)
    unit = pl.Series([a + b for a in "ABDEFGHJLN" for b in "PQRSTUWXYZ"])
    district = (block // 1000).cast(pl.String)
    sector = (block // 100 % 10).cast(pl.String)
    return "ZA" + district + " " + sector + unit.gather(block % 100)
