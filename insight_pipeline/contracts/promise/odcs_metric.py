"""Reads an ODCS library metric: what is counted, over which columns, and what it may come to.

Belongs here: the five metrics, their arguments, the eight operators. Does not belong here: the
counting itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from insight_pipeline.contracts.judging.rules import slug
from insight_pipeline.contracts.promise.contract import Limit, Metric, RuleProperties
from insight_pipeline.contracts.promise.odcs_check import Check, Place, severity
from insight_pipeline.contracts.promise.odcs_custom import custom
from insight_pipeline.kernel.errors import Fault, raise_all

OPERATORS = {
    "mustBe": "is {}",
    "mustNotBe": "is not {}",
    "mustBeGreaterThan": "is more than {}",
    "mustBeGreaterOrEqualTo": "is at least {}",
    "mustBeLessThan": "is less than {}",
    "mustBeLessOrEqualTo": "is at most {}",
    "mustBeBetween": "is between {} and {}",
    "mustNotBeBetween": "is not between {} and {}",
}
# Metric → its code, what it counts, its arguments with a column, and with the table (None: it
# cannot stand there).
METRICS: dict[str, tuple[str, str, set[str] | None, set[str] | None]] = {
    "nullValues": ("null_values", "empty cells", set(), None),
    "missingValues": ("missing_values", "cells without a value", {"missingValues"}, None),
    "invalidValues": (
        "invalid_values",
        "cells outside what is agreed",
        {"validValues", "pattern"},
        None,
    ),
    "duplicateValues": ("duplicate_values", "rows that repeat a value", set(), {"properties"}),
    "rowCount": ("row_count", "rows", None, set()),
}
ROWS, PERCENT = "rows", "percent"


def read_metric(check: Check, place: Place) -> Metric:
    """One library metric, or an InsightError with its faults."""
    raise_all(_faults(check, place))
    name = check["metric"]
    code, counted, *_ = METRICS[name]
    arguments = check.get("arguments") or {}
    columns = (place.column,) if place.column else tuple(arguments.get("properties") or ())
    limit = _limit(check)
    values = arguments.get("validValues") or arguments.get("missingValues") or ()
    hint = custom(check.get("customProperties"), RuleProperties, place.where).fix_hint
    return Metric(
        code=check.get("name") or (f"{slug(place.column)}.{code}" if place.column else code),
        metric=name,
        columns=columns,
        limit=limit,
        severity=severity(check, place, of_rows=limit.is_none and name != "rowCount"),
        sentence=check.get("description") or _sentence(counted, columns, limit),
        fix_hint=hint or "Check the file against its source.",
        values=tuple(None if value is None else str(value) for value in values),
        pattern=arguments.get("pattern"),
    )


def _numbers(check: Check) -> tuple[str, list[Any]]:
    # The official schema lets exactly one operator stand.
    operator = next(name for name in OPERATORS if name in check)
    value = check[operator]
    return operator, value if isinstance(value, list) else [value]


def _limit(check: Check) -> Limit:
    operator, numbers = _numbers(check)
    # By way of text: the decimal as it is written, not as binary holds it.
    values = tuple(Decimal(str(number)) for number in numbers)
    return Limit(operator, values, percent=check.get("unit") == PERCENT)


def _sentence(counted: str, columns: tuple[str, ...], limit: Limit) -> str:
    unit = " %" if limit.percent else ""
    words = OPERATORS[limit.operator].format(*(f"{value:f}{unit}" for value in limit.values))
    place = f" in {', '.join(columns)}" if columns else ""
    return f"The {'share' if limit.percent else 'number'} of {counted}{place} {words}."


def _faults(check: Check, place: Place) -> Iterator[Fault]:
    _, _, with_column, with_table = METRICS[check["metric"]]
    allowed = with_column if place.column else with_table
    arguments = check.get("arguments") or {}
    if allowed is None:
        other = "the table" if place.column else "a column"
        here = "a column" if place.column else "the table"
        yield place.fault(check, f"this metric with {other}", f"it with {here}")
    else:
        yield from _argument_faults(arguments, allowed, check, place)
    yield from _limit_faults(check, place)


def _argument_faults(
    arguments: Mapping[str, Any], allowed: set[str], check: Check, place: Place
) -> Iterator[Fault]:
    words = ", ".join(sorted(allowed)) or "none"
    for key in sorted(set(arguments) - allowed):
        yield place.fault(check, f"arguments: {words}", f"'{key}'", key, allowed)
    if allowed and not any(arguments.get(key) for key in allowed):
        yield place.fault(check, f"arguments: {words}", "none of them")
    for key, value in sorted(arguments.items()):
        kind, words = (str, "text") if key == "pattern" else (list, "a list")
        if not isinstance(value, kind):
            yield place.fault(check, f"{key} that is {words}", "something else")
        for item in value if isinstance(value, list) else ():
            if isinstance(item, (bool, list, dict)):
                yield place.fault(check, f"{key} of text, numbers or null", str(item))
            elif key == "properties" and item not in place.columns:
                yield place.fault(
                    check, "columns of the table", f"'{item}'", str(item), place.columns
                )


def _limit_faults(check: Check, place: Place) -> Iterator[Fault]:
    operator, numbers = _numbers(check)
    unit = check.get("unit", ROWS)
    if unit not in (ROWS, PERCENT):
        yield place.fault(check, f"unit {ROWS} or {PERCENT}", f"'{unit}'")
    if unit == PERCENT and check["metric"] == "rowCount":
        yield place.fault(check, "a number of rows", "a share of them")
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            yield place.fault(check, f"{operator} with a number", f"'{number}'")
        elif number < 0 or (unit == PERCENT and number > 100):
            yield place.fault(check, "a number that can be reached", f"{number}")
    # Where two stand, the official schema lets them be numbers only.
    if len(numbers) == 2 and numbers[0] > numbers[1]:
        yield place.fault(check, "the smaller number first", "the larger")
