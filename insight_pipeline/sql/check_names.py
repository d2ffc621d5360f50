"""What header tests are called, and the sentence that says what each asks for.

Belongs here: names and words that reports and Dagster checks carry. Does not belong here: running
a test (checks.py). A name depends on the header alone, so that a check keeps its history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.sql.header_tests import KINDS_OF_TEST, AcceptedValues, TableTest

LONGEST_NAME = 60
OPERATORS = {
    "<=": "lte",
    ">=": "gte",
    "<>": "ne",
    "!=": "ne",
    "<": "lt",
    ">": "gt",
    "=": "eq",
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "over",
}


def test_names(tests: Iterable[TableTest]) -> tuple[str, ...]:
    """Names of a header's tests, each its own, as results and Dagster checks carry them.

    The first of those that would share a name has it plain: one written below takes it from none.
    """
    given: dict[str, None] = {}
    for test in tests:
        plain = _name(test)
        taken = plain in given
        name = f"{plain}_{fingerprint(test.model_dump(mode='json'))[:6]}" if taken else plain
        given[name] = None
    return tuple(given)


def _name(test: TableTest) -> str:
    if test.relationships:
        about = [*test.relationships.here, "in", test.relationships.to]
    elif test.accepted_values:
        about = [test.accepted_values.column]
    elif test.freshness:
        about = [test.freshness.column]
    elif test.expression is not None:
        about = [_spelled(test.expression)]
    else:
        about = [*(test.not_null or ()), *(test.unique or ())]
    kind = next(kind for kind in KINDS_OF_TEST if getattr(test, kind) is not None)
    return re.sub(r"[^A-Za-z0-9]+", "_", "_".join([kind, *about])).strip("_")


def _spelled(expression: str) -> str:
    """An expression as words, cut where it grows long."""
    longest_first = sorted(OPERATORS, key=len, reverse=True)
    pattern = "|".join(re.escape(operator) for operator in longest_first)
    words = re.sub(pattern, lambda found: f" {OPERATORS[found[0]]} ", expression)
    name = re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_")
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME].rpartition('_')[0]}_{fingerprint(expression)[:6]}"


def test_words(test: TableTest) -> str:
    """One sentence that says what a test asks for."""
    if test.not_null is not None:
        return f"Never NULL: {', '.join(test.not_null)}."
    if test.unique is not None:
        return f"At most one row for each {' and '.join(test.unique)}."
    if test.accepted_values:
        return _accepted_words(test.accepted_values)
    if test.relationships:
        here, there = (", ".join(c) for c in (test.relationships.here, test.relationships.there))
        return f"Every {here} stands in {test.relationships.to} ({there})."
    if test.freshness:
        return (
            f"The newest {test.freshness.column} is at most {test.freshness.max_days} days older "
            f"than the newest {test.freshness.against}."
        )
    if test.row_count_change:
        percent = test.row_count_change.max_percent
        return f"At most {percent:g} % more or fewer rows than in the build before."
    return f"Holds for every row: {test.expression}."


def _accepted_words(accepted: AcceptedValues) -> str:
    if accepted.values is None:
        return f"Every {accepted.column} is a code of the list {accepted.vocabulary}."
    return f"Every {accepted.column} is one of: {', '.join(map(str, accepted.values))}."
