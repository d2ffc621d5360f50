"""Finds the promised columns among those of a file: by name, by agreed synonym, by case.

Belongs here: which column of the file is which promised one. Does not belong here: the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.contracts.promise.normalise import HEADER_CASE, HEADER_SYNONYM

# Each record names its own values: what none of them names is empty in all of them.
RECORD_FORMATS = ("json", "ndjson", "xml")


@dataclass(frozen=True)
class Header:
    """found: promised column → its place in the file. renamed: promised column → the repair.

    missing and ambiguous: promised columns without a place, or with several; an optional column
    that no record of JSON or XML mentions is absent values, not missing. unknown: columns of the
    file that nobody promised; copies of a column sent twice are not among them.
    """

    found: dict[str, int]
    renamed: dict[str, str]
    missing: tuple[str, ...]
    ambiguous: tuple[str, ...]
    unknown: tuple[str, ...]


def match_header(contract: Contract, columns: Sequence[str], repeated: Sequence[str]) -> Header:
    """Match a file's columns; `repeated` are the names that stand in the file more than once."""
    own = [place for place, name in enumerate(columns) if not _copies(name, repeated)]
    candidates = {
        column.name: _places(column, contract, columns, own) for column in contract.columns
    }
    found = {name: places[0][0] for name, places in candidates.items() if places}
    taken = {place for places in candidates.values() for place, _ in places}
    return Header(
        found=found,
        renamed={n: how for n, places in candidates.items() for _, how in places[:1] if how},
        missing=tuple(
            column.name
            for column in contract.columns
            if column.name not in found and _has_to_be_there(column, contract)
        ),
        ambiguous=tuple(
            name
            for name, places in candidates.items()
            if len(places) > 1 or any(columns[place] in repeated for place, _ in places)
        ),
        unknown=tuple(columns[place] for place in own if place not in taken),
    )


def _has_to_be_there(column: Column, contract: Contract) -> bool:
    return column.required or contract.promise.reader.format not in RECORD_FORMATS


def _copies(name: str, repeated: Sequence[str]) -> bool:
    """The reader numbers the copies of a repeated column: name#3."""
    first, _, number = name.rpartition("#")
    return first in repeated and number.isdecimal()


def _places(
    column: Column, contract: Contract, columns: Sequence[str], own: Sequence[int]
) -> list[tuple[int, str]]:
    """Every place the column may stand at, with the repair that finds it there; best first."""
    found: list[tuple[int, str]] = []
    promised = {other.name for other in contract.columns} - {column.name}
    for names, how in _names(column, contract):
        for place in own:
            name = columns[place]
            said = _folded(name) if how == HEADER_CASE else name
            known = place in {place for place, _ in found} or name in promised
            if said in names and not known:
                found.append((place, how))
    return found


def _names(column: Column, contract: Contract) -> list[tuple[set[str], str]]:
    synonyms = set(column.properties.header_synonyms)
    names = [({column.name}, ""), (synonyms, HEADER_SYNONYM)]
    if HEADER_CASE in contract.promise.normalise:
        names.append(({_folded(name) for name in {column.name, *synonyms}}, HEADER_CASE))
    return names


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
