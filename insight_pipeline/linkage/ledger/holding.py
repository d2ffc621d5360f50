"""Which changes of ids are clear enough to be told, and which are held back.

Belongs here: newcomers, changes not told so far, and the rule. Does not belong here: telling them
(announcing), or the ids themselves (claims): what the warehouse and the figures use never waits.

A change takes all records of one announced id that now bear one other id. It parts them from those
they were announced with, joins them to those who bear that id, or both. It is told once

- the mean weight is at least join + hysteresis_bits towards those it joins, and below join -
  hysteresis_bits towards those it leaves,
- or a reviewer's decision made it, or a veto stands between those it parts,
- or nobody is left and nobody joined: a change of name only, with no evidence to wait for,
- or it has been there on hysteresis_nights nights, tonight's included.

One that is undone before is never told, and its nights begin anew should it come again. New and
deleted records change nobody's id and never wait; a new one goes by the id its people go by.
"""

from __future__ import annotations

import duckdb

from insight_pipeline.linkage.ledger.between import weigh
from insight_pipeline.linkage.policy import LinkagePolicy

# A newcomer goes by its own id if that is announced among its people, else with most of them.
_NEWCOMER = """
    create or replace temp table ledger_newcomer as
    with newcomer as (
        from ledger_after where rid not in (select rid from announced)
    ), mate as (
        select after.citizen_key, announced.citizen_key as announced_key, count(*) as records
        from ledger_after as after inner join announced using (rid)
        where after.citizen_key in (select citizen_key from newcomer)
        group by after.citizen_key, announced.citizen_key
        qualify row_number() over (
            partition by after.citizen_key
            order by announced_key = after.citizen_key desc, records desc, announced_key) = 1
    )
    select record_id, rid, coalesce(mate.announced_key, newcomer.citizen_key) as citizen_key
    from newcomer left join mate on mate.citizen_key = newcomer.citizen_key
"""

# Everyone there tonight, as announced so far.
_TOLD = """
    create or replace temp view ledger_told as
    select record_id, rid, citizen_key from announced
    where rid not in (select rid from ledger_before where is_gone)
    union all
    select record_id, rid, citizen_key from ledger_newcomer
"""

_HELD = """
    create or replace temp table ledger_held as
    with since as (
        select announced_key, citizen_key, min(since_night) as since_night
        from held_change group by announced_key, citizen_key
    ), differing as (
        select record_id, rid, announced_key, citizen_key from held_change
        where rid not in (select rid from ledger_before)
        union all
        select told.record_id, told.rid, told.citizen_key, after.citizen_key
        from ledger_told as told inner join ledger_after as after using (rid)
        where told.citizen_key <> after.citizen_key
    )
    select differing.*, coalesce(since.since_night, $night) as since_night
    from differing left join since using (announced_key, citizen_key)
"""

# Side 1: the records that change. Side 2: those they leave, and in another weighing those they
# join.
_ID = "concat_ws(' ', kind, announced_key, citizen_key)"
_SIDE = f"""
    create or replace temp table ledger_side as
    with flow as (
        select distinct announced_key, citizen_key from ledger_held
    ), other as (
        select 'left' as kind, announced_key, flow.citizen_key, told.rid, told.record_id
        from flow inner join ledger_told as told on told.citizen_key = announced_key
        union all
        select 'joined', announced_key, citizen_key, person.rid, person.record_id
        from flow inner join person using (citizen_key)
    )
    select {_ID} as id, 1 as side, rid, record_id
    from ledger_held cross join (select unnest(['left', 'joined']) as kind)
    union all
    select {_ID}, 2, rid, record_id
    from other anti join ledger_held using (announced_key, citizen_key, rid)
"""

_FLOW = """
    create or replace temp table ledger_flow as
    with flow as (
        select announced_key, citizen_key, min(since_night) as since_night
        from ledger_held group by announced_key, citizen_key
    ), decided as (
        select id from ledger_side
        where rid in (select rid from given_affected where cause = 'decision')
        group by id having count(distinct side) = 2
    )
    select
        flow.*,
        case
            when parted.records_2 = 0 and joined.records_2 = 0 then 'name only'
            when parted.is_different or len(parted.vetoes) > 0 or joined.is_same
                or parted.id in (select id from decided) or joined.id in (select id from decided)
                then 'decision or veto'
            when coalesce(parted.mean < $join - $bits, true)
                and coalesce(joined.mean >= $join + $bits, true) then 'clear weight'
            when $night - since_night + 1 >= $nights then 'has stood'
        end as reason
    from flow
    inner join ledger_between as parted
        on parted.id = concat_ws(' ', 'left', announced_key, citizen_key)
    inner join ledger_between as joined
        on joined.id = concat_ws(' ', 'joined', announced_key, citizen_key)
"""


def judge_changes(
    con: duckdb.DuckDBPyConnection, night: int, policy: LinkagePolicy, join: float
) -> None:
    """Tables ledger_newcomer, ledger_held (records not announced under the id they bear) and
    ledger_flow(announced_key, citizen_key, since_night, reason): reason null where held back.
    """
    con.execute(_NEWCOMER)
    con.execute(_TOLD)
    con.execute(_HELD, {"night": night})
    con.execute(_SIDE)
    weigh(con, "ledger_between", "ledger_side")
    limits = {"bits": policy.hysteresis_bits, "nights": policy.hysteresis_nights}
    con.execute(_FLOW, {"night": night, "join": join, **limits})
