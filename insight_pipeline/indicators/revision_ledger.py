"""`indicators.figure_revision` of the warehouse: every unsuppressed figure there ever was.

Belongs here: the table and its columns. Does not belong here: what goes into it (revision.py).
"""

from __future__ import annotations

import duckdb

LEDGER = "indicators.figure_revision"

# night_no counts the nights on which anything was revised.
_TABLE = f"""
create table if not exists {LEDGER} (
    night_no integer,
    indicator_id varchar,
    period_from date,
    period_to date,
    area_code varchar,
    provider_id varchar,
    breakdown_type varchar,
    breakdown varchar,
    revision_no integer,
    numerator bigint,
    denominator bigint,
    basis double,
    value decimal(18, 4),
    lower95 decimal(18, 4),
    upper95 decimal(18, 4),
    status varchar,
    reason_code varchar,
    previous_value decimal(18, 4),
    difference decimal(18, 4),
    as_of_date date,
    correction_id varchar
)
"""


def make_ledger(connection: duckdb.DuckDBPyConnection) -> None:
    """An empty ledger, in a warehouse that has none."""
    connection.execute(_TABLE)
