"""Rows accepted under an earlier contract version, in the columns of the newest one.

Belongs here: renaming columns and rewriting dates between versions, so that staging needs to know
the newest contract only. Does not belong here: what a code of an earlier list means (staging).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb

from insight_pipeline.contracts.promise.cell import DEFAULT_FORMATS, strptime_format, typed
from insight_pipeline.contracts.promise.contract import Column, Contract
from insight_pipeline.sql.engines.duckdb import identifier, literal


def version_of(contract: Contract, version: str) -> Contract | None:
    """The contract as it was in `version`; None where it is not kept any more."""
    return next((c for c in (contract, *contract.earlier) if c.version == version), None)


def projected(
    connection: duckdb.DuckDBPyConnection,
    newest: Contract,
    version: str,
    files: Sequence[Path],
    provenance: Collection[str],
) -> str:
    """SQL for the accepted rows in `files`, all of one version, as the newest version has them."""
    listed = ", ".join(literal(str(path)) for path in files)
    source = f"read_parquet([{listed}], union_by_name = true)"
    names = {row[0] for row in connection.execute(f"describe from {source}").fetchall()}
    older = version_of(newest, version)
    promised = {column.name: column for column in older.columns} if older else {}
    cells = [_cell(column, names, promised) for column in newest.columns]
    kept = [identifier(name) for name in provenance]
    return f"select {', '.join([*cells, *kept])} from {source}"


def _cell(column: Column, names: Collection[str], promised: dict[str, Column]) -> str:
    name = column.name_among(names)
    if name is None:
        return f"null::varchar as {identifier(column.name)}"
    return f"{_rewritten(column, name, promised.get(name))} as {identifier(column.name)}"


def _rewritten(column: Column, name: str, older: Column | None) -> str:
    cell = identifier(name)
    dates = older is not None and {column.type, older.type} <= set(DEFAULT_FORMATS)
    if older is None or not dates or strptime_format(older) == strptime_format(column):
        return cell
    # Text that was no date under its own promise must not become another date under the new one.
    new = typed(column).replace(identifier(column.name), cell)
    rewritten = f"strftime({typed(older)}, {literal(strptime_format(column))})"
    return f"coalesce({rewritten}, case when ({new}) is null then {cell} end)"
