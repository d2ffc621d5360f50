"""The tables of the ledger, and what the night hands it.

Belongs here: names and columns of every table the ledger keeps, and views of what it is given.
Does not belong here: what is written into them.

`issued_key` has a row for every id ever given to anybody: an id is never forgotten. Nights are
counted; a membership holds from `from_night` until the night before `to_night`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

PERSISTENT = {
    "person": "record_id varchar, rid bigint, citizen_key varchar, component bigint",
    "issued_key": "citizen_key varchar, created_night bigint, state varchar,"
    " successor_key varchar, ended_night bigint, ended_records bigint",
    "membership": "record_id varchar, citizen_key varchar, from_night bigint, to_night bigint",
    "ledger_event": "event_id varchar, night bigint, as_of_date date, event varchar,"
    " citizen_key varchar, other_key varchar, cause varchar, evidence varchar",
    "churn": "night bigint, as_of_date date, cause varchar, records_kept bigint,"
    " records_changed bigint, people_kept bigint, people_changed bigint",
    "announced": "record_id varchar, rid bigint, citizen_key varchar",
    "held_change": "record_id varchar, rid bigint, announced_key varchar,"
    " citizen_key varchar, since_night bigint",
    "announcement": "night bigint, as_of_date date, event varchar, citizen_key varchar,"
    " other_key varchar, records bigint, reason varchar",
}
# What others make, as the ledger sees it; without any there is nothing to see.
_GIVEN = {
    "pair": {"rid_l": "bigint", "rid_r": "bigint", "match_weight": "double", "veto": "varchar"},
    "decision_pair": {
        "record_id_l": "varchar",
        "record_id_r": "varchar",
        "verdict": "varchar",
        "decision_id": "varchar",
    },
    "affected": {"rid": "bigint", "cause": "varchar"},
    "changed_record": {"rid": "bigint", "change": "varchar"},
}


def start_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """Make whatever table of the ledger is not there yet; views given_… over tonight's inputs."""
    for table, columns in PERSISTENT.items():
        con.execute(f"create table if not exists {table} ({columns})")
    for table, kinds in _GIVEN.items():
        view = f"create or replace temp view given_{table} as select"
        try:
            con.execute(f"{view} {', '.join(kinds)} from {table}")
        except duckdb.CatalogException:
            nothing = ", ".join(f"null::{kind} as {name}" for name, kind in kinds.items())
            con.execute(f"{view} {nothing} where false")


def number(
    con: duckdb.DuckDBPyConnection, query: str, given: Mapping[str, Any] | None = None
) -> int:
    """The one whole number a query gives; 0 for null."""
    return int(con.execute(query, dict(given or {})).fetchall()[0][0] or 0)
