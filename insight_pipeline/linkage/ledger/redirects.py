"""What an id that was ever given leads to today.

Belongs here: following merges to their end. Does not belong here: making redirects (events).
The chain has no cycle: an id is only ever led to one that is in use, and one that comes back into
use leads nowhere any more.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

STATES = ("current", "split_from", "merged", "retired", "unknown")

_RESOLVE = """
    with recursive asked as (
        select distinct unnest($keys::varchar[]) as key
    ), chain as (
        select key, key as at_key from asked
        union
        select chain.key, issued_key.successor_key
        from chain inner join issued_key on issued_key.citizen_key = chain.at_key
        where issued_key.successor_key is not null
    ), ending as (
        select chain.key, issued_key.citizen_key as end_key, issued_key.state
        from chain inner join issued_key on issued_key.citizen_key = chain.at_key
        where issued_key.successor_key is null
    ), parted as (
        select other_key as key from ledger_event where event in ('split', 'returned')
        union
        select citizen_key from ledger_event where event = 'moved'
    )
    select
        asked.key,
        case when ending.state = 'current' then end_key end as resolved_key,
        case when ending.state is null then 'unknown'
            when ending.state <> 'current' then 'retired'
            when end_key <> asked.key then 'merged'
            when end_key in (select key from parted) then 'split_from'
            else 'current' end as state
    from asked left join ending using (key)
    order by asked.key
"""


def resolve(con: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """Columns key, resolved_key, state: each id asked for once, in order.

    current: in use, and nothing was ever taken from it. split_from: in use, but some records it
    once had have since gone to other ids; the log says which. merged: resolved_key stands for it.
    retired: nobody is left, resolved_key is null, and that is no error. unknown: never issued.
    """
    return con.sql(_RESOLVE, params={"keys": list(keys)})
