"""A contract drafted from a sample file: what the file tells, and a question for all it does not.

Belongs here: the draft's document. Does not belong here: reading the sample, or what its cells say
(inference.py). No cell of the sample stands in a draft; its examples are invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from insight_pipeline.contracts.authoring.guesses import Guess, guess_of, is_reference
from insight_pipeline.contracts.authoring.identities import FORMATS
from insight_pipeline.contracts.authoring.inference import Found
from insight_pipeline.contracts.authoring.todo import todo
from insight_pipeline.contracts.judging.rules import slug
from insight_pipeline.simulation.chance import stream

ROUND_LENGTHS = (40, 100, 200, 400, 1000, 4000)
KINDS = "public, pseudonymous, personal, identifier or special_category"
# A person's column that is often mistyped must not hold back what it stands beside.
WARNED_ABOUT = frozenset({"birth_date", "sex_code", "postcode", "email", "phone", "nhs_number"})
TERMS = (
    ("nationalReturn", "which national return is it from, if any?"),
    ("lawfulBasis", "on which lawful basis of UK GDPR Art 6(1), and Art 9(2) if it applies?"),
    ("controller", "who is the controller, or who are the joint controllers?"),
    ("purposes", "for which purposes? A list of codes of vocabularies/purpose.csv"),
    ("specialCategory", "true if any column is special category data, else false"),
    ("retention", "how long is it kept? For example P8Y for eight years"),
    ("sharingAgreement", "under which data sharing agreement is it sent?"),
)


def draft(
    provider: str,
    dataset: str,
    found: Sequence[Found],
    reader: dict[str, Any],
    lists: dict[str, str],
) -> dict[str, Any]:
    """The document. `lists`: column → name of the code list suggested for it."""
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"{provider}__{dataset}",
        "name": todo("what is the dataset called?"),
        "version": "1.0.0",
        "status": "draft",
        "description": {"purpose": todo("what does the dataset tell, about whom?")},
        "team": {
            "name": todo("who answers for the data?"),
            "members": [{"username": todo("which address do questions go to?"), "role": "owner"}],
        },
        "support": [
            {
                "channel": "data help desk",
                "url": todo("where do questions go? For example mailto:data@provider.example"),
            }
        ],
        "price": {
            "priceAmount": 0,
            "priceCurrency": "GBP",
            "priceUnit": todo("what does the feed cost, per what? Write amount and unit"),
        },
        "slaProperties": [
            {
                "property": "frequency",
                "value": todo("one file every how many months?"),
                "unit": "m",
            },
            {"property": "latency", "value": todo("within how many days?"), "unit": "d"},
        ],
        "schema": [_table(dataset, found, lists)],
        "customProperties": _custom(provider, dataset, found, reader),
    }


def _table(dataset: str, found: Sequence[Found], lists: dict[str, str]) -> dict[str, Any]:
    keys = key_candidates(found)
    key = keys[0] if len(keys) == 1 else ()
    return {
        "name": dataset,
        "logicalType": "object",
        "physicalType": "file",
        "properties": [_column(column, key, lists.get(column.name)) for column in found],
    }


def key_candidates(found: Sequence[Found]) -> list[tuple[str, ...]]:
    """Columns that tell the rows apart: single ones that number something, else any single one."""
    single = [column.name for column in found if column.one_each and _may_be_key(column)]
    numbers = [name for name in single if is_reference(name)]
    return [(name,) for name in numbers or single]


def pairs_of(found: Sequence[Found]) -> list[tuple[str, str]]:
    """Pairs worth looking at where no single column is a key: a number and another column."""
    whole = [column.name for column in found if column.complete]
    return [pair for pair in combinations(whole, 2) if any(is_reference(name) for name in pair)]


def _may_be_key(column: Found) -> bool:
    return guess_of(column.name) is None and column.type in ("string", "integer")


def _column(column: Found, key: tuple[str, ...], suggested: str | None) -> dict[str, Any]:
    guess = guess_of(column.name)
    drafted: dict[str, Any] = {"name": column.name, "logicalType": column.type}
    if column.name in key:
        drafted |= {"primaryKey": True, "primaryKeyPosition": key.index(column.name) + 1}
    drafted["required"] = column.complete
    drafted |= _meaning(column, guess, bool(suggested or column.vocabulary))
    options = _options(column)
    if options:
        drafted["logicalTypeOptions"] = options
    if column.format:
        drafted["examples"] = [FORMATS[column.format](1, stream(1, column.name))]
    custom = _column_properties(column, guess, suggested)
    if custom:
        drafted["customProperties"] = custom
    return drafted


def _meaning(column: Found, guess: Guess | None, coded: bool) -> dict[str, str]:
    if guess:
        return {"classification": guess.classification, "description": guess.description}
    if is_reference(column.name):
        # Whether it numbers a person or a thing decides how it is linked.
        asked = "is it the number of a person (identifier) or of something else (pseudonymous)?"
    else:
        asked = f"can it tell who somebody is, or hurt them? {KINDS}"
    words = "what does a code stand for?" if coded else "what does it mean to who fills it in?"
    return {"classification": todo(asked), "description": todo(words)}


def _options(column: Found) -> dict[str, Any]:
    if column.type in ("date", "timestamp"):
        if len(column.forms) == 1:
            return {"format": column.forms[0]}
        return {"format": todo(f"which of {' and '.join(column.forms)}? The sample fits each")}
    if column.type == "string" and not column.format and not column.vocabulary and column.longest:
        return _length(column)
    return {}


def _length(column: Found) -> dict[str, Any]:
    """Room for what the sample does not show: the names and numbers in it are but a few."""
    least = 40 if is_reference(column.name) else 100
    roomy = [length for length in ROUND_LENGTHS if length >= max(least, 2 * column.longest)]
    return {"maxLength": roomy[0]} if roomy else {}


def _column_properties(
    column: Found, guess: Guess | None, suggested: str | None
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if column.format:
        found.append({"property": "format", "value": column.format})
    if column.vocabulary and guess and guess.name == column.vocabulary:
        found.append({"property": "vocabulary", "value": column.vocabulary})
    elif column.vocabulary:
        name = column.vocabulary
        asked = f"are these codes of vocabularies/{name}.csv? Then write {name}"
        found.append({"property": "vocabulary", "value": todo(asked)})
    if suggested:
        asked = f"is vocabularies/{suggested}.csv the whole list? Then write {suggested}"
        found.append({"property": "vocabulary", "value": todo(asked)})
    if guess and (guess.name in WARNED_ABOUT or column.format in WARNED_ABOUT):
        found.append({"property": "severity", "value": "warn"})
    return found


def _custom(
    provider: str, dataset: str, found: Sequence[Found], reader: dict[str, Any]
) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "provider": provider,
        "providerName": todo("what is the provider called in full?"),
        "dataset": dataset,
        **{name: todo(asked) for name, asked in TERMS},
        "reader": reader,
        "resubmission": _resubmission(found),
        "normalise": ["trim"],
    }
    return [{"property": name, "value": value} for name, value in values.items()]


def _resubmission(found: Sequence[Found]) -> dict[str, Any]:
    asked = (
        "what does a later file do? upsert: rows of equal key replace each other; replace_period: "
        "it replaces the file of the same period; replace: it is the whole dataset; append: it adds"
    )
    drafted: dict[str, Any] = {"mode": todo(asked)}
    keys = key_candidates(found)
    if len(keys) == 1:
        drafted["key"] = list(keys[0])
    else:
        names = [name for key in keys for name in key] or [
            " with ".join(pair) for pair in pairs_of(found)[:4]
        ]
        likely = f" Likely: {'; '.join(names)}" if names else ""
        drafted["key"] = [todo(f"which columns together tell the rows apart?{likely}")]
    return drafted


def list_name(provider: str, column: str) -> str:
    """What a suggested code list is called."""
    return f"{provider}_{slug(column)}"
