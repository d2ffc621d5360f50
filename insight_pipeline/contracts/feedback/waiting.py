"""Rows that wait because another dataset does not have yet what they refer to.

Belongs here: adding them to the list of a delivery. Does not belong here: finding them
(references.py); they are no part of the verdict, which depends on the delivery alone.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from insight_pipeline.contracts.feedback.since import key_words
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.references import reference_code
from insight_pipeline.sql.engines.duckdb import identifier, literal


def add_waiting(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    delivery_id: str,
    accepted: Path,
    references: Path,
) -> None:
    """Fill `waiting` with a delivery's rows that lack their parent, and add them to `found`."""
    connection.execute(
        "create or replace temp table waiting (line bigint, column_name varchar, code varchar)"
    )
    if not (contract.references and accepted.exists() and references.exists()):
        return
    connection.execute(
        f"insert into waiting select _row, column_name, code "
        f"from read_parquet({literal(str(references))}) where _delivery_id = {literal(delivery_id)}"
    )
    for reference in contract.references:
        connection.execute(
            f"insert into found select w.line, w.column_name, w.code, "
            f"{literal(reference.severity.value)}, a.{identifier(reference.column)}, "
            f"{key_words(contract)} from waiting as w "
            f"join read_parquet({literal(str(accepted))}) as a on a._row = w.line "
            f"where w.code = {literal(reference_code(reference))}"
        )
