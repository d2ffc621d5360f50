"""Great Expectations' own expectations as the oracle: the second opinion on every rule about rows.

Belongs here: which of its expectations says what a rule says, over columns reckoned in plain Python
(table.py). Does not belong here: our pass, or the night.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from great_expectations import expectations

from insight_pipeline.contracts.judging.oracle import cells
from insight_pipeline.contracts.judging.oracle.formats import FORMATS
from insight_pipeline.contracts.judging.oracle.predicate import UnknownExpressionError, evaluate
from insight_pipeline.contracts.judging.oracle.table import Table
from insight_pipeline.contracts.judging.rules import Rule, columns_of
from insight_pipeline.contracts.promise.contract import Column, Contract, Metric
from insight_pipeline.kernel.outcome import Severity

# Its signatures ask for a dozen things that have defaults.
gxe: Any = expectations
# Vocabulary → every spelling in force, in small letters → its code.
Spellings = Mapping[str, Mapping[str, str]]
BOUNDS = {
    "minimum": ("minimum", "min_value", False),
    "maximum": ("maximum", "max_value", False),
    "exclusive_minimum": ("exclusiveMinimum", "min_value", True),
    "exclusive_maximum": ("exclusiveMaximum", "max_value", True),
}


@dataclass(frozen=True)
class Asked:
    """One expectation that speaks for the rule `code`."""

    code: str
    expectation: Any
    without_repeats: bool = False


@dataclass(frozen=True)
class Oracle:
    """What is known when expectations are put together."""

    contract: Contract
    table: Table
    spellings: Spellings

    def asked(self, rule: Rule) -> Iterator[Asked]:
        """The expectations for one rule; UnknownExpressionError where none says the same."""
        metrics = {metric.code: metric for metric in self.contract.metrics}
        predicates = {one.code: one.predicate for one in self.contract.row_rules}
        if rule.code == "key_conflict":
            yield Asked(rule.code, _unique(self.contract.key), without_repeats=True)
        elif rule.code in metrics:
            yield from self._of_metric(rule.code, metrics[rule.code])
        elif rule.code in predicates:
            yield self._of_predicate(rule, predicates[rule.code])
        else:
            column = next((c for c in self.contract.columns if (c.name,) == rule.columns), None)
            kind = rule.code.rpartition(".")[2].rstrip("_0123456789")
            if column is None or kind not in OF_COLUMN:
                raise UnknownExpressionError(rule.code)
            for expectation in OF_COLUMN[kind](self, rule, column):
                yield Asked(rule.code, expectation, without_repeats=kind == "unique")

    def holds(self, rule: Rule) -> bool:
        """Whether rows that break the rule are held back, read off the contract."""
        severities = {
            "key_conflict": Severity.RECORD,
            **{one.code: one.severity for one in self.contract.row_rules},
            **{one.code: one.severity for one in self.contract.metrics},
        }
        limits = {one.code for one in self.contract.metrics if one.severity is Severity.DELIVERY}
        of_column = {c.name: c.properties.severity for c in self.contract.columns}
        severity = severities.get(rule.code) or of_column[rule.columns[0]]
        return severity is not Severity.WARN and rule.code not in limits

    def _of_predicate(self, rule: Rule, predicate: str) -> Asked:
        kept = self.table.of_row(
            rule.code, rule.columns, lambda row: evaluate(predicate, row) is not False
        )
        return Asked(rule.code, _true(kept))

    def _of_metric(self, code: str, metric: Metric) -> Iterator[Asked]:
        if metric.metric == "duplicateValues":
            yield Asked(code, _unique(metric.columns), without_repeats=True)
            return
        for name in metric.columns:
            if metric.metric == "nullValues" or {None, ""} & set(metric.values):
                yield Asked(code, gxe.ExpectColumnValuesToNotBeNull(column=name))
            listed = [value for value in metric.values if value]
            if metric.metric == "missingValues" and listed:
                unwanted = gxe.ExpectColumnValuesToNotBeInSet(column=name, value_set=listed)
                yield Asked(code, unwanted)
            if metric.metric == "invalidValues" and listed:
                wanted = gxe.ExpectColumnValuesToBeInSet(column=name, value_set=listed)
                yield Asked(code, wanted)
            if metric.metric == "invalidValues" and metric.pattern is not None:
                yield Asked(code, _matches(name, metric.pattern))

    def _required(self, rule: Rule, column: Column) -> Iterator[Any]:
        yield gxe.ExpectColumnValuesToNotBeNull(column=column.name)

    def _required_if(self, rule: Rule, column: Column) -> Iterator[Any]:
        condition = str(column.properties.required_if)
        yield _true(
            self.table.of_row(
                rule.code,
                columns_of(condition),
                lambda row: evaluate(condition, row) is not True or row[column.name] is not None,
            )
        )

    def _type(self, rule: Rule, column: Column) -> Iterator[Any]:
        name = column.name
        if column.type in ("date", "timestamp"):
            form = cells.date_form(cells.promised_form(column))
            yield _matches(name, form.shape)
            yield gxe.ExpectColumnValuesToMatchStrftimeFormat(
                column=name, strftime_format=form.strptime
            )
        elif column.type == "integer":
            yield _matches(name, "[+-]?[0-9]{1,38}")
        elif column.type == "number":
            yield _matches(name, "[+-]?[0-9]{1,29}([.][0-9]+)?")
        else:
            lower = self.table.of_cell(rule.code, column, lambda text: text.lower())
            yield gxe.ExpectColumnValuesToBeInSet(column=lower, value_set=sorted(cells.TRUTHS))

    def _between(self, rule: Rule, column: Column) -> Iterator[Any]:
        option, side, strict = BOUNDS[rule.code.rpartition(".")[2].rstrip("_0123456789")]
        limit = column.options[option]
        if column.type in ("date", "timestamp"):
            days = self.table.of_value(rule.code, column, lambda day: day)
            limits = {side: datetime.fromisoformat(str(limit)), f"strict_{side[:3]}": strict}
            yield gxe.ExpectColumnValuesToBeBetween(column=days, **limits)
            return
        # How far it is from the limit, so that no float has to hold a large or fine number.
        exact = Decimal(str(limit))
        distance = self.table.of_value(rule.code, column, lambda number: float(number - exact))
        limits = {side: 0.0, f"strict_{side[:3]}": strict}
        yield gxe.ExpectColumnValuesToBeBetween(column=distance, **limits)

    def _multiple_of(self, rule: Rule, column: Column) -> Iterator[Any]:
        step = Decimal(str(column.options["multipleOf"]))
        left = self.table.of_value(rule.code, column, lambda number: float(number % step))
        yield gxe.ExpectColumnValuesToBeInSet(column=left, value_set=[0.0])

    def _length(self, rule: Rule, column: Column) -> Iterator[Any]:
        side, option = (
            ("min_value", "minLength") if ".min_" in rule.code else ("max_value", "maxLength")
        )
        limits = {side: int(column.options[option])}
        yield gxe.ExpectColumnValueLengthsToBeBetween(column=column.name, **limits)

    def _pattern(self, rule: Rule, column: Column) -> Iterator[Any]:
        yield _matches(column.name, column.options["pattern"])

    def _format(self, rule: Rule, column: Column) -> Iterator[Any]:
        valid = FORMATS.get(str(column.properties.format))
        if valid is None:
            raise UnknownExpressionError(rule.code)
        yield _true(self.table.of_cell(rule.code, column, valid))

    def _vocabulary(self, rule: Rule, column: Column) -> Iterator[Any]:
        lower = self.table.of_cell(rule.code, column, str.lower)
        known = sorted(self.spellings.get(str(column.properties.vocabulary), set()))
        yield gxe.ExpectColumnValuesToBeInSet(column=lower, value_set=known)

    def _stands_once(self, rule: Rule, column: Column) -> Iterator[Any]:
        yield _unique((column.name,))


OF_COLUMN: dict[str, Callable[[Oracle, Rule, Column], Iterator[Any]]] = {
    "required": Oracle._required,
    "required_if": Oracle._required_if,
    "type": Oracle._type,
    **dict.fromkeys(BOUNDS, Oracle._between),
    "multiple_of": Oracle._multiple_of,
    "min_length": Oracle._length,
    "max_length": Oracle._length,
    "pattern": Oracle._pattern,
    "format": Oracle._format,
    "vocabulary": Oracle._vocabulary,
    "unique": Oracle._stands_once,
}


def _matches(column: str, pattern: str) -> Any:
    # Python's own anchors around the pattern as the contract writes it.
    return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=rf"\A(?:{pattern})\Z")


def _true(column: str) -> Any:
    return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=[True])


def _unique(columns: tuple[str, ...]) -> Any:
    if len(columns) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=columns[0])
    return gxe.ExpectCompoundColumnsToBeUnique(
        column_list=list(columns), ignore_row_if="any_value_is_missing"
    )
