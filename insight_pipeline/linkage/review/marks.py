"""The mark of evidence: equal as long as records say what they said when somebody judged them.

Belongs here: the fingerprint of what some records say. Does not belong here: what follows from a
changed one (queue). Times and days of delivery do not count: the same said again is no news.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

MARK_HEX = 32


def marks(groups: str) -> str:
    """Query (group_id, evidence_mark) over a query `groups` (group_id, record_id)."""
    return f"""
        with grouped as (
            select distinct group_id, record_id from ({groups})
        ), said as (
            select record_id, field, value from evidence_value
            semi join grouped using (record_id)
            union all
            select record_id, 'trusted_id', trusted_id from trusted_value
            semi join grouped using (record_id)
        ), spoken as (
            select record_id, sha256(string_agg(field || '=' || value, chr(31)
                order by field, value)) as words
            from said group by record_id
        )
        select group_id, substr(sha256(string_agg(
            record_id || '=' || coalesce(words, ''), chr(30) order by record_id)),
            1, {MARK_HEX}) as evidence_mark
        from grouped left join spoken using (record_id) group by group_id
    """


def evidence_mark(con: duckdb.DuckDBPyConnection, records: Sequence[str]) -> str:
    """The mark of what these records say now."""
    con.register("marked", pa.table({"record_id": pa.array(records, pa.string())}))
    try:
        query = marks("select 'one' as group_id, record_id from marked")
        return str(con.execute(query).fetchall()[0][1])
    finally:
        con.unregister("marked")
