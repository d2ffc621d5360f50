"""A contract compiled into rules: one code, one predicate, one severity, words for the provider.

Belongs here: what each promise means for one row, as SQL over text columns. Does not belong here:
running it (judge.py) or judging it (great_expectations_verdict.py).
A predicate is true where the row BREAKS the rule; NULL counts as keeping it. `required` looks at
the text as received; a cell that is empty or fails its type is spared the later rules.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from insight_pipeline.contracts.cell import (
    DEFAULT_FORMATS,
    bound,
    checked_pattern,
    date_format,
    spelling_of,
    typed,
)
from insight_pipeline.contracts.contract import Column, Contract, Limit
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.sql.engines.duckdb import identifier, literal


@dataclass(frozen=True)
class Rule:
    """`broken` is a SQL predicate over the normalised row; None: about the whole delivery.

    columns: those the provider has to look at. limit: how many rows may break it; None: not one.
    """

    code: str
    severity: Severity
    sentence: str
    fix_hint: str
    broken: str | None = None
    columns: tuple[str, ...] = ()
    limit: Limit | None = None


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
)


def compile_rules(contract: Contract) -> tuple[Rule, ...]:
    """Every rule of a contract, in a fixed order, codes unique."""
    rules = [*DELIVERY_RULES]
    for column in contract.columns:
        rules += _column_rules(column)
    rules += _key_rules(contract)
    rules += [
        Rule(rule.code, rule.severity, rule.sentence, rule.fix_hint, f"not ({rule.predicate})")
        for rule in contract.row_rules
    ]
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


def _rule(column: Column, kind: str, words: str, hint: str, broken: str) -> Rule:
    code = f"{slug(column.name)}.{kind}"
    return Rule(code, column.properties.severity, f"{column.name} {words}.", hint, broken)


def _column_rules(column: Column) -> Iterable[Rule]:
    cell = identifier(column.name)
    if column.required:
        yield _rule(column, "required", "is filled in", "Fill it in.", f"{cell} is null")
    if column.type != "string":
        form = date_format(column) if column.type in DEFAULT_FORMATS else column.type
        broken = f"{cell} is not null and {typed(column)} is null"
        yield _rule(column, "type", f"is a {column.type}", f"Write it as {form}.", broken)
    yield from _range_rules(column)
    yield from _text_rules(column)
    if column.properties.format:
        words = column.properties.format.replace("_", " ")
        broken = f"{cell} is not null and valid_{column.properties.format}({cell}) is null"
        hint = "Check it at its source, or leave it empty."
        yield _rule(column, "format", f"is a valid {words}", hint, broken)
    if column.properties.vocabulary:
        hint = f"Use a code of the list '{column.properties.vocabulary}'."
        broken = f"{cell} is not null and {spelling_of(column)} is null"
        yield _rule(column, "vocabulary", "is one of the agreed codes", hint, broken)


def _range_rules(column: Column) -> Iterable[Rule]:
    for key, sign, words in (("minimum", "<", "at least"), ("maximum", ">", "at most")):
        if key in column.options:
            limit = column.options[key]
            broken = f"{typed(column)} {sign} {bound(column, limit)}"
            yield _rule(column, key, f"is {words} {limit}", "Check the value.", broken)


def _text_rules(column: Column) -> Iterable[Rule]:
    cell, options = identifier(column.name), column.options
    for key, sign, words in (("minLength", "<", "at least"), ("maxLength", ">", "at most")):
        if key in options:
            kind = "min_length" if sign == "<" else "max_length"
            broken = f"length({cell}) {sign} {int(options[key])}"
            sentence = f"has {words} {options[key]} characters"
            yield _rule(column, kind, sentence, "Check the value.", broken)
    if "pattern" in options:
        pattern = literal(checked_pattern(options["pattern"], column.name))
        hint = f"Write it like {options['pattern']}."
        broken = f"not regexp_full_match({cell}, {pattern})"
        yield _rule(column, "pattern", "is written as agreed", hint, broken)


def _key_rules(contract: Contract) -> Iterable[Rule]:
    if contract.key:
        yield Rule(
            "key_conflict",
            Severity.RECORD,
            f"Rows with the same {', '.join(contract.key)} are the same in every column.",
            "Send each key once, with the right values.",
            "_copies_differ",
        )
    for column in contract.columns:
        if column.unique and contract.key != (column.name,):
            yield Rule(
                f"{slug(column.name)}.unique",
                column.properties.severity,
                f"{column.name} stands in one row only.",
                "Send each value once.",
                f"{identifier(column.name)} is not null and "
                # A row sent twice is one row.
                f"count(*) filter (where not _repeat) "
                f"over (partition by {identifier(column.name)}) > 1",
            )
