"""The kinds of identifiers no release may hold: what each looks like, and what to do about one.

Belongs here: the table KINDS, patterns and small checks. Does not belong here: what needs more than
a pattern (digits.py, days.py, names.py), or reading files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from insight_pipeline.publication.identifiers.days import days_inside_months
from insight_pipeline.publication.identifiers.digits import (
    nhs_numbers,
    phone_numbers,
    property_numbers,
)

Finder = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Kind:
    """One kind: `find` takes folded texts (text_id, text) and gives (text_id, found), normalised.

    may_be_said: what the project's own files say for everybody to read is none: who is to be asked,
    and the day a definition began. words: how messages call several of them.
    """

    code: str
    words: str
    find: Finder
    next_step: str
    may_be_said: bool = False


def _matches(
    *patterns: str, refused: str = r"^#", lower: bool = False, parted: bool = True
) -> Finder:
    """Whatever a pattern finds, less what matches `refused`, without spaces.

    parted: an underscore parts words, as in 'home_za12bd'; to patterns it is a letter.
    """

    def find(texts: pl.DataFrame) -> pl.DataFrame:
        found = pl.col("found")
        plain = found.str.to_lowercase() if lower else found.str.to_uppercase()
        text = pl.col("text").str.replace_all("_", " ") if parted else pl.col("text")
        frames = [
            texts.select("text_id", found=text.str.extract_all(pattern))
            .explode("found", empty_as_null=False)
            .drop_nulls("found")
            for pattern in patterns
        ]
        kept = pl.concat(frames).filter(~found.str.contains(refused))
        return kept.select("text_id", found=plain.str.replace_all(r"[ ]", "")).unique()

    return find


# HM Revenue & Customs, National Insurance Manual NIM39110; the letter at the end may be missing
# where pairs of digits stand apart. A hash sign before it makes a colour.
_NINO = r"#?\b(?i:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NINO_PATTERNS = (
    _NINO + r"(?:[ -]{0,3}[0-9]){6}[ -]{0,3}[A-D])\b",
    r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -][0-9]{2}[ -][0-9]{2}[ -][0-9]{2}\b",
)
_NINO_NEVER = r"^(?:#|(?i:BG|GB|KN|NK|NT|TN|ZZ))"

# Royal Mail, Programmers' Guide to the Postcode Address File: outward code, digit, two letters.
_OUTWARD = r"[A-PR-UWYZ](?:[0-9][0-9A-HJKPSTUW]?|[A-HK-Y][0-9][0-9ABEHMNPRVWXY]?)"
_INWARD = r"[0-9][ABD-HJLNP-UW-Z]{2}"
_POSTCODE_PATTERNS = (
    rf"#?\b(?i:GIR[ -]{{0,3}}0AA|{_OUTWARD}[ -]{{0,3}}{_INWARD})\b",
    r"\b[A-PR-UWYZ] ?[A-HK-Y]? ?[0-9] ?[0-9A-Y]? ?[0-9] ?[ABD-HJLNP-UW-Z] ?[ABD-HJLNP-UW-Z]\b",
)
# '…A1 2nd' is an ordinal after a code, not a delivery point.
_ORDINAL = r"^#|[ ][0-9](?:st|nd|rd|th)$"

_LOCAL, _LABEL = r"[\p{L}\p{N}._%+'-]+", r"[\p{L}\p{N}-]+"
_EMAIL = rf"{_LOCAL} ?(?:@|\(at\)|\[at\]) ?{_LABEL}(?:\.{_LABEL})*\.\p{{L}}{{2,24}}\b"

# Linkage's citizen keys have 24 hexadecimal digits, pseudonyms 32 as MD5 and UUIDs have; then
# SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512.
_PERSON_KEY = (
    r"\b[0-9A-Fa-f]{24}\b",
    r"\b[0-9A-Fa-f]{32}\b",
    r"\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b",
    # hash() of DuckDB, polars and Python: a whole number of 64 bits, and no figure is that large.
    r"^-?[0-9]{16,20}$",
)
_HEX = tuple(rf"\b[0-9A-Fa-f]{{{length}}}\b" for length in (40, 56, 64, 96, 128))


def _base64_digests(texts: pl.DataFrame) -> pl.DataFrame:
    """Digests in base64 (RFC 4648): of the lengths of MD5, SHA-1 and SHA-2, and as mixed."""
    found = pl.col("found")
    runs = texts.select("text_id", found=pl.col("text").str.extract_all(r"[A-Za-z0-9+/_-]+={0,2}"))
    lengths = found.str.len_chars().is_in([24, 28, 44, 64, 88]) & (
        found.str.ends_with("=") | (found.str.len_chars() == 64)
    )
    bare = found.str.len_chars().is_in([43, 86]) & (found.str.count_matches("[0-9]") >= 3)
    mixed = (found.str.count_matches("[A-Z]") >= 3) & (found.str.count_matches("[a-z]") >= 3)
    return (
        runs.explode("found", empty_as_null=False)
        .drop_nulls("found")
        .with_columns(found.str.replace(r"^(?i:sha-?(?:1|224|256|384|512)|md5)[-=:]", ""))
        .filter((lengths | bare) & mixed & found.str.contains("[0-9]"))
    )


def _hashes(texts: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([_matches(*_HEX)(texts), _base64_digests(texts)])


_TRACE = "find the column or template it comes from, and leave the value out there"
KINDS: tuple[Kind, ...] = (
    Kind(
        "nhs_number",
        "NHS numbers",
        nhs_numbers,
        f"{_TRACE}; no figure has ten digits, so a number column may be the wrong one",
    ),
    Kind(
        "nino", "National Insurance numbers", _matches(*_NINO_PATTERNS, refused=_NINO_NEVER), _TRACE
    ),
    Kind(
        "postcode",
        "full postcodes",
        _matches(*_POSTCODE_PATTERNS, refused=_ORDINAL),
        f"{_TRACE}; publish an area's code in its place",
    ),
    Kind(
        "email",
        "e-mail addresses",
        _matches(_EMAIL, lower=True, parted=False),
        f"{_TRACE}; an office to be asked is named as owner in an indicator's header",
        may_be_said=True,
    ),
    Kind("phone", "UK telephone numbers", phone_numbers, _TRACE, may_be_said=True),
    Kind("uprn", "UPRNs", property_numbers, f"{_TRACE}; publish an area's code in its place"),
    Kind(
        "person_key",
        "keys of people (pseudonyms, citizen keys, UUIDs)",
        _matches(*_PERSON_KEY, lower=True),
        f"{_TRACE}; people are counted, never listed",
    ),
    Kind(
        "hash",
        "hashes that are not of the release's own files",
        _hashes,
        f"{_TRACE}; a hash of an identifier can be reversed by trying all of them",
    ),
    Kind(
        "day",
        "days that are no period's first or last day",
        days_inside_months,
        "publish the period the day lies in; contract and as-of days stand in the columns for them",
        may_be_said=True,
    ),
)
