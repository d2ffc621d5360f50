"""What contracts say of each other: versions of one dataset in time, references to others.

Belongs here: faults between files. Does not belong here: any one file (odcs_parts.py), or finding
and reading the files (odcs.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from insight_pipeline.contracts.promise.contract import Contract, ContractProperties, Reference
from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.contracts.promise.odcs_document import SUFFIX
from insight_pipeline.kernel.errors import Fault
from insight_pipeline.kernel.outcome import Severity

VERSION = re.compile(r"([0-9]+)[.]([0-9]+)[.]([0-9]+)")


def with_earlier(loaded: Iterable[Contract]) -> tuple[tuple[Contract, ...], list[Fault]]:
    """Newest versions with the earlier ones behind them, newest first, and the faults between."""
    newest: dict[str, Contract] = {}
    earlier: dict[str, list[Contract]] = {}
    faults: list[Fault] = []
    for contract in loaded:
        faults += _number_faults(contract)
        if "@" in contract.path.name:
            earlier.setdefault(contract.stem, []).append(contract)
        else:
            newest[contract.stem] = contract
    for stem, versions in earlier.items():
        if stem not in newest:
            place, expected = str(versions[0].path), f"the version after it as {stem}{SUFFIX}"
            faults.append(contract_fault(place, expected, "none", near=stem, known=newest))
            continue
        behind = tuple(sorted(versions, key=_number, reverse=True))
        for later, before in pairwise((newest[stem], *behind)):
            faults += _succession_faults(later, before)
        newest[stem] = replace(newest[stem], earlier=behind)
    return tuple(newest.values()), faults


def _number(contract: Contract) -> tuple[int, ...]:
    found = VERSION.fullmatch(contract.version)
    return tuple(int(part) for part in found.groups()) if found else ()


def _number_faults(contract: Contract) -> Iterator[Fault]:
    place = f"{contract.path}: version"
    if not _number(contract):
        yield contract_fault(place, "three numbers, such as 1.2.0", f"'{contract.version}'")
    named = f"{contract.stem}@{contract.version}{SUFFIX}"
    if "@" in contract.path.name and contract.path.name != named:
        yield contract_fault(place, f"the file to be named {named}", contract.path.name)


def _succession_faults(later: Contract, before: Contract) -> Iterator[Fault]:
    """Faults between two versions that follow each other."""
    place = str(before.path)
    if not _number(before) < _number(later):
        expected = f"a version lower than {later.version}"
        yield contract_fault(f"{place}: version", expected, before.version)
    # Provider and dataset are the same: every file is named after its own (contract_faults.py).
    if isinstance(later.properties, ContractProperties):
        yield from _key_faults(later, before)
        yield from _time_faults(later, before)


def _key_faults(later: Contract, before: Contract) -> Iterator[Fault]:
    """Rows of both versions must be the same rows: the key stays, by name or by synonym."""
    known = {column.name for column in before.columns}
    former = {column.name: column.name_among(known) for column in later.columns}
    mapped = {former.get(name) or name for name in later.key}
    if mapped != set(before.key):
        expected = f"the key {', '.join(before.key) or 'none'} of version {before.version}"
        step = "name a key column's earlier name in its headerSynonyms"
        yield contract_fault(f"{later.path}: key", expected, ", ".join(later.key) or "none", step)


def _time_faults(later: Contract, before: Contract) -> Iterator[Fault]:
    """Versions follow each other without overlap or gap, unless the later one says so."""
    last, first = before.promise.in_force.last, later.promise.in_force.first
    place = f"{later.path}: inForce"
    if last is None or first is None:
        expected = "the first day of a version and the last of the one before it"
        yield contract_fault(place, expected, "an open end between two versions")
        return
    declared = later.promise.in_force.transition
    actual = _transition(last, first)
    if declared != actual:
        expected = f"transition: {actual}" if actual else "no transition"
        found = f"transition: {declared}" if declared else "none"
        step = f"{before.version} ends on {last}, {later.version} begins on {first}"
        yield contract_fault(place, f"{expected}, since {step}", found)


def _transition(last: date, first: date) -> str | None:
    following = last + timedelta(days=1)
    if first == following:
        return None
    return "overlap" if first < following else "gap"


def reference_faults(contracts: tuple[Contract, ...]) -> Iterator[Fault]:
    """References that lead to no dataset, or to no column of it, or round in a circle."""
    by_stem = {contract.stem: contract for contract in contracts}
    for contract in (each for newest in contracts for each in (newest, *newest.earlier)):
        for reference in contract.references:
            place = f"{contract.path}: {reference.column}: relationships"
            yield from _target_faults(reference, by_stem, place)
            if reference.severity is Severity.DELIVERY:
                # It would refuse a delivery for what another provider has not sent yet.
                step = "say `record` to hold the rows until their parent arrives"
                yield contract_fault(place, "severity record or warn", "severity delivery", step)
    yield from _circles(by_stem)


def _circles(by_stem: dict[str, Contract]) -> Iterator[Fault]:
    """No order exists in which datasets could be reckoned whose references lead back."""
    graph = {
        stem: {r.to_stem for r in contract.references if r.to_stem in by_stem}
        for stem, contract in by_stem.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = list(error.args[1])
        place, found = str(by_stem[circle[0]].path), " → ".join(reversed(circle))
        expected = "references that lead from one dataset to others and never back"
        yield contract_fault(place, expected, found, "take one of these references out")


def _target_faults(
    reference: Reference, by_stem: dict[str, Contract], place: str
) -> Iterator[Fault]:
    stem, name = reference.to_stem, reference.to_column
    if stem not in by_stem:
        expected = "a dataset there is a contract for"
        yield contract_fault(place, expected, f"'{stem}'", near=stem, known=by_stem)
        return
    known = {column.name for column in by_stem[stem].columns}
    if name not in known:
        yield contract_fault(place, f"a column of {stem}", f"'{name}'", near=name, known=known)
