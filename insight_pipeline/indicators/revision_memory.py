"""Marks kept in the warehouse from one night to the next, and tonight's beside them.

Belongs here: the tables. Does not belong here: making marks (revision_marks.py), or what a changed
one says (revision_reasons.py).
"""

from __future__ import annotations

import duckdb
import polars as pl

from insight_pipeline.indicators.revision_marks import DELIVERY_COLUMNS, MARK_COLUMNS, Marks

MARKS, DELIVERIES = "indicators.revision_mark", "indicators.revision_delivery"
_TYPES = {pl.String: "varchar", pl.Date: "date", pl.Boolean: "boolean", pl.Int64: "bigint"}


def remember_marks(connection: duckdb.DuckDBPyConnection, marks: Marks) -> None:
    """Keep tonight's marks for the next night to compare with."""
    for relation, frame in ((MARKS, marks.marks), (DELIVERIES, marks.deliveries)):
        connection.register("tonight_kept", frame.to_arrow())
        connection.execute(f"create or replace table {relation} as from tonight_kept order by all")
        connection.unregister("tonight_kept")


def make_mark_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty tables for marks, in a warehouse that has none."""
    for relation, columns in ((MARKS, MARK_COLUMNS), (DELIVERIES, DELIVERY_COLUMNS)):
        typed = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in columns.items())
        connection.execute(f"create table if not exists {relation} ({typed})")


def load_marks(connection: duckdb.DuckDBPyConnection, marks: Marks) -> None:
    """Temp tables tonight_mark, tonight_feed, tonight_follow and tonight_delivery."""
    tables = {
        "tonight_mark": marks.marks,
        "tonight_feed": marks.feeds,
        "tonight_follow": marks.follows,
        "tonight_delivery": marks.deliveries,
    }
    for name, frame in tables.items():
        connection.register("given", frame.to_arrow())
        connection.execute(f"create or replace temp table {name} as from given")
        connection.unregister("given")
