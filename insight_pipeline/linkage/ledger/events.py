"""The log of the ledger: every event with its cause and its evidence, and the state of every id.

Belongs here: writing down what happened tonight. Does not belong here: deciding it (claims,
changes). Evidence is counts, bits, names of vetoes and ids of decisions, never a value or a record.

| event    | citizen_key           | other_key                          |
| -------- | --------------------- | ---------------------------------- |
| created  | the new id            |                                    |
| split    | the new id            | the id it came out of              |
| merged   | the id that ended     | the id that stands for it          |
| moved    | the id records left   | the id they went to; both were     |
| retired  | the id without records|                                    |
| returned | the old id, in use    | the id most of its records left, if any |
"""

from __future__ import annotations

from datetime import date

import duckdb

from insight_pipeline.linkage.ledger.between import weigh

EVENTS = ("created", "merged", "split", "moved", "retired", "returned")
# What explains a change best comes first, where several things happened to the same people.
CAUSES = (
    "new method",
    "new model",
    "decision",
    "evidence deleted",
    "evidence changed",
    "evidence added",
)
NO_CAUSE = "not recorded"

_EVENT = """
    create or replace temp table ledger_tonight as
    select substr(sha256(concat_ws(' ', 'event', $night, event, citizen_key,
        coalesce(other_key, '-'))), 1, 24) as id, *
    from ledger_change
"""

# An ended id whose records turn up under an id it does not lead to is led there.
_LED = """
    insert into ledger_change
    with recursive loser as (
        select lost.citizen_key, lost.records, keeper.citizen_key as keeper_key
        from ledger_claim as lost
        inner join ledger_claim as keeper on keeper.part = lost.part and keeper.standing = 1
        where not lost.is_living and lost.standing > 1
    ), chain as (
        select citizen_key, citizen_key as at_key from loser
        union
        select chain.citizen_key, issued_key.successor_key
        from chain inner join issued_key on issued_key.citizen_key = chain.at_key
        where issued_key.successor_key is not null
    )
    select 'merged', citizen_key, keeper_key, records, citizen_key, keeper_key
    from loser
    where not exists (from chain where chain.citizen_key = loser.citizen_key
        and chain.at_key = loser.keeper_key)
"""

_SIDE = """
    create or replace temp table ledger_side as
    with after as (
        select ledger_after.rid, ledger_after.record_id, ledger_after.citizen_key,
            ledger_before.citizen_key as old_key
        from ledger_after left join ledger_before using (rid)
    ), event as (
        select id, from_key, to_key, event in ('split', 'returned') as is_apart
        from ledger_tonight where from_key is not null and to_key is not null
    )
    select id, 1 as side, rid, record_id
    from event inner join after on after.citizen_key = to_key and old_key = from_key
    union all
    select id, 2, rid, record_id
    from event inner join after on after.citizen_key = from_key
    where is_apart
    union all
    select id, 2, rid, record_id
    from event inner join after on after.citizen_key = to_key and old_key is distinct from from_key
    where not is_apart
"""

# The best-placed cause among the two ids' own records, else in their components, else tonight.
_CAUSE = """
    create or replace temp table ledger_cause as
    with trigger as (
        select rid, min(list_position($causes, cause)) as place
        from (
            select rid, cause from given_affected
            union all
            select rid, 'evidence deleted' from given_changed_record where change = 'deleted'
        ) group by rid
    ), seen as (
        select rid, component, citizen_key from ledger_before
        union all
        select rid, component, citizen_key from ledger_after
    ), placed as (
        select seen.component, seen.citizen_key, trigger.place
        from seen left join trigger using (rid)
    ), around as (
        select component, min(place) as place from placed group by component
    ), by_key as (
        select placed.citizen_key, min(placed.place) as own, min(around.place) as near
        from placed inner join around using (component) group by placed.citizen_key
    ), concerned as (
        select id, unnest([citizen_key, other_key]) as citizen_key from ledger_tonight
    )
    select id, coalesce(list_extract($causes, coalesce(
        min(own), min(near), (select min(place) from trigger)
    )), $none) as cause
    from concerned left join by_key using (citizen_key)
    group by id
"""

_WRITE = """
    insert into ledger_event
    select
        id, $night, $as_of, event, citizen_key, other_key, cause,
        to_json({
            'records_moved': records,
            'records_other_side': records_2,
            'pairs': pairs,
            'strongest_bits': strongest,
            'mean_bits': mean,
            'vetoes': vetoes,
            'decisions': decisions
        })::varchar
    from ledger_tonight
    inner join ledger_cause using (id)
    left join ledger_between using (id)
    order by event, citizen_key, other_key
"""

_BORN = """
    insert into issued_key
    select citizen_key, $night, 'current', null, null, null from ledger_change
    where event in ('created', 'split') order by citizen_key
"""
_RETURNED = """
    update issued_key
    set state = 'current', successor_key = null, ended_night = null, ended_records = null
    from ledger_change as change
    where change.event = 'returned' and change.citizen_key = issued_key.citizen_key
"""
# An id that had ended before and is only led elsewhere keeps the night it ended.
_ENDED = """
    update issued_key set
        state = change.event, successor_key = change.other_key,
        ended_night = coalesce(issued_key.ended_night, $night),
        ended_records = coalesce(issued_key.ended_records, change.had)
    from (
        select event, other_key, citizen_key, had
        from ledger_change left join (
            select citizen_key, count(*) as had from ledger_before group by citizen_key
        ) using (citizen_key)
        where event in ('merged', 'retired')
    ) as change
    where change.citizen_key = issued_key.citizen_key
"""


def record_events(con: duckdb.DuckDBPyConnection, night: int, as_of: date | None) -> dict[str, int]:
    """Log table ledger_change as tonight's events and bring issued_key up to date; counts.

    Leaves ledger_tonight (the changes with their event id) and ledger_cause(id, cause) behind.
    """
    con.execute(_BORN, {"night": night})
    con.execute(_RETURNED)
    con.execute(_ENDED, {"night": night})
    con.execute(_LED)
    con.execute(_ENDED, {"night": night})
    con.execute(_EVENT, {"night": night})
    con.execute(_SIDE)
    weigh(con, "ledger_between", "ledger_side")
    con.execute(_CAUSE, {"causes": list(CAUSES), "none": NO_CAUSE})
    con.execute(_WRITE, {"night": night, "as_of": as_of})
    counted = con.execute("select event, count(*) from ledger_tonight group by event").fetchall()
    return {str(event): int(events) for event, events in counted}
