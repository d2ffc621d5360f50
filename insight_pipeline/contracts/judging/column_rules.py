"""What one promised column asks of its cells, as SQL that is true where a cell breaks it.

Belongs here: types, ranges, lengths, patterns, formats, code lists. Does not belong here: rules
over several columns or rows (rules.py, metrics.py).
A predicate is over `cells` (cells.py); NULL counts as keeping the rule, so that a cell that is
empty, or whose type failed, is spared whatever comes after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from insight_pipeline.contracts.promise.cell import (
    DEFAULT_FORMATS,
    NUMBER_TYPES,
    bound,
    checked_pattern,
    date_format,
    malformed,
    shares,
    spelling_of,
    value_of,
)
from insight_pipeline.contracts.promise.contract import Column
from insight_pipeline.sql.engines.duckdb import identifier, literal

# Option → its code, the comparison that breaks it, words.
RANGES = (
    ("minimum", "minimum", "<", "at least"),
    ("maximum", "maximum", ">", "at most"),
    ("exclusiveMinimum", "exclusive_minimum", "<=", "more than"),
    ("exclusiveMaximum", "exclusive_maximum", ">=", "less than"),
)
LENGTHS = (
    ("minLength", "min_length", "<", "at least"),
    ("maxLength", "max_length", ">", "at most"),
)
# How to write what has no format of its own.
FORMS = {
    "integer": "digits alone, without separators",
    "number": "digits with a point for decimals, without separators or signs of currency",
    "boolean": "true or false",
}


@dataclass(frozen=True)
class Asked:
    """One rule about a column: the end of its code, what the column has to be, what to do."""

    kind: str
    words: str
    hint: str
    broken: str
    unique: tuple[str, ...] = ()


def asked_of(column: Column, key: tuple[str, ...]) -> Iterable[Asked]:
    """Everything asked of a column, in the order the rules stand in."""
    cell = identifier(column.name)
    if column.required:
        yield Asked("required", "is filled in", "Fill it in.", f"{cell} is null")
    if column.properties.required_if:
        condition = column.properties.required_if
        words = "is filled in where another column asks for it"
        yield Asked("required_if", words, "Fill it in.", f"({condition}) and {cell} is null")
    if column.type != "string":
        yield _type(column)
    yield from _ranges(column)
    yield from _texts(column)
    if column.properties.format:
        words = f"is a valid {column.properties.format.replace('_', ' ')}"
        broken = f"{cell} is not null and {malformed(column)}"
        yield Asked("format", words, "Check it at its source, or leave it empty.", broken)
    if column.properties.vocabulary:
        hint = f"Use a code of the list '{column.properties.vocabulary}'."
        broken = f"{cell} is not null and {spelling_of(column)} is null"
        yield Asked("vocabulary", "is one of the agreed codes", hint, broken)
    if column.unique and key != (column.name,):
        only = (column.name,)
        yield Asked("unique", "stands in one row only", "Send each value once.", shares(only), only)


def _type(column: Column) -> Asked:
    form = date_format(column) if column.type in DEFAULT_FORMATS else column.type
    broken = f"{identifier(column.name)} is not null and {value_of(column)} is null"
    kind = "whole number" if column.type == "integer" else column.type
    return Asked("type", f"is a {kind}", f"Write it as {FORMS.get(column.type, form)}.", broken)


def _ranges(column: Column) -> Iterable[Asked]:
    for option, code, sign, words in RANGES:
        if option in column.options:
            limit = column.options[option]
            broken = f"{value_of(column)} {sign} {bound(column, limit)}"
            yield Asked(code, f"is {words} {limit}", "Check the value.", broken)
    if "multipleOf" in column.options:
        step = column.options["multipleOf"]
        broken = f"{value_of(column)} % {bound(column, step)} <> 0::{NUMBER_TYPES[column.type]}"
        yield Asked("multiple_of", f"is a multiple of {step}", "Check the value.", broken)


def _texts(column: Column) -> Iterable[Asked]:
    cell, options = identifier(column.name), column.options
    for option, code, sign, words in LENGTHS:
        if option in options:
            broken = f"length({cell}) {sign} {int(options[option])}"
            yield Asked(
                code, f"has {words} {options[option]} characters", "Check the value.", broken
            )
    if "pattern" in options:
        pattern = literal(checked_pattern(options["pattern"], column.name))
        hint = f"Write it like {options['pattern']}."
        yield Asked(
            "pattern", "is written as agreed", hint, f"not regexp_full_match({cell}, {pattern})"
        )
