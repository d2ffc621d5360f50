"""How common a value is among PEOPLE: what agreeing on it by chance is worth.

Belongs here: value frequencies and the sure duplicates they are counted over. Does not belong
here: which columns use them (comparisons) or how (splink_engine).

Counted over records, a rare surname looks common because its one bearer is known to five
providers; every true pair would then be weighed too low, the more so the more often people are
recorded. So records that agree exactly on three facts are first taken together.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import numpy as np
import pyarrow as pa

from insight_pipeline.linkage.people.clustering import components

# Facts that hardly ever agree exactly between two people, each a text per record or NULL.
SURE_KEYS = (
    "given || '|' || family || '|' || birth_text",
    "given || '|' || birth_text || '|' || postcode",
    "family || '|' || left(given, 1) || '|' || birth_text || '|' || postcode",
    "given || '|' || family || '|' || place_key",
    "given || '|' || family || '|' || postcode",
    "given || '|' || birth_text || '|' || place_key",
    "given || '|' || trusted_first",
    "birth_text || '|' || trusted_first",
    "given || '|' || email",
    "birth_text || '|' || email",
)


def group_sure_duplicates(con: duckdb.DuckDBPyConnection) -> None:
    """Table sure(rid, person): records that agree on any of the sure keys, transitively."""
    edges = " union all ".join(
        f"select rid, min(rid) over (partition by {key}) as first from record"
        f" where ({key}) is not null"
        for key in SURE_KEYS
    )
    linked = f"select distinct rid, first from ({edges}) where rid <> first"
    found = con.execute(linked).fetchnumpy()
    rids = con.execute("select rid from record order by rid").fetchnumpy()["rid"]
    ends = (np.searchsorted(rids, found[end].astype(np.int64)) for end in ("rid", "first"))
    labels = components(len(rids), *ends)
    con.register("labels", pa.table({"rid": rids, "person": rids[labels]}))
    con.execute("create or replace table sure as select rid, person from labels")
    con.unregister("labels")


def count_frequencies(con: duckdb.DuckDBPyConnection, columns: Iterable[str]) -> None:
    """Per column a table frequency_<column>(<column>, tf_<column>): its share of people."""
    for column in sorted(set(columns)):
        con.execute(f"""
            create or replace table frequency_{column} as
            with bearer as (
                select distinct {column}, person from record inner join sure using (rid)
                where {column} is not null
            )
            select {column}, count(*)::double / (select count(distinct person) from bearer)
                as tf_{column}
            from bearer group by {column}
        """)


def rarest_shares(con: duckdb.DuckDBPyConnection, columns: Iterable[str]) -> dict[str, float]:
    """Per column the share of a value that one person bears: that of any value not counted."""
    return {
        column: 1.0 / max(number, 1)
        for column in sorted(set(columns))
        for number in [_bearers(con, column)]
    }


def _bearers(con: duckdb.DuckDBPyConnection, column: str) -> int:
    rows = con.execute(f"""
        select count(distinct person) from record inner join sure using (rid)
        where {column} is not null
    """).fetchall()
    return int(rows[0][0])
