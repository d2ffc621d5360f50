"""Finds what a contract promises and nobody could check, when it is read and not in the night.

Belongs here: faults of a contract's meaning. Does not belong here: faults of its document
(odcs_document.py, document_faults.py, governance.py), of its columns' types and options
(option_faults.py), its predicates' SQL (predicate.py), or its names and repairs (name_faults.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from insight_pipeline.contracts.promise.contract import Column, Contract, InternalProperties
from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.contracts.promise.name_faults import name_faults, repair_faults
from insight_pipeline.kernel.errors import Fault
from insight_pipeline.sql.model import Macro

TEMPORAL = ("date", "timestamp")


def contract_faults(contract: Contract) -> Iterator[Fault]:
    """Faults of names that do not agree and, for a provider, of promises nobody checks."""
    yield from name_faults(contract)
    if not isinstance(contract.properties, InternalProperties):
        yield from _promise_faults(contract)
        yield from repair_faults(contract)


def unknown_formats(contracts: Iterable[Contract], macros: Iterable[Macro]) -> Iterator[Fault]:
    """A fault for every named format (`format: nhs_number`) without its macro valid_…."""
    known = {m.name.removeprefix("valid_") for m in macros if m.name.startswith("valid_")}
    for place, column in _columns_in_time(contracts):
        form = column.properties.format
        if form and form not in known:
            expected = f"one of {', '.join(sorted(known))}"
            yield contract_fault(f"{place}: format", expected, f"'{form}'", near=form, known=known)


def unknown_vocabularies(contracts: Iterable[Contract], words: pl.DataFrame) -> Iterator[Fault]:
    """A fault for every code list (`vocabulary: sex_code`) without its file."""
    known = set(words["vocabulary"])
    for place, column in _columns_in_time(contracts):
        name = column.properties.vocabulary
        if name and name not in known:
            expected = f"a file vocabularies/{name}.csv"
            found = "no such code list"
            yield contract_fault(f"{place}: vocabulary", expected, found, near=name, known=known)


def _columns_in_time(contracts: Iterable[Contract]) -> Iterator[tuple[str, Column]]:
    for newest in contracts:
        for contract in (newest, *newest.earlier):
            for column in contract.columns:
                yield f"{contract.path}: {column.name}", column


def _promise_faults(contract: Contract) -> Iterator[Fault]:
    where, promise = str(contract.path), contract.promise
    declared = f"{promise.provider}__{promise.dataset}"
    known = {column.name: column for column in contract.columns}
    if declared != contract.stem:
        yield contract_fault(where, f"a file named {declared}.odcs.yaml", contract.path.name)
    for role, name in _named_columns(contract):
        if name not in known:
            expected = f"a column of the contract as {role}"
            yield contract_fault(where, expected, f"'{name}'", near=name, known=known)
    period = known.get(promise.period_column or "")
    if period and period.type not in TEMPORAL:
        yield contract_fault(f"{where}: periodColumn", "a date or a timestamp", period.type)
    if promise.resubmission.mode == "upsert" and not contract.key:
        expected = "a key, for rows of equal key to replace each other"
        yield contract_fault(where, expected, "upsert, no key")
    if promise.resubmission.mode == "append" and promise.identity_columns:
        # Nothing says when a bare file is whole: each state of one that grows would be added.
        expected = "a mode in which a file that has grown replaces itself, or manifests"
        yield contract_fault(f"{where}: identityColumns", expected, "append")
    first, last = promise.in_force.first, promise.in_force.last
    if first and last and first > last:
        yield contract_fault(f"{where}: inForce", "from before to", "to before from")
    for name in sorted(
        {c.name for c in contract.columns if c.required and c.properties.required_if}
    ):
        expected = "either required: true or requiredIf"
        yield contract_fault(f"{where}: {name}: requiredIf", expected, "both")


def _named_columns(contract: Contract) -> Iterator[tuple[str, str]]:
    """Columns the contract's properties speak of, each with what it is to them."""
    promise = contract.promise
    yield from (("key of the resubmission", name) for name in promise.resubmission.key)
    if promise.period_column:
        yield "periodColumn", promise.period_column
    if promise.identity_columns:
        for role, name in promise.identity_columns.model_dump(by_alias=True).items():
            if name:
                yield f"identityColumns {role}", name
