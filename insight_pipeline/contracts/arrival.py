"""What landing has to know of contracts: where drops are fetched, which files declare themselves.

Belongs here: handing that over. Does not belong here: fetching or receiving (landing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insight_pipeline.contracts.promise.cell import DEFAULT_FORMATS, strptime_format
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.landing.inbox import Feed
from insight_pipeline.landing.self_declared import Declared, SelfDeclaring
from insight_pipeline.landing.sources.fetch import Sources
from insight_pipeline.landing.sources.server import (
    RemoteFolder,
    RemoteTable,
    remote_folder,
    remote_table,
)
from insight_pipeline.settings import Settings


def feed_of(contract: Contract) -> Feed:
    return Feed(contract.promise.provider, contract.promise.dataset)


def bare_feeds(contracts: Sequence[Contract]) -> tuple[Feed, ...]:
    """Feeds whose files need no manifest."""
    return tuple(feed_of(c) for c in contracts if c.promise.identity_columns is not None)


def self_declaring(contracts: Sequence[Contract]) -> tuple[SelfDeclaring, ...]:
    """Feeds whose contracts name columns that declare a delivery."""
    found = (_self_declaring(contract) for contract in contracts)
    return tuple(declaring for declaring in found if declaring)


def _self_declaring(contract: Contract) -> SelfDeclaring | None:
    columns = contract.promise.identity_columns
    if columns is None:
        return None
    version = columns.contract_version

    return SelfDeclaring(
        feed=feed_of(contract),
        period_from=_declared(contract, columns.period_from),
        period_to=_declared(contract, columns.period_to),
        submitted_at=_declared(contract, columns.submitted_at),
        contract_version=_declared(contract, version) if version else None,
        reader=contract.promise.reader,
        promised=tuple(
            name for column in contract.columns for name in _names(contract, column.name)
        ),
    )


def _declared(contract: Contract, name: str) -> Declared:
    column = next((column for column in contract.columns if column.name == name), None)
    stated = column is not None and column.type in DEFAULT_FORMATS and "format" in column.options
    # Without a stated format, ISO 8601: it also reads a time with its zone.
    format = strptime_format(column) if column and stated else None
    return Declared(_names(contract, name), format)


def _names(contract: Contract, name: str) -> tuple[str, ...]:
    synonyms = (c.properties.header_synonyms for c in contract.columns if c.name == name)
    return (name, *next(synonyms, ()))


def sources_of(contracts: Sequence[Contract], settings: Settings) -> Sources:
    """Every remote server of every contract, each folder once however many contracts name it."""
    folders: dict[tuple[str, str], RemoteFolder] = {}
    tables: list[RemoteTable] = []
    faults: list[Fault] = []
    for contract in contracts:
        try:
            tables += _tables(contract)
            for folder in _folders(contract, settings):
                key = (folder.provider, folder.name)
                if folders.setdefault(key, folder) != folder:
                    faults.append(_two_meanings(contract, folder))
        except InsightError as error:
            faults += error.faults
    return Sources(tuple(folders[key] for key in sorted(folders)), tuple(tables), tuple(faults))


def _folders(contract: Contract, settings: Settings) -> Iterator[RemoteFolder]:
    provider = contract.promise.provider
    for raw in contract.servers:
        folder = remote_folder(raw, provider, settings.home, settings.inbox)
        if folder:
            yield folder


def _tables(contract: Contract) -> Iterator[RemoteTable]:
    reader = contract.promise.reader
    for raw in contract.servers:
        table = remote_table(raw, feed_of(contract), reader.delimiter or ",")
        if table is None:
            continue
        plain = reader.format == "csv" and (reader.encoding or "utf-8").lower() in _UTF8
        if contract.promise.identity_columns is None or not plain:
            raise InsightError([_not_a_table(contract, table)])
        yield table


_UTF8 = {"utf-8", "utf8", "utf-8-sig"}


def _two_meanings(contract: Contract, folder: RemoteFolder) -> Fault:
    return Fault(
        where=f"{contract.path}: servers: {folder.name}",
        expected="one place by this name for all contracts of a provider",
        found="another place than another contract says",
        consequence="drops are fetched from one of the two only",
        next_step="give the two servers two names",
    )


def _not_a_table(contract: Contract, table: RemoteTable) -> Fault:
    return Fault(
        where=f"{contract.path}: servers: {table.name}",
        expected="a dataset with identityColumns, read as CSV in UTF-8, behind a database table",
        found="a contract without them, or with another reader",
        consequence="nothing is fetched from this table",
        next_step="name the columns that declare period and submission; reader format: csv",
    )
