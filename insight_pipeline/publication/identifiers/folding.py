"""Every text in one plain form before anything is looked for in it.

Belongs here: widths, spaces, dashes, digits of other scripts, and signs nobody sees. Does not
belong here: patterns. Unicode Normalization Form KC (UAX 15) makes full-width letters and digits
plain ones; format characters (general category Cf: soft hyphens, zero-width spaces, marks of
direction) go; every space is one space, every dash is a hyphen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import cache

import polars as pl

_SPACES = r"[\s\p{Z}]+"
_UNSEEN = r"[\p{Cf}\p{Cc}\x{034F}\x{FE00}-\x{FE0F}]"
_DASHES = r"[\p{Pd}\x{2212}\x{2043}]"
# In the place of what is known to be harmless: no letter, digit, space or dash.
GONE = "\u00a6"
# Beyond the first two planes of Unicode there are no digits.
_PLANES = 0x20000


@cache
def _digits() -> dict[str, str]:
    """Every decimal digit of another script that Form KC leaves as it is."""
    every = (chr(code) for code in range(128, _PLANES))
    return {sign: str(unicodedata.decimal(sign)) for sign in every if sign.isdecimal()}


def folded(text: pl.Expr) -> pl.Expr:
    """The plain form of a text column."""
    return (
        text.str.normalize("NFKC")
        .str.replace_all(_SPACES, " ")
        .str.replace_all(_UNSEEN, "")
        .str.replace_all(_DASHES, "-")
        .str.replace_many(_digits())
        .str.strip_chars(" ")
    )


def without(text: pl.Expr, known: Collection[str]) -> pl.Expr:
    """A text column less every known text, whatever its case."""
    if not known:
        return text
    longest_first = sorted(known, key=lambda each: (-len(each), each))
    return text.str.replace_many(
        dict.fromkeys(longest_first, GONE), ascii_case_insensitive=True, leftmost=True
    )
