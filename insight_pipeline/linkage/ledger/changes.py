"""What happened to ids between two states of the same records.

Belongs here: telling created, merged, split, moved, retired and returned apart. Does not belong
here: which ids there are (claims, announcing), or why it happened (evidence).
"""

from __future__ import annotations

import duckdb

# An id that ended went where most of its records went; a new one came out of the living id that
# most of its records bore. Every other way from one id to another is a move.
_CHANGES = """
    create or replace temp table {target} as
    with flow as (
        select old.citizen_key as from_key, new.citizen_key as to_key, count(*) as records
        from {before} as old inner join {after} as new using (rid)
        where old.citizen_key <> new.citizen_key
        group by old.citizen_key, new.citizen_key
    ), earlier as (
        select citizen_key, count(*) as records from {before} group by citizen_key
    ), later as (
        select citizen_key, count(*) as records from {after} group by citizen_key
    ), born as (
        from later where citizen_key not in (select citizen_key from earlier)
    ), ended as (
        from earlier where citizen_key not in (select citizen_key from later)
    ), origin as (
        select to_key, from_key, records from flow
        where to_key in (select citizen_key from born)
            and from_key not in (select citizen_key from ended)
        qualify row_number() over (partition by to_key order by records desc, from_key) = 1
    ), heir as (
        select from_key, to_key, records from flow
        where from_key in (select citizen_key from ended)
        qualify row_number() over (partition by from_key order by records desc, to_key) = 1
    ), known as (
        select distinct citizen_key from {known}
    )
    select
        case when known.citizen_key is not null then 'returned'
            when origin.from_key is null then 'created' else 'split' end as event,
        born.citizen_key, origin.from_key as other_key,
        coalesce(origin.records, born.records) as records,
        origin.from_key, born.citizen_key as to_key
    from born
    left join origin on origin.to_key = born.citizen_key
    left join known on known.citizen_key = born.citizen_key
    union all
    select
        case when heir.to_key is null then 'retired' else 'merged' end,
        ended.citizen_key, heir.to_key, coalesce(heir.records, ended.records),
        ended.citizen_key, heir.to_key
    from ended left join heir on heir.from_key = ended.citizen_key
    union all
    select 'moved', flow.from_key, flow.to_key, flow.records, flow.from_key, flow.to_key
    from flow
    left join origin on origin.from_key = flow.from_key and origin.to_key = flow.to_key
    left join heir on heir.from_key = flow.from_key and heir.to_key = flow.to_key
    where origin.to_key is null and heir.to_key is null
"""


def find_changes(
    con: duckdb.DuckDBPyConnection, target: str, before: str, after: str, known: str
) -> None:
    """Table `target`(event, citizen_key, other_key, records, from_key, to_key).

    `before` and `after` have (rid, citizen_key) and hold all records of every id named in them;
    `known` has the citizen_key of every id that was ever given before. Between a split or returned
    id (citizen_key) and other_key records came from the latter; merged and moved ones went there.
    """
    con.execute(_CHANGES.format(target=target, before=before, after=after, known=known))
