"""One promised column in words a provider reads: needed when, written how, for example what.

Belongs here: sentences for guides and templates. Does not belong here: the words of broken rules,
which stand with the rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from insight_pipeline.contracts.authoring.fake import Frame, fake_cell
from insight_pipeline.contracts.promise.cell import DEFAULT_FORMATS, date_format
from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.simulation.chance import stream

EXAMPLES = 2
EXAMPLE_SEED = 1
FORMAT_WORDS = {
    "email": "an e-mail address",
    "nhs_number": "an NHS number, ten digits with or without blanks",
    "nino": "a National Insurance number",
    "phone": "a UK telephone number",
    "postcode": "a UK postcode",
    "upn": "a unique pupil number (UPN)",
    "uprn": "a unique property reference number (UPRN)",
}
TYPE_WORDS = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}


@dataclass(frozen=True)
class ColumnWords:
    """What a guide says of one column."""

    name: str
    needed: str
    meaning: str
    written: str
    examples: tuple[str, ...]
    vocabulary: str | None


def column_words(column: Column, contract: Contract, frame: Frame) -> ColumnWords:
    return ColumnWords(
        name=column.name,
        needed=_needed(column, contract),
        meaning=" ".join(column.description.split()),
        written=". ".join(_sentences(column)) + ".",
        examples=_examples(column, contract, frame),
        vocabulary=column.properties.vocabulary,
    )


def _needed(column: Column, contract: Contract) -> str:
    if column.name in contract.key:
        return "Always; part of the key"
    if column.required:
        return "Always"
    return "In some cases" if column.properties.required_if else "May be empty"


def _sentences(column: Column) -> list[str]:
    first = _kind(column)
    found = [first[0].upper() + first[1:], *_limits(column)]
    properties = column.properties
    if properties.required_if:
        found.append(f"Needed where {' '.join(properties.required_if.split())}")
    if properties.date_formats:
        found.append(f"{', '.join(properties.date_formats)} is read, too")
    if properties.empty_values:
        found.append(f"Read as empty: {', '.join(properties.empty_values)}")
    if properties.header_synonyms:
        found.append(f"The header may also say {', '.join(properties.header_synonyms)}")
    if column.unique:
        found.append("No two rows have the same")
    return found


def _kind(column: Column) -> str:
    if column.properties.vocabulary:
        return f"a code of the list {column.properties.vocabulary}"
    if column.properties.format:
        form = column.properties.format
        return FORMAT_WORDS.get(form, f"a valid {form.replace('_', ' ')}")
    if column.type in DEFAULT_FORMATS:
        return f"a {'date' if column.type == 'date' else 'moment'}, written {date_format(column)}"
    return TYPE_WORDS.get(column.type, "text")


def _limits(column: Column) -> list[str]:
    words = {
        "minimum": "At least {}",
        "exclusiveMinimum": "More than {}",
        "maximum": "At most {}",
        "exclusiveMaximum": "Less than {}",
        "multipleOf": "A multiple of {}",
        "minLength": "At least {} characters",
        "maxLength": "At most {} characters",
        "pattern": "It fits the pattern {}",
    }
    return [
        said.format(column.options[name]) for name, said in words.items() if name in column.options
    ]


def _examples(column: Column, contract: Contract, frame: Frame) -> tuple[str, ...]:
    """Invented cells, never cells of a delivery."""
    rng = stream(EXAMPLE_SEED, column.name)
    numbered = column.unique or column.name in contract.key
    made = [fake_cell(column, frame, n, rng, numbered=numbered) for n in range(1, EXAMPLES + 1)]
    return tuple(dict.fromkeys(made))
