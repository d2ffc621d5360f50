"""Finds what a contract promises and nobody could check, when it is read and not in the night.

Belongs here: faults of a contract's meaning. Does not belong here: faults of its YAML (odcs.py,
odcs_keys.py) or of its row rules' SQL (predicate.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import duckdb

from insight_pipeline.contracts.cell import DATE_PARTS, checked_pattern, date_format, is_bound
from insight_pipeline.contracts.contract import Column, Contract, InternalProperties
from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.sql.model import Macro

# Options some rule checks, by logical type; a type that is not here is checked by none.
CHECKED_OPTIONS = {
    "string": {"minLength", "maxLength", "pattern"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "boolean": set[str](),
    "date": {"format", "minimum", "maximum"},
    "timestamp": {"format", "minimum", "maximum"},
}
# Names our own tables add to a contract's columns.
OWN_NAMES = {
    *("_row", "_delivery_id", "_period_from", "_period_to", "_place"),
    *("_broken", "_held", "_repeat", "_copies_differ", "_rules"),
}


def table_faults(raw: Any, where: str) -> Iterator[Fault]:
    """Faults of the `schema` block: one table, its rules about rows and not about columns."""
    tables = raw.get("schema") or []
    if len(tables) != 1:
        yield _fault(f"{where}: schema", "exactly one table", f"{len(tables)} tables")
    for table in tables:
        for column in table.get("properties") or []:
            if "quality" in column:
                place = f"{where}: {column.get('name')}: quality"
                yield _fault(place, "rules with the table, not with a column", "a column's rule")


def contract_faults(contract: Contract) -> Iterator[Fault]:
    """Faults of names that do not agree and, for a provider, of promises nobody checks."""
    yield from _column_name_faults(contract)
    if not isinstance(contract.properties, InternalProperties):
        yield from _promise_faults(contract)
        for column in contract.columns:
            yield from _option_faults(column, f"{contract.path}: {column.name}")


def unknown_formats(contracts: Iterable[Contract], macros: Iterable[Macro]) -> Iterator[Fault]:
    """A fault for every named format (`format: nhs_number`) without its macro valid_…."""
    known = {m.name.removeprefix("valid_") for m in macros if m.name.startswith("valid_")}
    for contract in contracts:
        for column in contract.columns:
            form = column.properties.format
            if form and form not in known:
                place = f"{contract.path}: {column.name}: format"
                yield _fault(place, f"one of {', '.join(sorted(known))}", f"'{form}'", form, known)


def _column_name_faults(contract: Contract) -> Iterator[Fault]:
    # SQL names are the same name in any case.
    names = [column.name.lower() for column in contract.columns]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _fault(str(contract.path), "every column named once, in any case", f"'{name}' twice")
    for name in sorted(OWN_NAMES.intersection(names)):
        yield _fault(str(contract.path), "no column named as one of our own", f"'{name}'")


def _promise_faults(contract: Contract) -> Iterator[Fault]:
    where, promise = str(contract.path), contract.promise
    declared = f"{promise.provider}__{promise.dataset}"
    known = {column.name for column in contract.columns}
    wanted = {*promise.resubmission.key, *filter(None, [promise.period_column])}
    if declared != contract.stem:
        yield _fault(where, f"a file named {declared}.odcs.yaml", contract.path.name)
    for name in sorted(wanted - known):
        yield _fault(where, "keys and period column among the columns", f"'{name}'", name, known)
    if promise.resubmission.mode == "upsert" and not contract.key:
        yield _fault(where, "a key, for rows of equal key to replace each other", "upsert, no key")


def _option_faults(column: Column, where: str) -> Iterator[Fault]:
    checked = CHECKED_OPTIONS.get(column.type)
    if checked is None:
        yield _fault(where, f"a type among {', '.join(CHECKED_OPTIONS)}", f"'{column.type}'")
        return
    for name in sorted(set(column.options) - checked):
        yield _fault(where, f"options that are checked: {', '.join(sorted(checked))}", f"'{name}'")
    for name in sorted({"minimum", "maximum"} & checked & set(column.options)):
        if not is_bound(column, column.options[name]):
            yield _fault(where, f"a {name} that is a {column.type}", f"'{column.options[name]}'")
    if "pattern" in column.options:
        yield from _pattern_faults(column.options["pattern"], where)
    if "format" in checked and re.search("[A-Za-z]", _unknown_letters(date_format(column))):
        yield _fault(where, f"a format of {', '.join(DATE_PARTS)}", f"'{date_format(column)}'")


def _unknown_letters(form: str) -> str:
    return re.sub("'[^']*'|" + "|".join(DATE_PARTS), "", form)


def _pattern_faults(pattern: str, where: str) -> Iterator[Fault]:
    try:
        if not _engine_takes(checked_pattern(pattern, where)):
            yield _fault(where, "a regular expression", f"'{pattern}'")
    except InsightError as error:
        yield from error.faults


@lru_cache(maxsize=512)
def _engine_takes(pattern: str) -> bool:
    with duckdb.connect() as connection:
        try:
            connection.execute("select regexp_full_match('', ?)", [pattern])
        except duckdb.Error:
            return False
    return True


def _fault(
    where: str, expected: str, found: str, word: str = "", known: Iterable[str] = ()
) -> Fault:
    return Fault(
        where=where,
        expected=expected,
        found=found,
        consequence="the contract is not used and its feed does not run",
        next_step=nearest(word, known) if word else "promise only what is checked, or correct it",
    )
