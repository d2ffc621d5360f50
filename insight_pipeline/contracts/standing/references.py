"""Values that must stand in another dataset: which rows wait for theirs.

Belongs here: references between datasets as they stand now. Does not belong here: a delivery's own
verdict; that depends on the delivery alone, while a reference is mended by another provider's
delivery and released by it.
Values are compared as text, as both contracts' repairs left them. An empty cell refers to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from insight_pipeline.contracts.judging.rules import slug
from insight_pipeline.contracts.promise.contract import Reference
from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.sql.engines.duckdb import identifier, literal

REFERENCES = "references.parquet"


def reference_code(reference: Reference) -> str:
    return f"{slug(reference.column)}.reference"


def mark_missing(
    connection: duckdb.DuckDBPyConnection,
    references: Sequence[Reference],
    parents: Mapping[str, Path],
) -> None:
    """Fill `missing` from `arrived`: one line for each row and reference that finds no parent.

    `parents`: stem → the dataset as it stands; one that is not there yet has no values.
    """
    connection.execute(
        "create temp table missing (_delivery_id varchar, _row bigint, column_name varchar, "
        "code varchar, holds boolean)"
    )
    for reference in references:
        cell = identifier(reference.column)
        known = _values(parents[reference.to_stem], reference.to_column)
        connection.execute(
            f"insert into missing select _delivery_id, _row, {literal(reference.column)}, "
            f"{literal(reference_code(reference))}, {reference.severity is Severity.RECORD} "
            f"from arrived where {cell} is not null and {cell} not in ({known})"
        )


def _values(path: Path, column: str) -> str:
    if not path.exists():
        return "select null::varchar where false"
    cell = identifier(column)
    return f"select {cell} from read_parquet({literal(str(path))}) where {cell} is not null"


def write_missing(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write what is missing among the rows that stand or wait; replaced rows concern nobody."""
    rows = (
        "select _delivery_id, _row, column_name, code from missing "
        "where (_delivery_id, _row) in (select (_delivery_id, _row) from standing "
        "union all select (_delivery_id, _row) from waiting) "
        "order by _delivery_id, _row, column_name, code"
    )
    with replacing_file(path) as work:
        connection.execute(f"copy ({rows}) to {literal(str(work))} (format parquet)")
