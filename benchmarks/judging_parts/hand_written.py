"""What somebody who knows DuckDB well would write by hand for these 27 rules, in one pass.

Belongs here: the peer. It trims, spares empty and mistyped cells, tells conflicting from repeated
keys, and writes the same list, which the benchmark compares.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

QUERY = Path(__file__).with_suffix(".sql")


def list_issues(connection: duckdb.DuckDBPyConnection, rows: Path, issues: Path) -> None:
    """Write the whole list of what is wrong with `rows` to the Parquet file `issues`."""
    connection.execute(QUERY.read_text(encoding="utf-8").replace("$rows", str(rows)))
    connection.execute(
        f"copy (from issue order by line, column_name, code) to '{issues}' (format parquet)"
    )
