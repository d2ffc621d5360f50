"""Which people a night touches: whole components, of last night and of tonight.

Belongs here: the records whose person must be found again, and why. Does not belong here: finding
it (partition). Nobody outside can be affected: a component is all that pairs at or above the join
weight reach, and every pair that came, went or changed has an end in here.
"""

from __future__ import annotations

import duckdb

_TRIGGER = """
    create or replace temp table triggered as
    select rid, min(cause) as cause from (
        select rid, 'evidence ' || change as cause from changed_record
        union all
        select record.rid, 'decision'
        from changed_decision inner join store.record using (record_id)
        union all
        select other.rid, null
        from (
            select record_id_l as record_id, record_id_r as other_id from store.decision_pair
            union all
            select record_id_r, record_id_l from store.decision_pair
        ) semi join renewed using (record_id)
        inner join store.record as other on other.record_id = other_id
        union all
        select unnest([rid_l, rid_r]), null from pair where match_weight >= {join}
        union all
        select unnest([rid_l, rid_r]), null from lost_pair
        union all
        select rid, {anew} from renewed
    ) group by rid
"""
_AFFECTED = """
    create or replace temp table affected as
    with touched as (
        select distinct component from store.person semi join triggered using (rid)
    ), member as (
        select rid from store.person semi join touched using (component)
        union
        select rid from renewed
        union
        select rid from triggered
    )
    select record.record_id, rid, cause
    from member inner join store.record using (rid) left join triggered using (rid)
"""


def find_affected(con: duckdb.DuckDBPyConnection, join: float, anew: str | None) -> int:
    """Temp table affected(record_id, rid, cause) of records that exist tonight; how many.

    `anew` is the cause where everything is linked again ('new model', 'new method').
    """
    cause = "null" if anew is None else f"'{anew}'"
    con.execute(_TRIGGER.format(join=join, anew=cause))
    con.execute(_AFFECTED)
    return int(con.execute("select count(*) from affected").fetchall()[0][0])
