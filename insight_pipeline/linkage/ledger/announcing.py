"""What partners are told of ids, and when it was: the change feed.

Belongs here: letting changes out and the feed. Does not belong here: which may go out (holding).
Table `announced` has the id each record was last announced under, `held_change` the records that
bear another by now, `announcement` all that was ever told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from insight_pipeline.linkage.ledger.changes import find_changes
from insight_pipeline.linkage.ledger.holding import judge_changes
from insight_pipeline.linkage.ledger.tables import number
from insight_pipeline.linkage.policy import LinkagePolicy


@dataclass(frozen=True)
class Announced:
    """Changes announced tonight (first announcements of people included), and held back."""

    told: int
    held: int


_CONCERNED = """
    create or replace temp table ledger_concerned as
    select citizen_key from ledger_newcomer
    union
    select citizen_key from announced where rid in (select rid from ledger_before where is_gone)
    union
    select unnest([announced_key, citizen_key]) from ledger_flow where reason is not null
"""
_STATE = """
    create or replace temp table {target} as
    select rid, citizen_key from announced
    where citizen_key in (select citizen_key from ledger_concerned)
"""

_APPLY = (
    "delete from announced where rid in (select rid from ledger_before where is_gone)",
    "insert into announced select record_id, rid, citizen_key from ledger_newcomer order by rid",
    """
    update announced set citizen_key = told.citizen_key
    from (
        select rid, held.citizen_key
        from ledger_held as held inner join ledger_flow using (announced_key, citizen_key)
        where reason is not null
    ) as told
    where told.rid = announced.rid
    """,
    "delete from held_change",
    """
    insert into held_change
    select record_id, rid, announced_key, citizen_key, held.since_night
    from ledger_held as held inner join ledger_flow using (announced_key, citizen_key)
    where reason is null order by rid
    """,
)

_WRITE = """
    insert into announcement
    select $night, $as_of, event, change.citizen_key, other_key, records,
        coalesce(reason, 'records came or went')
    from ledger_telling as change
    left join ledger_flow as flow
        on flow.announced_key = change.from_key and flow.citizen_key = change.to_key
    order by event, change.citizen_key, other_key
"""


def announce(
    con: duckdb.DuckDBPyConnection,
    night: int,
    as_of: date | None,
    policy: LinkagePolicy,
    join: float,
) -> Announced:
    """Decide what partners are told tonight; `join` in bits is the model's join threshold.

    To be called after update_ledger, in the same night, on the same connection. Writes tables
    announced, held_change and announcement.
    """
    judge_changes(con, night, policy, join)
    con.execute(_CONCERNED)
    con.execute(_STATE.format(target="ledger_told_before"))
    for query in _APPLY:
        con.execute(query)
    con.execute(_STATE.format(target="ledger_told_after"))
    find_changes(con, "ledger_telling", "ledger_told_before", "ledger_told_after", "announcement")
    con.execute(_WRITE, {"night": night, "as_of": as_of})
    return Announced(
        told=number(con, "select count(*) from ledger_telling"),
        held=number(con, "select count(*) from ledger_flow where reason is null"),
    )


def change_feed(con: duckdb.DuckDBPyConnection, since_night: int) -> duckdb.DuckDBPyRelation:
    """Columns night, as_of_date, event, citizen_key, other_key, records, reason.

    What was announced after night `since_night`, in order: a partner passes the last it has read.
    """
    return con.sql(
        "select night, as_of_date, event, citizen_key, other_key, records, reason "
        "from announcement where night > $since order by night, event, citizen_key, other_key",
        params={"since": since_night},
    )
