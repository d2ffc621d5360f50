"""Counts what breaks the rules about a delivery as a whole (rules.DELIVERY_RULES).

Belongs here: one count per delivery rule. Does not belong here: rules about rows (scan.py).
"""

from __future__ import annotations

import duckdb

from insight_pipeline.contracts import scan
from insight_pipeline.contracts.contract import Contract
from insight_pipeline.landing.reading import Reading
from insight_pipeline.landing.receipt import Receipt


def about_delivery(
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    contract: Contract,
    reading: Reading | None,
) -> dict[str, int]:
    """Things that break each delivery rule, by code; `judged` holds the delivery's rows."""
    received = reading.received if reading else 0
    declared = receipt.manifest.rows
    rejected = reading.rejects.height if reading else 0
    bad = scan.count_held(connection) + rejected
    return {
        "readable": int(reading is None),
        "contract_version": int(not _version_in_force(receipt, contract)),
        **_about_columns(contract, reading),
        "rows_as_declared": int(reading is not None and declared not in (None, received)),
        "declared_period": int(_wrong_period(connection, receipt, contract)),
        "share_of_sound_rows": int(bad > contract.promise.max_bad_share * received),
        "readable_rows": rejected,
    }


def _about_columns(contract: Contract, reading: Reading | None) -> dict[str, int]:
    # A document without records reports nothing, and has no column to miss.
    if reading is None or not (reading.columns or reading.received):
        return {"columns_present": 0, "unknown_columns": 0}
    promised = {column.name for column in contract.columns}
    repeated = set(reading.duplicate_columns)
    copies = {name for name in reading.columns for first in repeated if _copies(name, first)}
    columns = set(reading.columns) - copies
    return {
        "columns_present": len(promised - columns) + len(repeated),
        "unknown_columns": len(columns - promised),
    }


def _copies(name: str, first: str) -> bool:
    """The reader numbers the copies of a repeated column: name#3."""
    return name.startswith(f"{first}#") and name.removeprefix(f"{first}#").isdecimal()


def _version_in_force(receipt: Receipt, contract: Contract) -> bool:
    """Versions of one major number promise the same shape (semantic versioning)."""
    return receipt.manifest.contract_version.split(".")[0] == contract.version.split(".")[0]


def _wrong_period(
    connection: duckdb.DuckDBPyConnection, receipt: Receipt, contract: Contract
) -> bool:
    column = next((c for c in contract.columns if c.name == contract.promise.period_column), None)
    if column is None:
        return False
    manifest = receipt.manifest
    return scan.mostly_outside(connection, column, manifest.period_from, manifest.period_to)
