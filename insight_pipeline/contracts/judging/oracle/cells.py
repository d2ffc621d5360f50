"""A cell once more, in plain Python: its repairs, its type, its code.

Belongs here: what a contract says of one cell, written without a look at its SQL. Does not belong
here: judging it (expectations.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from insight_pipeline.contracts.promise.contract import Column, ContractProperties

DATE_WORDS = re.compile("yyyy|MMM|MM|dd|yy|HH|mm|ss|'[^']*'|.")
DATE_SHAPES = {
    "yyyy": ("[1-9][0-9]{3}", "%Y"),
    "yy": ("[0-9]{2}", "%y"),
    "MMM": ("[A-Za-z]{3}", "%b"),
    "MM": ("[0-9]{2}", "%m"),
    "dd": ("[0-9]{2}", "%d"),
    "HH": ("[0-9]{2}", "%H"),
    "mm": ("[0-9]{2}", "%M"),
    "ss": ("[0-9]{2}", "%S"),
}
TRIMMED = "\t\n\v\f\r\u200b\u200c\u200d\u2060\ufeff"
TRUTHS = {"true", "t", "yes", "y", "1", "false", "f", "no", "n", "0"}
# What a 128-bit integer and a decimal of 38 digits, 9 of them after the point, can hold.
LARGEST = 2**127 - 1
LARGEST_DECIMAL = Decimal(10) ** 29


@dataclass(frozen=True)
class DateForm:
    """A date format as a pattern and as strptime writes it."""

    shape: str
    strptime: str


def date_form(form: str) -> DateForm:
    shape, letters = "", ""
    for word in DATE_WORDS.findall(form):
        plain = word.strip("'")
        one, other = DATE_SHAPES.get(word, (re.escape(plain), plain))
        shape, letters = shape + one, letters + other
    return DateForm(shape, letters)


def promised_form(column: Column) -> str:
    default = "yyyy-MM-dd" if column.type == "date" else "yyyy-MM-dd HH:mm:ss"
    return str(column.options.get("format") or default)


def moment(text: str, form: str) -> datetime | None:
    asked = date_form(form)
    if not re.fullmatch(asked.shape, text):
        return None
    try:
        return datetime.strptime(text, asked.strptime)
    except ValueError:
        return None


def _blank(char: str) -> bool:
    return unicodedata.category(char) == "Zs"


def _around(char: str) -> bool:
    """Whether trimming takes it away: spaces, tabs, line breaks and what has no width."""
    return unicodedata.category(char).startswith("Z") or char in TRIMMED


def _seen(char: str) -> bool:
    return unicodedata.category(char)[0] not in "ZC"


def stripped(text: str) -> str:
    first = next((n for n, char in enumerate(text) if not _around(char)), len(text))
    last = next((n for n, char in enumerate(reversed(text)) if not _around(char)), len(text))
    return text[first : len(text) - last]


def repaired(raw: str | None, column: Column, promise: ContractProperties) -> str | None:
    """The text of a cell after the repairs its contract names; None where it is empty."""
    agreed = {word.lower() for word in column.properties.empty_values}
    if raw is None or not any(map(_seen, raw)) or stripped(raw).lower() in agreed:
        return None
    text, named = raw, {*promise.normalise, *column.properties.normalise}
    if "trim" in named:
        text = stripped(text)
    if "collapse_spaces" in named:
        spaced = "".join(" " if _blank(char) else char for char in text)
        text = re.sub(" +", " ", spaced)
    if "upper" in named:
        text = text.upper()
    if "lower" in named:
        text = text.lower()
    return _one_date_format(text, column)


def meant(text: str | None, codes: Mapping[str, str]) -> str | None:
    """The code that a text means, else the text."""
    return None if text is None else codes.get(text.lower(), text)


def _one_date_format(text: str, column: Column) -> str:
    if not column.properties.date_formats or moment(text, promised_form(column)):
        return text
    found = (moment(text, form) for form in column.properties.date_formats)
    day = next((day for day in found if day), None)
    if day is None:
        return text
    letters = date_form(promised_form(column)).strptime
    return day.strftime(letters.replace("%Y", f"{day.year:04d}"))


def value(text: str | None, column: Column) -> object:
    """The cell as its type; None where it is empty or not of its type."""
    if text is None or column.type == "string":
        return text
    if column.type in ("date", "timestamp"):
        return moment(text, promised_form(column))
    if column.type == "boolean":
        return text.lower() in TRUTHS or None
    pattern = "[+-]?[0-9]+" if column.type == "integer" else "[+-]?[0-9]+([.][0-9]+)?"
    if not re.fullmatch(pattern, text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    fits = abs(number) <= LARGEST if column.type == "integer" else abs(number) < LARGEST_DECIMAL
    return number if fits else None
