"""A staging file to begin with: what the contract tells, written out; the rest asked for.

Belongs here: SQL text for one contract. Does not belong here: what the dataset means; every place
that needs somebody who knows says TODO, and the file is refused until none does.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from insight_pipeline.contracts.authoring.guesses import guess_of, is_reference
from insight_pipeline.contracts.authoring.todo import MARK
from insight_pipeline.contracts.judging.rules import slug
from insight_pipeline.contracts.promise.cell import DEFAULT_FORMATS, strptime_format
from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.sql.engines.duckdb import literal

TRUSTED = ("nhs_number", "upn", "nino")
VALIDATED = ("postcode", "phone", "email", "uprn")
WRITTEN = ("given_name", "family_name", "middle_name", "address_line")
ENDS = ("end", "left", "close", "finish", "until", "discharge", "last")
NEVER_EMPTY = ("event_id", "record_id", "event_from_date", "valid_from_date")
WIDTH = 96
ROOM = 80  # for an expression and its name, beside what stands around them
# Marks a guess that a human confirms; the question stands behind the column.
ENDLESS = "/* ? */"
ASKED = {"event_to_date": f"{MARK} is it over on the same day? Else null::date"}
HEADER = """/*
description: >-
  {description}
grain: {mark} one row per what?
owner: {owner}
feeds: [{mark} {feeds}]
tests:
  - not_null: [{required}]
  - unique: [event_id]
*/
with
source as (select * from accepted.{stem}),

readable as (
    select
        *{dates}
    from source
)

select
{cells}
from readable
"""


def skeleton(contract: Contract, feeds: Sequence[Contract]) -> str:
    """The text of the file. `feeds`: the internal contracts it may feed, most important first."""
    cells = [*_cells(contract, feeds)]
    named = {name for name, _ in cells}
    return HEADER.format(
        description="\n  ".join(textwrap.wrap(contract.description, WIDTH)),
        mark=MARK,
        owner=feeds[0].owner,
        feeds=", ".join(feed.stem for feed in feeds),
        required=", ".join(name for name in NEVER_EMPTY if name in named),
        stem=contract.stem,
        dates="".join(f",\n        {text}" for text in _readable(contract)),
        cells="\n".join(_line(*cell, last=cell == cells[-1]) for cell in cells),
    )


def _line(name: str, text: str, *, last: bool) -> str:
    asked = f"  -- {ASKED[name]}" if name in ASKED and ENDLESS in text else ""
    return f"    {_named(text.replace(ENDLESS, ''), name)}{'' if last else ','}{asked}"


def _named(text: str, name: str) -> str:
    """An expression and its name, on one line where there is room."""
    room = len(text.rpartition("\n")[2]) + len(name) < ROOM
    return f"{text} as {name}" if room else f"{text}\n            as {name}"


def _readable(contract: Contract) -> Iterator[str]:
    for column in _dates(contract):
        form = literal(strptime_format(column))
        kind = "date" if column.type == "date" else "timestamp"
        yield _named(f"strptime({_quoted(column)}, {form})::{kind}", _alias(column))


def _dates(contract: Contract) -> list[Column]:
    """Dates of what happened; births are read by a function of their own."""
    return [
        column
        for column in contract.columns
        if column.type in DEFAULT_FORMATS and guess_of(column.name) is None
    ]


def _quoted(column: Column) -> str:
    # Always in quotes: a provider's header is in any case, and SQL of ours in lower case.
    return '"' + column.name.replace('"', '""') + '"'


def _alias(column: Column) -> str:
    # EndDate → end_date: a name of several words without blanks begins each with a capital.
    return f"{slug(re.sub('(?<=[a-z])(?=[A-Z])', '_', column.name))}_read"


def _cells(contract: Contract, feeds: Sequence[Contract]) -> Iterator[tuple[str, str]]:
    """(name, SQL with its cast) for each column of the feeds, once."""
    known = _known(contract)
    done: set[str] = set()
    for feed in feeds:
        for column in feed.columns:
            if column.name in done:
                continue
            done.add(column.name)
            kind = feed.physical_columns[column.name].lower()
            if column.name in known:
                yield column.name, f"{known[column.name]}::{kind}"
            elif column.required:
                asked = column.properties.vocabulary
                words = f"{MARK} a code of {asked}.csv" if asked else f"{MARK} {column.name}"
                yield column.name, f"{literal(words)}::{kind}"


def _known(contract: Contract) -> dict[str, str]:
    """Our column → SQL that makes it of the provider's columns."""
    provider = contract.promise.provider
    found = {
        "provider_id": literal(provider),
        "event_id": _joined(f"{contract.stem}:", _key(contract)),
        "record_id": _joined(f"{provider}:", _person(contract)),
        "trusted_ids": _trusted(contract),
        "delivery_id": "_delivery_id",
        "row_number": "_row",
        "period_from": "_period_from",
        "period_to": "_period_to",
        "valid_to_date": "_period_to",
        **dict(_of_people(contract)),
        **_of_events(contract),
    }
    return found


def _joined(prefix: str, columns: Iterable[str]) -> str:
    parts = [literal(prefix), *f"\0{literal(':')}\0".join(columns).split("\0")]
    line = f"({' || '.join(parts)})"
    return line if len(line) < ROOM else "(\n        " + "\n        || ".join(parts) + "\n    )"


def _key(contract: Contract) -> list[str]:
    by_name = {column.name: column for column in contract.columns}
    return [_quoted(by_name[name]) for name in contract.key] or [literal(f"{MARK} the event's key")]


def _person(contract: Contract) -> list[str]:
    """The provider's own number of the person: what is classified as such, if one column is."""
    numbers = [
        column
        for column in contract.columns
        if column.classification == "identifier" and guess_of(column.name) is None
    ]
    if len(numbers) == 1 and is_reference(numbers[0].name):
        return [_quoted(numbers[0])]
    return [literal(f"{MARK} the provider's own number of the person")]


def _trusted(contract: Contract) -> str:
    calls = [
        f"        trusted_id('{c.properties.format}', valid_{c.properties.format}({_quoted(c)}))"
        for c in contract.columns
        if c.properties.format in TRUSTED
    ]
    return "trusted_id_list([\n" + ",\n".join(calls) + "\n    ])" if calls else "[]"


def _of_people(contract: Contract) -> Iterator[tuple[str, str]]:
    for column in contract.columns:
        guess = guess_of(column.name)
        name = guess.name if guess else ""
        if column.properties.format in VALIDATED:
            form = column.properties.format
            yield form, f"valid_{form}({_quoted(column)})"
        elif name == "birth_date" and column.type in DEFAULT_FORMATS:
            form = literal(strptime_format(column))
            yield name, f"birth_date({_quoted(column)}, {form}, _period_to)"
        elif column.properties.vocabulary == "sex_code":
            yield "sex_code", f"known_sex({_quoted(column)})"
        elif name in WRITTEN:
            yield name, _quoted(column)


def _of_events(contract: Contract) -> dict[str, str]:
    dates = _dates(contract)
    ends = [c for c in dates if any(word in c.name.lower() for word in ENDS)]
    starts = [column for column in dates if column not in ends]
    found = {}
    if starts:
        found["event_from_date"] = found["valid_from_date"] = _alias(starts[0])
        found["event_to_date"] = f"{_alias(starts[0])}{ENDLESS}"
    if ends:
        found["event_to_date"] = _alias(ends[0])
        found["valid_to_date"] = f"coalesce({_alias(ends[0])}, _period_to)"
    coded = [c for c in contract.columns if c.properties.vocabulary not in (None, "sex_code")]
    if coded:
        found["detail_code"] = _quoted(coded[0])
    return found
