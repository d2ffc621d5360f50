"""A contract compiled into rules: one code, one predicate, one severity, words for the provider.

Belongs here: what each promise means for one row, as SQL over `cells` (cells.py). Does not belong
here: running it (scan.py) or judging it (great_expectations_verdict.py).
A predicate is true where the row BREAKS the rule; NULL counts as keeping it. `required` looks at
the text as received; a cell that is empty or fails its type is spared the later rules.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import sqlglot
from sqlglot import exp

from insight_pipeline.contracts.judging.column_rules import asked_of
from insight_pipeline.contracts.judging.metrics import UPPER_LIMITS, counted_by
from insight_pipeline.contracts.promise.cell import value_of
from insight_pipeline.contracts.promise.contract import Column, Contract, Limit, RowRule
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.sql.engines.duckdb import identifier


@dataclass(frozen=True)
class Rule:
    """`broken` is a SQL predicate over a row of `cells`; None: about the whole delivery.

    columns: those the provider has to look at. limit: how many rows may break it; None: not one.
    unique: columns whose values its predicate wants to know whether other rows share.
    """

    code: str
    severity: Severity
    sentence: str
    fix_hint: str
    broken: str | None = None
    columns: tuple[str, ...] = ()
    limit: Limit | None = None
    unique: tuple[str, ...] = ()

    @property
    def counts_rows(self) -> bool:
        return self.broken is not None

    @property
    def holds(self) -> bool:
        """Whether each row that breaks it is held back."""
        return self.counts_rows and self.limit is None and self.severity is not Severity.WARN

    @property
    def lists_rows(self) -> bool:
        """Whether a broken rule speaks of the rows it counted: those there are too many of."""
        return self.counts_rows and (self.limit is None or self.limit.operator in UPPER_LIMITS)


# Rules every delivery keeps whatever its contract; counted by the judge, not by a row predicate.
DELIVERY_RULES = (
    Rule("readable", Severity.DELIVERY, "The file can be read.", "Send the file again, whole."),
    Rule(
        "contract_version",
        Severity.DELIVERY,
        "The file is written to a contract version in force.",
        "Use the version in force, or agree the new one first.",
    ),
    Rule(
        "columns_present",
        Severity.DELIVERY,
        "Every promised column is in the file, once.",
        "Add the missing column, also where it has no values.",
    ),
    Rule(
        "rows_as_declared",
        Severity.DELIVERY,
        "The file has as many rows as its manifest says.",
        "The file was cut or changed on its way: send it again.",
    ),
    Rule(
        "declared_period",
        Severity.DELIVERY,
        "Most rows fall in the declared period.",
        "Check that the right file went with the right manifest.",
    ),
    Rule(
        "share_of_sound_rows",
        Severity.DELIVERY,
        "Enough rows are sound to take the delivery.",
        "Correct the rows listed and send the whole file again.",
    ),
    Rule(
        "unknown_columns",
        Severity.WARN,
        "The file has no column that the contract does not know.",
        "Leave the column out, or agree it first; its values are not used.",
    ),
    Rule(
        "readable_rows",
        Severity.WARN,
        "Every line can be read as one row.",
        "Close every quote and give every line the same number of fields.",
    ),
    Rule(
        "encoding_as_declared",
        Severity.WARN,
        "The file is written in the encoding that was agreed.",
        "Save it in the agreed encoding, or agree the one it is written in.",
    ),
)


def compile_rules(contract: Contract) -> tuple[Rule, ...]:
    """Every rule of a contract, in a fixed order, codes unique."""
    rules = [*DELIVERY_RULES]
    for column in contract.columns:
        rules += _column_rules(column, contract)
    rules += _key_rules(contract)
    rules += [_row_rule(rule, contract) for rule in contract.row_rules]
    rules += _metric_rules(contract)
    return tuple(_with_own_codes(rules))


def _with_own_codes(rules: Iterable[Rule]) -> Iterable[Rule]:
    """Columns named alike have alike codes: the later of two is numbered."""
    taken: set[str] = set()
    for rule in rules:
        codes = itertools.chain([rule.code], (f"{rule.code}_{n}" for n in itertools.count(2)))
        code = next(code for code in codes if code not in taken)
        taken.add(code)
        yield replace(rule, code=code)


def slug(name: str) -> str:
    """A column's name as part of a rule code."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _column_rules(column: Column, contract: Contract) -> Iterable[Rule]:
    for asked in asked_of(column, contract.key):
        broken = asked.broken
        if asked.kind == "required_if":
            broken = f"{broken}{_typed_right(str(column.properties.required_if), contract)}"
        yield Rule(
            f"{slug(column.name)}.{asked.kind}",
            column.properties.severity,
            f"{column.name} {asked.words}.",
            asked.hint,
            broken,
            (column.name,),
            unique=asked.unique,
        )


def _key_rules(contract: Contract) -> Iterable[Rule]:
    if contract.key:
        yield Rule(
            "key_conflict",
            Severity.RECORD,
            f"Rows with the same {', '.join(contract.key)} are the same in every column.",
            "Send each key once, with the right values.",
            "_copies_differ",
            contract.key,
        )


def _row_rule(rule: RowRule, contract: Contract) -> Rule:
    return Rule(
        rule.code,
        rule.severity,
        rule.sentence,
        rule.fix_hint,
        f"not ({rule.predicate}){_typed_right(rule.predicate, contract)}",
        columns_of(rule.predicate),
    )


def _typed_right(predicate: str, contract: Contract) -> str:
    """SQL that spares rows in which a cell that the predicate looks at failed its type."""
    looked_at = columns_of(predicate)
    return "".join(
        f" and ({identifier(c.name)} is null or {value_of(c)} is not null)"
        for c in contract.columns
        if c.name in looked_at and c.type != "string"
    )


@lru_cache(maxsize=4096)
def columns_of(predicate: str) -> tuple[str, ...]:
    """The columns a predicate looks at, in their order in it."""
    tree = sqlglot.parse_one(f"select ({predicate})", dialect="duckdb")
    return tuple(dict.fromkeys(column.name for column in tree.find_all(exp.Column, bfs=False)))


def _metric_rules(contract: Contract) -> Iterable[Rule]:
    for metric in contract.metrics:
        yield Rule(
            metric.code,
            metric.severity,
            metric.sentence,
            metric.fix_hint,
            None if metric.metric == "rowCount" else counted_by(metric),
            metric.columns,
            None if metric.severity is Severity.RECORD else metric.limit,
            metric.columns if metric.metric == "duplicateValues" else (),
        )
