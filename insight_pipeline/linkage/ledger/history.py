"""Who a record was, on any night: the membership table and what it is asked.

Belongs here: keeping and asking the past. Does not belong here: what an old id is called today
(redirects). A record bears exactly one id from the night it came until the night it went.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from insight_pipeline.linkage.ledger.tables import number

_CLOSE = """
    update membership set to_night = $night
    where to_night is null and record_id in (
        select ledger_before.record_id
        from ledger_before left join ledger_after using (rid)
        where ledger_before.citizen_key is distinct from ledger_after.citizen_key)
"""
_OPEN = """
    insert into membership
    select ledger_after.record_id, ledger_after.citizen_key, $night, null
    from ledger_after left join ledger_before using (rid)
    where ledger_before.citizen_key is distinct from ledger_after.citizen_key
    order by ledger_after.rid
"""
_AS_OF = """
    select record_id, citizen_key from membership
    where from_night <= $night and (to_night is null or to_night > $night)
"""


def keep_memberships(con: duckdb.DuckDBPyConnection, night: int) -> None:
    """Close the memberships that ended tonight and open those that began."""
    con.execute(_CLOSE, {"night": night})
    con.execute(_OPEN, {"night": night})


def as_of(con: duckdb.DuckDBPyConnection, night: int) -> duckdb.DuckDBPyRelation:
    """Columns record_id, citizen_key: the people as they stood after a night, by record."""
    return con.sql(_AS_OF, params={"night": night})


def night_of(con: duckdb.DuckDBPyConnection, day: date) -> int | None:
    """The night that stands for a day: the latest one dated on or before it, if any."""
    query = "select max(night) from churn where as_of_date <= $day"
    return number(con, query, {"day": day}) or None


def key_of(con: duckdb.DuckDBPyConnection, record_id: str, night: int) -> str | None:
    """The id a record bore after a night; None if there was no such record then."""
    rows = con.execute(
        f"select citizen_key from ({_AS_OF}) where record_id = $record",
        {"night": night, "record": record_id},
    ).fetchall()
    return str(rows[0][0]) if rows else None


def records_of(con: duckdb.DuckDBPyConnection, key: str, night: int) -> int:
    """How many records bore an id after a night."""
    query = f"select count(*) from ({_AS_OF}) where citizen_key = $key"
    return number(con, query, {"night": night, "key": key})


def key_events(con: duckdb.DuckDBPyConnection, key: str) -> duckdb.DuckDBPyRelation:
    """Columns night, as_of_date, event, citizen_key, other_key, cause, evidence: an id's life."""
    return con.sql(
        "select night, as_of_date, event, citizen_key, other_key, cause, evidence "
        "from ledger_event where citizen_key = $key or other_key = $key "
        "order by night, event, citizen_key, other_key",
        params={"key": key},
    )


def forget(con: duckdb.DuckDBPyConnection, record_ids: Sequence[str]) -> None:
    """Take records out of the past as well: an erased record was nobody, on any night.

    Their ids and the events of these stay: they name no record. To be called once the records are
    deleted; should one come back it is new, and its old id is not for it to claim.
    """
    for table in ("membership", "announced", "held_change"):
        con.execute(
            f"delete from {table} where record_id in (select unnest(?))", [list(record_ids)]
        )
