"""The identity ledger: ids that outlast a night, and what happened to them.

Belongs here: giving tonight's parts the ids of the people they were. Does not belong here: which
records are one person (clustering); the ledger never influences that.

Claims: each old id goes to the part holding most of its records (ties: the smallest record id).
Where several ids claim one part they are merged and the oldest stays; a part nobody claims gets a
new id, made from its smallest record id, so that a rebuild from nothing gives the same ids.
"""

from __future__ import annotations

import duckdb

SALTS = 32

_EVENTS = "event varchar, citizen_key varchar, other_key varchar, cause varchar, night bigint"


def start_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """Empty tables old_person and ledger_event, for a store that does not exist yet."""
    con.execute("create table old_person (record_id varchar, citizen_key varchar)")
    con.execute(f"create table ledger_event ({_EVENTS})")


def resume_ledger(con: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Tables old_person and ledger_event as last night's store left them."""
    start_ledger(con)
    con.execute(f"insert into old_person select record_id, citizen_key from {catalog}.person")
    logged = f"select event, citizen_key, other_key, cause, night from {catalog}.ledger_event"
    con.execute(f"insert into ledger_event {logged}")


_CLAIM = """
    create or replace temp table claim as
    with held as (
        select citizen_key, part, count(*) as records, min(record_id) as smallest
        from old_person inner join part using (record_id) group by all
    ), born as (
        select citizen_key, min(night) as night from ledger_event
        where event in ('created', 'split') group by all
    ), claimed as (
        select citizen_key, part from held
        qualify row_number() over (
            partition by citizen_key order by records desc, smallest) = 1
    )
    select citizen_key, part, row_number() over (
        partition by part order by night, citizen_key) as standing
    from claimed inner join born using (citizen_key)
"""

# The first salt whose key was never used; every part has its own smallest record id.
_FRESH = f"""
    create or replace temp table fresh as
    with used as (
        select citizen_key from ledger_event
    ), made as (
        select part, salt,
            substr(sha256('citizen ' || salt || ' ' || part), 1, 24) as citizen_key
        from (select distinct part from part where part not in (select part from claim))
        cross join range({SALTS}) as salts(salt)
    )
    select part, citizen_key from made
    where citizen_key not in (select citizen_key from used)
    qualify row_number() over (partition by part order by salt) = 1
"""

_PERSON = """
    create or replace table person as
    select record_id, coalesce(claim.citizen_key, fresh.citizen_key) as citizen_key, component
    from part
    left join claim on claim.part = part.part and claim.standing = 1
    left join fresh on fresh.part = part.part
    order by record_id
"""

_LOG = """
    create or replace temp table tonight as
    with origin as (
        select fresh.citizen_key, old_person.citizen_key as other_key
        from fresh inner join part using (part) inner join old_person using (record_id)
        group by fresh.citizen_key, old_person.citizen_key
        qualify row_number() over (partition by fresh.citizen_key
            order by count(*) desc, old_person.citizen_key) = 1
    )
    select 'created' as event, citizen_key, null::varchar as other_key
    from fresh where citizen_key not in (select citizen_key from origin)
    union all
    select 'split', citizen_key, other_key from origin
    union all
    select 'merged', loser.citizen_key, keeper.citizen_key
    from claim as loser inner join claim as keeper
        on keeper.part = loser.part and keeper.standing = 1
    where loser.standing > 1
    union all
    select distinct 'retired', citizen_key, null from old_person
    where citizen_key not in (select citizen_key from claim)
"""


def name_people(con: duckdb.DuckDBPyConnection, night: int, cause: str) -> dict[str, int]:
    """Table person(record_id, citizen_key, component) and tonight's events; counts of events."""
    con.execute(_CLAIM)
    con.execute(_FRESH)
    con.execute(_PERSON)
    con.execute(_LOG)
    con.execute(
        "insert into ledger_event select event, citizen_key, other_key, ?, ? from tonight "
        "order by event, citizen_key",
        [cause, night],
    )
    counted = con.execute("select event, count(*) from tonight group by event").fetchall()
    return {str(event): int(number) for event, number in counted}
