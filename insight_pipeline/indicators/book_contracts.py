"""Entries of the documentation that contracts describe: datasets, feeds and sources.

Belongs here: relations that no model makes. Does not belong here: models and figures (book.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import accepted_columns
from insight_pipeline.indicators.book_facts import contract_facts, contract_tests, one_line
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.indicators.paths import made_of
from insight_pipeline.settings import Settings
from insight_pipeline.sql.docs.entry import ColumnEntry, Entry
from insight_pipeline.warehouse.sources import SOURCE_WORDS, source_columns, warehouse_contracts

PROVENANCE_WORDS = {
    "_delivery_id": "The delivery the row came in.",
    "_row": "The row's number in it.",
    "_period_from": "First day the delivery speaks of.",
    "_period_to": "Last day the delivery speaks of.",
}


def dataset_entry(contract: Contract, settings: Settings) -> Entry:
    """What a provider delivered and its contract let through."""
    words = {c.name: one_line(c.description) for c in contract.columns} | PROVENANCE_WORDS
    kinds = {column.name: column.type for column in contract.columns}
    return Entry(
        relation=accepted_relation(contract),
        room="accepted",
        kind="dataset",
        description=one_line(contract.description),
        owner=contract.owner,
        columns=tuple(
            ColumnEntry(name, kinds.get(name, kind), words[name])
            for name, kind in accepted_columns(contract).items()
        ),
        facts=contract_facts(contract, settings),
        tests=contract_tests(contract),
    )


def feed_entries(catalogue: Catalogue) -> Iterator[Entry]:
    """What staging is united into, as internal contracts describe it."""
    for contract in catalogue.internal:
        yield _contracted(contract, f"feeds.{contract.stem}", "feed", catalogue)


def source_entries(catalogue: Catalogue) -> Iterator[Entry]:
    """Relations of the warehouse that no model makes."""
    contracts = {f"internal.{c.stem}": c for c in warehouse_contracts(catalogue.internal)}
    for relation, columns in source_columns(catalogue.internal).items():
        if relation in contracts:
            yield _contracted(contracts[relation], relation, "source", catalogue, columns)
        else:
            yield Entry(
                relation=relation,
                room="sources",
                kind="source",
                description=SOURCE_WORDS[relation],
                reads=made_of(catalogue).get(relation, ()),
                columns=tuple(ColumnEntry(name, kind, "") for name, kind in columns.items()),
            )


def _contracted(
    contract: Contract,
    relation: str,
    kind: str,
    catalogue: Catalogue,
    columns: Mapping[str, str] | None = None,
) -> Entry:
    """A relation that an internal contract describes; `columns` where they differ from it."""
    words = {column.name: one_line(column.description) for column in contract.columns}
    return Entry(
        relation=relation,
        room="feeds" if kind == "feed" else "sources",
        kind=kind,
        description=one_line(contract.description),
        owner=contract.owner,
        reads=made_of(catalogue).get(relation, ()),
        columns=tuple(
            ColumnEntry(name, type_, words.get(name, ""))
            for name, type_ in (columns or contract.physical_columns).items()
        ),
        tests=contract_tests(contract) if kind == "feed" else (),
    )
