"""What changed since last night: records whose evidence is new, different or gone.

Belongs here: a mark per record and the comparison with last night's marks. Does not belong here:
what follows from a change. A record changes when what is said about it changes; a delivery that
says the same again only moves where it was said, and is not linked anew.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import duckdb

from insight_pipeline.linkage.evidence.load import COLUMNS, refuse_nameless_records, union_of
from insight_pipeline.linkage.evidence.record import RID, refuse_same_numbers

ORIGIN = ("delivery_id", "row_number")

# Sums of hashes do not depend on the order of rows, and keep repeated rows apart.
_MARKS = """
    create or replace temp table tonight_mark as
    select record_id, {rid} as rid, sum(hash({content})) as content, sum(hash({origin})) as origin
    from ({union}) group by record_id
"""
_CHANGED = """
    create or replace temp table changed_record as
    select
        coalesce(tonight.record_id, last.record_id) as record_id,
        coalesce(tonight.rid, last.rid) as rid,
        case
            when last.rid is null then 'added'
            when tonight.rid is null then 'deleted'
            else 'changed'
        end as change
    from tonight_mark as tonight
    full join store.record_mark as last on last.record_id = tonight.record_id
    where tonight.content is distinct from last.content
"""
_MOVED = """
    create or replace temp table moved_record as
    select tonight.record_id
    from tonight_mark as tonight
    inner join store.record_mark as last using (record_id)
    where tonight.content = last.content and tonight.origin <> last.origin
"""
_STILL_THERE = "changed_record where change <> 'deleted'"
_RENEWED = "create or replace temp table renewed as select record_id, rid from {source}"


def find_changes(con: duckdb.DuckDBPyConnection, paths: Sequence[Path], anew: bool) -> int:
    """What is new since store.record_mark, which is left as it is until `remember`.

    Temp tables changed_record(record_id, rid, change), the true differences; moved_record; renewed,
    the records to clean and compare tonight (all of them when `anew`); stale, those whose rows of
    last night no longer hold. Returns how many records changed.
    """
    union = union_of(con, paths)
    refuse_nameless_records(con, union)
    content = ", ".join(name for name in COLUMNS if name not in ORIGIN)
    con.execute(_MARKS.format(rid=RID, content=content, origin=", ".join(ORIGIN), union=union))
    refuse_same_numbers(con, "tonight_mark")
    con.execute(_CHANGED)
    con.execute(_MOVED)
    con.execute(_RENEWED.format(source="tonight_mark" if anew else _STILL_THERE))
    con.execute("create or replace temp table stale as select record_id, rid from changed_record")
    return int(con.execute("select count(*) from changed_record").fetchall()[0][0])


def remember(con: duckdb.DuckDBPyConnection) -> None:
    """Tonight's marks in the place of last night's."""
    con.execute("""
        delete from store.record_mark where record_id in (
            select record_id from changed_record union all select record_id from moved_record)
    """)
    con.execute("""
        insert into store.record_mark by name
        from tonight_mark anti join store.record_mark as known using (record_id)
    """)


def evidence_date(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> datetime.date | None:
    """The latest day any evidence is known to hold from: the date of a night's knowledge.

    A day after the evidence ends is a mistake, and tells no date.
    """
    rows = con.execute(f"""
        select max(valid_from_date) from ({union_of(con, paths)})
        where valid_from_date <= coalesce(valid_to_date, valid_from_date)
    """).fetchall()
    return rows[0][0] if isinstance(rows[0][0], datetime.date) else None
