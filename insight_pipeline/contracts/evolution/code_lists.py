"""What a change of a code list means for the columns of a contract that use it.

Belongs here: codes that come, go and change. Does not belong here: reading lists (vocabulary.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from insight_pipeline.contracts.evolution.change import Change, Place
from insight_pipeline.contracts.evolution.contract_changes import CODE_LIST_RULES
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.outcome import Severity


def code_list_changes(
    contract: Contract, old: pl.DataFrame, new: pl.DataFrame, mapped: Collection[str]
) -> Iterable[Change]:
    """Changes of the lists that the new contract's columns use.

    `old` and `new` are whole vocabularies (vocabulary.load_vocabularies); `mapped` are the codes
    that our SQL knows a meaning for: a new code outside them reaches figures as nothing.
    """
    for column in contract.columns:
        vocabulary = column.properties.vocabulary
        if vocabulary is not None:
            holds = column.properties.severity != Severity.WARN
            place = Place(f"{column.name} (code list {vocabulary})", holds, column=column.name)
            yield from _list_changes(
                _codes(old, vocabulary), _codes(new, vocabulary), mapped, place
            )


def _codes(lists: pl.DataFrame, vocabulary: str) -> dict[str, list[dict[str, str | None]]]:
    """Code → its lines: one code may be in force at several times."""
    found: dict[str, list[dict[str, str | None]]] = {}
    for row in lists.filter(pl.col("vocabulary") == vocabulary).iter_rows(named=True):
        found.setdefault(row["code"], []).append(row)
    return found


def _list_changes(
    old: dict[str, list[dict[str, str | None]]],
    new: dict[str, list[dict[str, str | None]]],
    mapped: Collection[str],
    place: Place,
) -> Iterable[Change]:
    for code in sorted({*old, *new}):
        if code not in new:
            yield place.breaks_providers(f"code '{code}' removed")
        elif code not in old and code in mapped:
            yield place.safe(f"code '{code}' added, which our SQL knows")
        elif code not in old:
            yield place.breaks_consumers(f"code '{code}' added, which no mapping knows")
        elif len(old[code]) != len(new[code]):
            yield place.breaks_providers(f"code '{code}' is in force at other times")
        else:
            for before, after in zip(old[code], new[code], strict=True):
                yield from _line_changes(code, before, after, place)


def _line_changes(
    code: str, old: dict[str, str | None], new: dict[str, str | None], place: Place
) -> Iterable[Change]:
    inside = Place(f"{place.where}: {code}", place.holds, column=place.column)
    for name, rule in CODE_LIST_RULES.items():
        before, after = old[name], new[name]
        if before != after:
            listed = name == "synonyms"
            yield from rule(
                _spellings(before) if listed else before,
                _spellings(after) if listed else after,
                inside,
            )


def _spellings(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(";") if part.strip())
