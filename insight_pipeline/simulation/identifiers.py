"""Identifiers that pass their check digits but belong to nobody, made for whole columns at once.

Belongs here: NHS, National Insurance and pupil numbers, UPRNs, phones, e-mail addresses.
Does not belong here: which provider holds them. All are distinct within a borough, and taken from
ranges that are not issued (NHS numbers from 99, telephone numbers from 071).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from insight_pipeline.simulation.chance import scatter
from insight_pipeline.simulation.window import Ints

NHS_BASES = 10_000_000
NHS_FIRST = 990_000_000
NINO_PREFIXES = ("AB", "CE", "EH", "HJ", "JK", "LM", "NP", "PR", "SW", "WX", "YA", "ZB")
UPN_LETTERS = np.array(list("ABCDEFGHJKLMNPQRTUVWXYZ"))
UPN_AUTHORITY = 201
UPN_BODIES = 100_000_000
UPRN_FIRST = 999_000_000_000
MOBILE_BODIES = 100_000_000
EMAIL_HOSTS = ("example.org", "example.com", "example.net")


def _digits(numbers: Ints, width: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def nhs_numbers(rng: np.random.Generator, count: int) -> pl.Series:
    """Valid NHS numbers: nine digits and a Mod-11 check digit (bases that would need 10 go)."""
    bases = scatter(NHS_BASES, int(rng.integers(NHS_BASES)), 7_368_787, int(count * 1.2) + 50)
    bases = bases + NHS_FIRST
    weights = np.arange(10, 1, -1)
    digits = bases[:, None] // 10 ** np.arange(8, -1, -1) % 10
    check = (11 - digits @ weights % 11) % 11
    numbers = (bases * 10 + check)[check != 10]
    return _digits(numbers[:count], 10)


def ninos(rng: np.random.Generator, count: int) -> pl.Series:
    """National Insurance numbers of valid shape: two letters, six digits, A to D."""
    total = len(NINO_PREFIXES) * 4_000_000
    body = scatter(total, int(rng.integers(total)), 7_368_787, count)
    frame = pl.DataFrame({"body": body}).select(
        prefix=pl.Series(NINO_PREFIXES).gather(body // 4_000_000),
        digits=(pl.col("body") % 1_000_000).cast(pl.String).str.zfill(6),
        suffix=pl.Series(list("ABCD")).gather(body // 1_000_000 % 4),
    )
    return frame.select(pl.concat_str("prefix", "digits", "suffix")).to_series()


def upns(rng: np.random.Generator, count: int) -> pl.Series:
    """Valid unique pupil numbers: a check letter and twelve digits."""
    body = scatter(UPN_BODIES, int(rng.integers(UPN_BODIES)), 73_687_871, count)
    numbers = UPN_AUTHORITY * 1_000_000_000 + body * 10 + 1
    digits = numbers[:, None] // 10 ** np.arange(11, -1, -1) % 10
    check = (digits @ np.arange(2, 14)) % 23
    return pl.Series(UPN_LETTERS[check]) + _digits(numbers, 12)


def uprns(rng: np.random.Generator, count: int) -> pl.Series:
    """Twelve-digit property references in a range that is not in use."""
    total = 999_999_937
    return _digits(UPRN_FIRST + scatter(total, int(rng.integers(total)), 7_368_787, count), 12)


def mobiles(rng: np.random.Generator, count: int) -> pl.Series:
    """Telephone numbers in 071, which no operator holds."""
    body = scatter(MOBILE_BODIES, int(rng.integers(MOBILE_BODIES)), 73_687_871, count)
    return "071" + _digits(body, 8)


def emails(rng: np.random.Generator, given: pl.Series, family: pl.Series) -> pl.Series:
    """given.familyNN@example.…: plain letters only, distinct enough but not always unique."""
    plain = [
        folded(names).str.to_lowercase().str.replace_all("[^a-z]", "") for names in (given, family)
    ]
    number = pl.Series(rng.integers(1, 1000, len(given))).cast(pl.String)
    host = pl.Series(EMAIL_HOSTS).gather(rng.integers(0, len(EMAIL_HOSTS), len(given)))
    return plain[0] + "." + plain[1] + number + "@" + host


def folded(text: pl.Series) -> pl.Series:
    """Letters without their marks, as systems that keep plain letters only store them."""
    bare = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return bare.str.replace_many(
        list("łŁıøØđßɔεƆ"), ["l", "L", "i", "o", "O", "d", "ss", "o", "e", "O"]
    )
