"""Numbers in texts, however they are spaced, and which of them are NHS numbers, UPRNs or phones.

Belongs here: runs of digits and their check digits. Does not belong here: wording of errors.

A run is digits with at most three spaces or hyphens between them. A whole run is one number
whatever its spacing; inside a longer run only usual groupings are taken as a number, for a list of
years or age bands is a long run too. Columns of numbers are scanned like texts: no figure of a
borough, count or pounds, has ten digits before its decimal point, so that a whole number of ten,
eleven or twelve digits with the form of an identifier is one.
"""

from __future__ import annotations

from functools import reduce
from operator import add

import phonenumbers
import polars as pl

_RUN = r"[0-9](?:[ -]{0,3}[0-9])*"
_LONGEST_GROUPS = 15
# What is brought into that shape first, in this order.
_SHAPING = (
    # +44 20 7946 0958
    (r"\+44", "0044"),
    # 943.476.5919 and 020.7946.0958, which are no decimals
    (r"\b([0-9]{3})[./]([0-9]{3})[./]([0-9]{4})\b", "${1} ${2} ${3}"),
    (r"\b(0[0-9]{2,4})[.]([0-9]{3,4})[.]([0-9]{3,4})\b", "${1} ${2} ${3}"),
    # 9,434,765,919 as programs write large numbers
    (r"\b([0-9]{1,3}),([0-9]{3}),([0-9]{3}),([0-9]{3})\b", "${1}${2}${3}${4}"),
    # 9434765919.0 as programs write a number once it stood beside an empty one
    (r"([0-9])\.0+\b", "${1}"),
    # 0.5 and .5, but not the point of an abbreviation: 'no.9434765919'
    (r"(?:[0-9]+|\B)\.[0-9]+(?:[eE][+-]?[0-9]+)?", ";"),
    # Tokens with letters behind digits: hashes, units, ordinals
    (r"[A-Za-z]*[0-9]+[A-Za-z][0-9A-Za-z]*", ";"),
)
_NHS_SHAPES = ["10", "3-3-4", "3-4-3", "4-3-3", "5-5", "-".join("1" * 10)]
_PHONE_SHAPES = ["11", "5-6", "5-3-3", "4-3-4", "4-7", "3-8", "3-4-4", "-".join("1" * 11)]
# Whoever writes these words means a property, however long its number.
_UPRN_WORDS = r"(?i)\b(?:uprn|unique property reference number)\W{0,3}([0-9][0-9 ]{3,15})"


def numbers(texts: pl.DataFrame) -> pl.DataFrame:
    """Columns text_id, digits, shape ('3-3-4'), is_run, is_text: every way to read a number.

    `texts` has (text_id, text), folded. is_run: the run holds nothing else; is_text: nor the text.
    """
    shaped = reduce(
        lambda text, step: text.str.replace_all(*step), _SHAPING, pl.col("text")
    ).str.replace_all(r"[()]", " ")
    runs = (
        texts.lazy()
        .filter(pl.col("text").str.contains(r"[0-9]"))
        .select("text_id", text=shaped.str.replace_all(r" +", " ").str.strip_chars(" "))
        .with_columns(run=pl.col("text").str.extract_all(_RUN))
        .explode("run", empty_as_null=False)
        .filter(pl.col("run").str.len_chars() >= 10)
        .with_columns(is_text=pl.col("run") == pl.col("text"))
        .with_columns(group=pl.col("run").str.extract_all(r"[0-9]+"))
        .with_row_index("run_id")
        .with_columns(groups=pl.col("group").list.len())
        .explode("group", empty_as_null=False)
        .collect()
    )
    return pl.concat([_windows(runs, width) for width in range(1, _LONGEST_GROUPS + 1)])


def _windows(runs: pl.DataFrame, width: int) -> pl.DataFrame:
    """`width` neighbouring groups of one run read as one number of 10 to 15 digits."""
    parts = [pl.col("group").shift(-place).over("run_id") for place in range(width)]
    lengths = [each.str.len_chars().cast(pl.String) for each in parts]
    return (
        runs.filter(pl.col("groups") >= width)
        .select(
            "text_id",
            digits=pl.concat_str(parts),
            shape=pl.concat_str(lengths, separator="-"),
            is_run=pl.col("groups") == width,
            is_text=pl.col("is_text") & (pl.col("groups") == width),
        )
        .filter(pl.col("digits").str.len_chars().is_between(10, 15))
    )


def nhs_numbers(texts: pl.DataFrame) -> pl.DataFrame:
    """NHS numbers (text_id, found): Modulus 11 as in the NHS Data Dictionary, and ranges issued.

    Ten digits that begin with 3, 4, 6, 7 or 9 and are not ten times the same: as the SQL function
    valid_nhs_number has it.
    """
    weighed = [
        pl.col("digits").str.slice(place, 1).cast(pl.Int32) * (10 - place) for place in range(10)
    ]
    return (
        numbers(texts)
        .filter(pl.col("digits").str.contains(r"^[34679][0-9]{9}$"))
        .filter(pl.col("is_run") | pl.col("shape").is_in(_NHS_SHAPES))
        .filter(reduce(add, weighed) % 11 == 0)
        .filter(~pl.col("digits").str.contains(r"^(?:3+|4+|6+|7+|9+)$"))
        .select("text_id", found="digits")
    )


def property_numbers(texts: pl.DataFrame) -> pl.DataFrame:
    """UPRNs (text_id, found): 11 or 12 digits in one piece, or any number called a UPRN."""
    alone = (
        numbers(texts)
        .filter(pl.col("shape").is_in(["11", "12"]))
        .filter(pl.col("digits").str.contains(r"^(?:[1-9][0-9]{10,11}|0+[1-9][0-9]{6,}|0{1,8})$"))
        .filter(~pl.col("digits").str.contains(r"^0[1-37][0-9]{9}$"))
        .select("text_id", found="digits")
    )
    named = texts.select(
        "text_id",
        found=pl.col("text").str.extract(_UPRN_WORDS).str.replace_all(" ", ""),
    ).filter(pl.col("found").str.len_chars().is_between(4, 12))
    return pl.concat([alone, named])


def phone_numbers(texts: pl.DataFrame) -> pl.DataFrame:
    """UK telephone numbers (text_id, found) as digits from 0.

    Those of a plan in force (phonenumbers), and any other of the usual length and grouping: nobody
    needs to have been given 071. One that lost its zero counts where nothing else stands there.
    """
    long = numbers(texts).with_columns(
        national=pl.col("digits").str.replace(r"^(?:00)?440?([1-37][0-9]{8,9})$", "0${1}"),
        is_abroad=pl.col("digits").str.contains(r"^(?:00)?440?[1-37][0-9]{8,9}$"),
    )
    lost = pl.col("is_text") & pl.col("digits").str.contains(r"^[127][0-9]{9}$")
    possible = long.with_columns(
        found=pl.when(lost).then("0" + pl.col("digits")).otherwise("national"), is_lost=lost
    ).filter(pl.col("found").str.contains(r"^0[1-37][0-9]{8,9}$"))
    at_home = ~pl.col("is_lost") & ~pl.col("is_abroad")
    usual = (at_home & pl.col("shape").is_in(_PHONE_SHAPES)) | (
        pl.col("is_abroad") & pl.col("digits").str.starts_with("0044")
    )
    begun = pl.col("shape").str.contains(r"^(?:[3-9]|1[0-9]|1(?:-1)+$)") | pl.col("is_abroad")
    return possible.filter(
        usual | ((begun | pl.col("is_text")) & _in_force(possible["found"]))
    ).select("text_id", "found")


def _in_force(numbers: pl.Series) -> pl.Series:
    """Whether the numbering plan has them; asked once per distinct number."""
    distinct = numbers.unique().to_list()
    known = [each for each in distinct if _is_valid(str(each))]
    return numbers.is_in(known)


def _is_valid(number: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "GB"))
    except phonenumbers.NumberParseException:
        return False
