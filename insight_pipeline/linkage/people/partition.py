"""From scored pairs to the partition: which records are one person, tonight.

Belongs here: carrying the pair table through vetoes and clustering and back into SQL.
Does not belong here: what the person is called (ledger) or what is known of them (golden).
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from insight_pipeline.linkage.people.clustering import Pairs, partition
from insight_pipeline.linkage.people.trust import (
    Issuer,
    identity_numbers,
    judge_issuers,
    veto_different_numbers,
)


def find_people(con: duckdb.DuckDBPyConnection, records: int, join: float) -> list[Issuer]:
    """Table part(record_id, component, part): components and parts named by smallest record id."""
    issuers = judge_issuers(con)
    identity = identity_numbers(con, records, issuers, join)
    veto_different_numbers(con, issuers)
    table = con.execute("""
        select rid_l, rid_r, match_weight, veto is not null as vetoed
        from pair order by rid_l, rid_r
    """).fetchnumpy()
    pairs = Pairs(
        left=table["rid_l"].astype(np.int64),
        right=table["rid_r"].astype(np.int64),
        weight=table["match_weight"].astype(np.float64),
        vetoed=table["vetoed"].astype(np.bool_),
    )
    found = partition(records, pairs, identity, join)
    positions = pa.table(
        {"rid": np.arange(records), "component": found.component, "part": found.cluster}
    )
    con.register("found", positions)
    con.execute("""
        create or replace table part as
        select record.record_id, c.record_id as component, p.record_id as part
        from found
        inner join record using (rid)
        inner join record as c on c.rid = found.component
        inner join record as p on p.rid = found.part
    """)
    con.unregister("found")
    return issuers
