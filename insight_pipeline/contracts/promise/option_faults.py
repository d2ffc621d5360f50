"""Finds types, options and patterns that no rule of ours would check.

Belongs here: what one column promises about its values by itself. Does not belong here: what it
says together with others (contract_faults.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

import duckdb

from insight_pipeline.contracts.promise.cell import (
    DATE_PARTS,
    checked_pattern,
    date_format,
    is_bound,
)
from insight_pipeline.contracts.promise.contract import Column, Metric
from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.kernel.errors import Fault, InsightError

BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
# Options some rule checks, by logical type; a type that is not here is checked by none.
CHECKED_OPTIONS = {
    "string": {"minLength", "maxLength", "pattern"},
    "integer": {*BOUNDS, "multipleOf"},
    "number": {*BOUNDS, "multipleOf"},
    "boolean": set[str](),
    "date": {"format", *BOUNDS},
    "timestamp": {"format", "timezone", *BOUNDS},
}


def option_faults(
    columns: Iterable[Column], metrics: Iterable[Metric], where: str
) -> Iterator[Fault]:
    """Faults of every column's type and options, and of the patterns of metrics."""
    for column in columns:
        yield from _option_faults(column, f"{where}: {column.name}")
    for metric in metrics:
        if metric.pattern is not None:
            yield from _pattern_faults(metric.pattern, f"{where}: quality '{metric.code}'")


def _option_faults(column: Column, where: str) -> Iterator[Fault]:
    checked = CHECKED_OPTIONS.get(column.type)
    if checked is None:
        expected = f"a type among {', '.join(CHECKED_OPTIONS)}"
        yield contract_fault(where, expected, f"'{column.type}'")
        return
    for name in sorted(set(column.options) - checked):
        expected = f"options that are checked: {', '.join(sorted(checked)) or 'none'}"
        yield contract_fault(where, expected, f"'{name}'")
    for name in sorted({*BOUNDS, "multipleOf"} & checked & set(column.options)):
        if not is_bound(column, column.options[name]):
            found = f"'{column.options[name]}'"
            yield contract_fault(where, f"a {name} that is a {column.type}", found)
        elif name == "multipleOf" and Decimal(str(column.options[name])) <= 0:
            yield contract_fault(where, "a multipleOf above 0", f"'{column.options[name]}'")
    if column.options.get("timezone"):
        step = "agree one zone, say it in the description, and leave timezone out"
        yield contract_fault(where, "times without a zone", "timezone: true", step)
    if "pattern" in column.options:
        yield from _pattern_faults(column.options["pattern"], where)
    if "format" in checked and re.search("[A-Za-z]", _unknown_letters(date_format(column))):
        expected = f"a format of {', '.join(DATE_PARTS)}"
        yield contract_fault(where, expected, f"'{date_format(column)}'")


def _unknown_letters(form: str) -> str:
    return re.sub("'[^']*'|" + "|".join(DATE_PARTS), "", form)


def _pattern_faults(pattern: str, where: str) -> Iterator[Fault]:
    try:
        if not _engine_takes(checked_pattern(pattern, where)):
            yield contract_fault(where, "a regular expression", f"'{pattern}'")
    except InsightError as error:
        yield from error.faults


@lru_cache(maxsize=512)
def _engine_takes(pattern: str) -> bool:
    with duckdb.connect() as connection:
        try:
            connection.execute("select regexp_full_match('', ?)", [pattern])
        except duckdb.Error:
            return False
    return True
