"""Which part of tonight's records keeps which id.

Belongs here: claims of ids on parts, and new ids. Does not belong here: which records are one
person (clustering; the ledger never influences that), or what is written down about it (events).

Every rule below is a choice with a total order, over touched people only:

1. A living id goes to the part with most of its records (ties: the smallest record id).
2. Where living ids meet in one part the oldest stays (ties: the smallest id); the rest are merged.
3. A merge that is undone is undone in the ids as well. A part with more than half of the records
   that a merged id had at its merge gets that id back, and rule 1 sends the survivor elsewhere,
   if the survivor's own records of before the merge are now mostly in another part. Otherwise
   the survivor would follow the greater number, and an id would come to stand for the very people
   it was never given to. More than half: no two parts can claim the same id, and none guesses.
4. A retired id goes back to the part with most of the records that come back and last bore it.
5. A living id stands before one that comes back, unless that one's merge is undone here and it
   brings more records: the living one is then a splinter of it, and merged by rule 2.
6. A part that nobody claims gets a new id, made from its smallest record id, so that a rebuild
   from nothing gives the same ids, and an id that was ever issued is never issued again.
"""

from __future__ import annotations

import duckdb

from insight_pipeline.linkage.ledger.tables import number

# Every membership, past and present, of tonight's records.
_PAST = """
    create or replace temp table ledger_past as
    select past.record_id, part.rid, part.part, past.citizen_key, past.from_night, past.to_night
    from membership as past inner join part on part.record_id = past.record_id
"""

# Parts with more than half of the records that a merged id had when it ended.
_FORMER = """
    create or replace temp table ledger_former as
    select
        past.citizen_key, past.part, issued.ended_night, issued.successor_key,
        count(*) as records, min(past.record_id) as smallest
    from ledger_past as past
    inner join issued_key as issued
        on issued.citizen_key = past.citizen_key and issued.ended_night = past.to_night
    where issued.state = 'merged'
    group by
        past.citizen_key, past.part, issued.ended_night, issued.successor_key,
        issued.ended_records
    having 2 * count(*) > issued.ended_records
"""

# Merged ids whose survivor's own records are now mostly in another part than theirs.
_UNDONE = """
    create or replace temp table ledger_undone as
    with own as (
        select former.citizen_key, past.part
        from ledger_former as former
        inner join ledger_past as past
            on past.citizen_key = former.successor_key
            and past.from_night < former.ended_night
            and coalesce(past.to_night, former.ended_night) >= former.ended_night
        group by former.citizen_key, past.part
        qualify row_number() over (
            partition by former.citizen_key order by count(*) desc, min(past.record_id)) = 1
    )
    select former.citizen_key, former.part, former.ended_night
    from ledger_former as former inner join own using (citizen_key)
    where own.part <> former.part
"""

# Living ids, and the parts which they leave to an id whose merge is undone there.
_RELEASED = """
    create or replace temp table ledger_released as
    select distinct ledger_before.citizen_key, undone.part
    from ledger_undone as undone
    inner join ledger_past as past
        on past.citizen_key = undone.citizen_key
        and past.part = undone.part
        and past.to_night = undone.ended_night
    inner join ledger_before on ledger_before.rid = past.rid
"""

_CLAIM = """
    create or replace temp table ledger_claim as
    with held as (
        select citizen_key, part, count(*) as records, min(record_id) as smallest
        from ledger_before where not is_gone group by citizen_key, part
    ), living as (
        select held.citizen_key, held.part, held.records
        from held left join ledger_released as released
            on released.citizen_key = held.citizen_key and released.part = held.part
        qualify row_number() over (
            partition by held.citizen_key
            order by released.part is not null, held.records desc, held.smallest) = 1
    ), back as (
        select record_id, part, citizen_key from ledger_past
        where rid not in (select rid from ledger_before)
        qualify row_number() over (partition by rid order by from_night desc) = 1
    ), retired as (
        select back.citizen_key, back.part, count(*) as records
        from back inner join issued_key using (citizen_key)
        where issued_key.state = 'retired'
        group by back.citizen_key, back.part
        qualify row_number() over (
            partition by back.citizen_key order by count(*) desc, min(back.record_id)) = 1
    ), claimant as (
        select citizen_key, part, records, true as is_living from living
        union all
        select citizen_key, part, records, false from retired
        union all
        select citizen_key, part, records, false from ledger_former
    ), ranked as (
        select *,
            is_living or coalesce(
                citizen_key in (select citizen_key from ledger_undone)
                and records > max(records) filter (is_living) over (partition by part),
                false
            ) as is_first
        from claimant
    )
    select
        ranked.citizen_key, ranked.part, ranked.records, ranked.is_living,
        row_number() over (
            partition by ranked.part
            order by ranked.is_first desc, issued_key.created_night, ranked.citizen_key
        ) as standing
    from ranked inner join issued_key using (citizen_key)
"""

_UNCLAIMED = """
    create or replace temp table ledger_fresh as
    select part, min(record_id) as smallest, null::varchar as citizen_key
    from part where part not in (select part from ledger_claim)
    group by part
"""

_MADE = "substr(sha256('citizen ' || $salt || ' ' || smallest), 1, 24)"
_FRESH = f"""
    update ledger_fresh set citizen_key = {_MADE}
    where citizen_key is null and {_MADE} not in (select citizen_key from issued_key)
"""

_AFTER = """
    create or replace temp table ledger_after as
    select
        part.record_id, part.rid, part.component, part.part,
        coalesce(claim.citizen_key, fresh.citizen_key) as citizen_key
    from part
    left join ledger_claim as claim on claim.part = part.part and claim.standing = 1
    left join ledger_fresh as fresh on fresh.part = part.part
"""


def name_parts(con: duckdb.DuckDBPyConnection) -> None:
    """Table ledger_after(record_id, rid, component, part, citizen_key): tonight's touched records.

    Reads part, membership, issued_key and ledger_before (last night's rows of touched people).
    Leaves ledger_claim(citizen_key, part, records, is_living, standing) behind.
    """
    for query in (_PAST, _FORMER, _UNDONE, _RELEASED, _CLAIM, _UNCLAIMED):
        con.execute(query)
    salt = 0
    # Ever another salt gives ever another id, and only so many were issued: this ends.
    while number(con, "select count(*) from ledger_fresh where citizen_key is null"):
        con.execute(_FRESH, {"salt": str(salt)})
        salt += 1
    con.execute(_AFTER)
