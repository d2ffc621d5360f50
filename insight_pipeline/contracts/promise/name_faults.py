"""Finds names that clash and repairs that nobody could make, when a contract is read.

Belongs here: columns' names and synonyms, named normalisations, further date formats. Does not
belong here: what a column promises about its values (contract_faults.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from insight_pipeline.contracts.promise.cell import DATE_PARTS, date_format, date_shape
from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.contracts.promise.normalise import (
    COLUMN_NAMES,
    CONTRACT_NAMES,
    DATE_FORMAT,
    HEADER_SYNONYM,
    SYNONYM,
)
from insight_pipeline.kernel.errors import Fault

# Names our own tables add to a contract's columns.
OWN_NAMES = {
    *("_row", "_delivery_id", "_period_from", "_period_to", "_place"),
    *("_broken", "_held", "_repeat", "_copies_differ", "_rules"),
}
OPPOSITES = {"upper", "lower"}
# Repairs that are named by the key that says what to repair, and not under `normalise`.
SELF_NAMED = {
    HEADER_SYNONYM: "headerSynonyms",
    DATE_FORMAT: "dateFormats",
    SYNONYM: "vocabulary",
}


def name_faults(contract: Contract) -> Iterator[Fault]:
    """Columns and rules named twice, or like something of our own."""
    where = str(contract.path)
    # SQL names are the same name in any case.
    names = Counter(column.name.lower() for column in contract.columns)
    for name in sorted(name for name, times in names.items() if times > 1):
        yield contract_fault(where, "every column named once, in any case", f"'{name}' twice")
    for name in sorted(OWN_NAMES.intersection(names)):
        yield contract_fault(where, "no column named as one of our own", f"'{name}'")
    rules = Counter([*(r.code for r in contract.row_rules), *(m.code for m in contract.metrics)])
    for name in sorted(name for name, times in rules.items() if times > 1):
        yield contract_fault(f"{where}: quality", "every rule named once", f"'{name}' twice")


def repair_faults(contract: Contract) -> Iterator[Fault]:
    """Faults of the repairs a provider's contract names."""
    where = str(contract.path)
    yield from _normalise_faults(contract.promise.normalise, CONTRACT_NAMES, f"{where}: normalise")
    yield from _synonym_faults(contract)
    for column in contract.columns:
        place = f"{where}: {column.name}"
        names = column.properties.normalise
        yield from _normalise_faults(names, COLUMN_NAMES, f"{place}: normalise")
        if {*names, *contract.promise.normalise} >= OPPOSITES and not {*names} >= OPPOSITES:
            yield contract_fault(
                f"{place}: normalise", "upper or lower", "both, with the contract's"
            )
        yield from _date_faults(column, f"{place}: dateFormats")


def _normalise_faults(
    names: tuple[str, ...], known: tuple[str, ...], where: str
) -> Iterator[Fault]:
    for name in names:
        if name in SELF_NAMED:
            expected = f"'{name}' under its own key"
            step = f"write {SELF_NAMED[name]} with the column; that names the repair"
            yield contract_fault(where, expected, "it under normalise", step)
        elif name not in known:
            expected = f"one of {', '.join(sorted(known))}"
            yield contract_fault(where, expected, f"'{name}'", near=name, known=known)
    if set(names) >= OPPOSITES:
        yield contract_fault(where, "upper or lower", "both")


def _header_key(name: str) -> str:
    """A header as it is compared where case and surplus spaces do not count."""
    return " ".join(name.split()).casefold()


def _synonym_faults(contract: Contract) -> Iterator[Fault]:
    """Every header leads to one column: synonyms are filled, and nobody else's name."""
    own = {_header_key(column.name): column.name for column in contract.columns}
    meant: dict[str, str] = {}
    for column in contract.columns:
        place = f"{contract.path}: {column.name}: headerSynonyms"
        for synonym in column.properties.header_synonyms:
            key = _header_key(synonym)
            if not key:
                yield contract_fault(place, "names a file may give the column", "an empty one")
            elif synonym == column.name or own.get(key, column.name) != column.name:
                found = f"'{synonym}', the name of {own[key]}"
                yield contract_fault(place, "a name that no column has", found)
            elif meant.get(key, column.name) != column.name:
                found = f"'{synonym}', which is one of {meant[key]}"
                yield contract_fault(place, "a name that leads to one column", found)
            meant.setdefault(key, column.name)


def _date_faults(column: Column, where: str) -> Iterator[Fault]:
    """Further formats are formats of days, and none reads a text another reads as another day."""
    forms = column.properties.date_formats
    if forms and column.type not in ("date", "timestamp"):
        yield contract_fault(where, "a date or a timestamp", f"a {column.type}")
        return
    for form in forms:
        if not _is_whole(form):
            expected = f"year, month and day, each once, of {', '.join(DATE_PARTS)}"
            yield contract_fault(where, expected, f"'{form}'")
        elif "yyyy" not in form and "yyyy" in date_format(column):
            step = "promise two digits, or have four sent"
            yield contract_fault(where, "a year of four digits", f"'{form}': which century?", step)
    shapes: dict[str, str] = {}
    for form in (date_format(column), *forms) if forms else ():
        shape = date_shape(form)
        if shape in shapes:
            found = f"'{form}', written like '{shapes[shape]}'"
            yield contract_fault(where, "formats that no text has two of", found)
        shapes.setdefault(shape, form)


def _is_whole(form: str) -> bool:
    """Whether a format says year, month and day by the letters we read, each once."""
    plain = re.sub("'[^']*'", "", form)
    parts = re.findall("|".join(DATE_PARTS), plain)
    kinds = [part[0] for part in parts]
    rest = re.sub("|".join(DATE_PARTS), "", plain)
    whole = {"y", "M", "d"} <= set(kinds) and len(kinds) == len(set(kinds))
    return whole and not re.search("[A-Za-z]", rest)
