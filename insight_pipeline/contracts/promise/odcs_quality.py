"""Reads ODCS `quality` blocks, of the table and of its columns, into row rules and metrics.

Belongs here: which checks of the standard we take; a check nobody would run is a fault. Does not
belong here: library metrics (odcs_metric.py) or whether a predicate is safe (predicate.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from insight_pipeline.contracts.promise.contract import Metric, RowRule, RuleProperties
from insight_pipeline.contracts.promise.odcs_check import Check, Place, severity
from insight_pipeline.contracts.promise.odcs_custom import custom
from insight_pipeline.contracts.promise.odcs_metric import read_metric
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all


def read_check(check: Check, place: Place) -> RowRule | Metric:
    """One check of a `quality` block, or an InsightError with its faults."""
    kind = check.get("type", "library")
    if kind == "library":
        return read_metric(check, place)
    if kind == "sql":
        return _row_rule(check, place)
    expected = "type library or sql, which every delivery is checked by"
    raise InsightError([place.fault(check, expected, f"type {kind}: nobody checks it")])


def _row_rule(check: Check, place: Place) -> RowRule:
    raise_all(_rule_faults(check, place))
    hint = custom(check.get("customProperties"), RuleProperties, place.where).fix_hint
    return RowRule(
        code=check["name"],
        predicate=check["query"],
        severity=severity(check, place, of_rows=True),
        sentence=check["description"],
        fix_hint=hint or "Correct the row at its source.",
    )


def _rule_faults(check: Check, place: Place) -> Iterator[Fault]:
    if check.get("mustBe") is not True:
        expected = "a predicate that every good row keeps as query, with `mustBe: true`"
        yield place.fault(check, expected, "a query whose answer is compared")
    for key, use in (("name", "code of the rule"), ("description", "sentence for the provider")):
        if not check.get(key):
            yield place.fault(check, f"a {key}, which is the {use}", "none")
