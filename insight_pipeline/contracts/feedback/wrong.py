"""What is wrong where a rule is broken, in the provider's words.

Belongs here: turning what a rule asks into what was found instead. Does not belong here: rules
(rules.py, column_rules.py). Authors of a contract write what is wrong themselves; rules that follow
from its columns say what should hold, and a person who reads a list of faults stumbles over that.
"""

from __future__ import annotations

from collections.abc import Iterable

from insight_pipeline.contracts.feedback.note_words import why_columns_are_missing
from insight_pipeline.contracts.feedback.words import Told, unreadable_words
from insight_pipeline.contracts.judging.rules import Rule
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.references import reference_code

# What it lacks explains much else that is wrong with a file: it is told first of its kind.
COLUMNS_PRESENT = "columns_present"
ABOUT_THE_FILE = {
    "readable": "The file cannot be read.",
    "contract_version": "The file is written to a contract version that is not in force.",
    COLUMNS_PRESENT: "A promised column is missing from the file, or stands in it twice.",
    "rows_as_declared": "The file does not have as many rows as its manifest says.",
    "declared_period": "Most rows lie outside the declared period.",
    "share_of_sound_rows": "Too few rows are sound to take the file.",
    "unknown_columns": "The file has a column that the contract does not know.",
    "readable_rows": "Some lines cannot be read as a row.",
    "encoding_as_declared": "The file is not written in the encoding that was agreed.",
}
# How a rule about a column begins after the column's name, and its contrary.
CONTRARY = (
    (
        " is filled in where another column asks for it",
        " is empty although another column asks for it",
    ),
    (" is filled in.", " is empty."),
    (" is ", " is not "),
    (" has ", " does not have "),
    (" stands in one row only.", " stands in more than one row."),
)
# Formats as people write them; the others read as their names do.
FORMATS = {
    "nhs number": "NHS number",
    "nino": "National Insurance number",
    "upn": "UPN",
    "uprn": "UPRN",
    "email": "email address",
    "phone": "telephone number",
}


def rule_words(
    contract: Contract,
    rules: tuple[Rule, ...],
    unreadable: str | None,
    notes: Iterable[str] = (),
) -> dict[str, Told]:
    """What is wrong where a rule is broken, and what to do, by code.

    notes: what the reader noted of the file; it may explain why columns are missing.
    """
    authored = {rule.code for rule in contract.row_rules}
    told = {
        rule.code: (rule.sentence if rule.code in authored else _wrong(rule), rule.fix_hint)
        for rule in rules
    }
    told |= {
        reference_code(reference): (
            f"{reference.column} does not stand in {reference.to_column} of {reference.to_stem}.",
            "Correct it, or wait: the row is released when the other dataset has it.",
        )
        for reference in contract.references
    }
    if unreadable:
        told["readable"] = unreadable_words(unreadable)
    promised = [column.name for column in contract.columns]
    why = why_columns_are_missing(notes, contract.promise.reader, promised)
    if why:
        told[COLUMNS_PRESENT] = (f"{why.sentence} {ABOUT_THE_FILE[COLUMNS_PRESENT]}", why.hint)
    return told


def _wrong(rule: Rule) -> str:
    if rule.code in ABOUT_THE_FILE:
        return ABOUT_THE_FILE[rule.code]
    if rule.code == "key_conflict":
        return f"Rows with the same {', '.join(rule.columns)} differ in other columns."
    name = rule.columns[0] if len(rule.columns) == 1 else ""
    rest = rule.sentence.removeprefix(name)
    for asked, found in CONTRARY:
        if name and rest != rule.sentence and rest.startswith(asked):
            return name + found + _format_words(rest.removeprefix(asked))
    return f"This does not hold: {rule.sentence}"


def _format_words(rest: str) -> str:
    start, valid, form = rest.partition("a valid ")
    if not valid:
        return rest
    return start + valid + FORMATS.get(form.removesuffix("."), form.removesuffix(".")) + "."
