"""From stored pairs to the partition: which of the affected records are one person, tonight.

Belongs here: carrying pairs and decisions through vetoes and clustering and back into SQL.
Does not belong here: what the person is called (ledger) or what is known of them (golden).
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from insight_pipeline.linkage.people.clustering import (
    UNSCORED_WEIGHT,
    Bonds,
    Integers,
    Pairs,
    component_of,
    partition,
)
from insight_pipeline.linkage.people.strength import doubtful
from insight_pipeline.linkage.people.trust import (
    Issuer,
    identity_numbers,
    veto_different_numbers,
)

NOBODY_DECIDED = "select 0::bigint as rid_l, 0::bigint as rid_r, '' as verdict where false"
# Decisions among affected records; 'different' forbids a pair, stored or not.
_DECIDED = """
    create or replace temp table local_decision as
    select least(rid_l, rid_r) as rid_l, greatest(rid_l, rid_r) as rid_r, verdict from ({decided})
    where rid_l in (select rid from affected) and rid_r in (select rid from affected)
"""
_BOND = """
    create or replace temp table bond as
    select distinct rid_l, rid_r from local_decision where verdict = 'same'
"""
_LOCAL_PAIRS = f"""
    create or replace temp table local_pair as
    with stored as (
        select pair.rid_l, pair.rid_r, match_weight, kin_veto, veto from store.pair as pair
        semi join affected as l on l.rid = rid_l
        semi join affected as r on r.rid = rid_r
    ), forbidden as (
        select distinct rid_l, rid_r from local_decision where verdict = 'different'
    )
    select
        coalesce(stored.rid_l, forbidden.rid_l) as rid_l,
        coalesce(stored.rid_r, forbidden.rid_r) as rid_r,
        coalesce(match_weight, {UNSCORED_WEIGHT}) as match_weight,
        case when forbidden.rid_l is not null then 'decision' else kin_veto end as veto,
        veto as last_veto
    from stored full join forbidden
        on forbidden.rid_l = stored.rid_l and forbidden.rid_r = stored.rid_r
"""

_REMEMBER_VETOES = """
    update store.pair set veto = local_pair.veto from local_pair
    where pair.rid_l = local_pair.rid_l and pair.rid_r = local_pair.rid_r
        and local_pair.veto is distinct from local_pair.last_veto
"""


def find_people(
    con: duckdb.DuckDBPyConnection,
    issuers: list[Issuer],
    join: float,
    decided: str = NOBODY_DECIDED,
) -> None:
    """Temp table part(record_id, rid, component, part, is_doubtful) of the records in affected.

    `decided` is SQL giving rid_l, rid_r, verdict ('same', 'different'). Every record that a pair
    of `join` bits or a decision connects with an affected one must be affected itself.
    """
    con.execute(_DECIDED.format(decided=decided))
    con.execute(_BOND)
    con.execute(_LOCAL_PAIRS)
    rids = con.execute("select rid from affected order by rid").fetchnumpy()["rid"]
    bonds = Bonds(*_positions(con, rids, "bond"))
    pairs = _pairs(con, rids)
    component = component_of(len(rids), pairs, bonds, join)
    _register(con, "local_component", {"rid": rids, "component": rids[component]})
    identity = identity_numbers(con, issuers, join)
    found = partition(pairs, component, identity, bonds, join)
    veto_different_numbers(con, issuers)
    columns = {
        "rid": rids,
        "component": rids[found.component],
        "part": rids[found.cluster],
        "is_doubtful": doubtful(found.cluster, pairs, join),
    }
    _register(con, "found", columns)
    con.execute("""
        create or replace temp table part as
        select record_id, rid, component, part, is_doubtful
        from found inner join affected using (rid)
    """)
    con.execute(_REMEMBER_VETOES)


def _positions(
    con: duckdb.DuckDBPyConnection, rids: Integers, table: str
) -> tuple[Integers, Integers]:
    found = con.execute(f"select rid_l, rid_r from {table} order by all").fetchnumpy()
    return np.searchsorted(rids, found["rid_l"]), np.searchsorted(rids, found["rid_r"])


def _pairs(con: duckdb.DuckDBPyConnection, rids: Integers) -> Pairs:
    table = con.execute("""
        select match_weight, veto is not null as vetoed from local_pair order by rid_l, rid_r
    """).fetchnumpy()
    left, right = _positions(con, rids, "local_pair")
    return Pairs(
        left=left,
        right=right,
        weight=table["match_weight"].astype(np.float64),
        vetoed=table["vetoed"].astype(np.bool_),
    )


def _register(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]],
) -> None:
    con.register("columns", pa.table(columns))
    con.execute(f"create or replace temp table {table} as select * from columns")
    con.unregister("columns")
