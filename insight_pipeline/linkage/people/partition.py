"""From stored pairs to the partition: which of the affected records are one person, tonight.

Belongs here: carrying pairs and decisions through vetoes and clustering and back into SQL.
Does not belong here: what the person is called (ledger) or what is known of them (golden).
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa

from insight_pipeline.linkage.arrays import Booleans, Integers
from insight_pipeline.linkage.people.bonds import settle
from insight_pipeline.linkage.people.clustering import (
    UNSCORED_WEIGHT,
    Bonds,
    Pairs,
    component_of,
    partition,
    reach_of,
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
    complete: Callable[[], int] = lambda: 0,
) -> None:
    """Temp table part(record_id, rid, component, part, is_doubtful) of the records in affected.

    `decided` is SQL giving rid_l, rid_r, verdict ('same', 'different'). Every record that a pair
    of `join` bits or a decision connects with an affected one must be affected itself.
    `complete` adds to local_pair what the components in local_component have beside stored pairs.
    """
    con.execute(_DECIDED.format(decided=decided))
    con.execute(_BOND)
    con.execute(_LOCAL_PAIRS)
    rids = con.execute("select rid from affected order by rid").fetchnumpy()["rid"]
    bonds = Bonds(*_positions(con, rids, "bond"))
    pairs = _pairs(con, rids)
    reach = reach_of(len(rids), pairs, bonds, join)
    _component(con, rids, pairs, bonds, join)
    complete()
    pairs = _pairs(con, rids)
    component, identity = _judge(con, rids, pairs, bonds, issuers, join)
    holds = settle(bonds, pairs, identity)
    _refuse(con, holds)
    if not holds.all():
        bonds = Bonds(bonds.left[holds], bonds.right[holds])
        component, identity = _judge(con, rids, pairs, bonds, issuers, join)
    found = partition(pairs, component, identity, bonds, join)
    veto_different_numbers(con, issuers)
    columns = {
        "rid": rids,
        "component": rids[reach],
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


def _judge(
    con: duckdb.DuckDBPyConnection,
    rids: Integers,
    pairs: Pairs,
    bonds: Bonds,
    issuers: list[Issuer],
    join: float,
) -> tuple[Integers, Integers]:
    """The component of every record, and which numbers it bears inside it."""
    return _component(con, rids, pairs, bonds, join), identity_numbers(con, issuers, join)


def _component(
    con: duckdb.DuckDBPyConnection, rids: Integers, pairs: Pairs, bonds: Bonds, join: float
) -> Integers:
    """Temp table local_component(rid, component): records to be clustered together."""
    component = component_of(len(rids), pairs, bonds, join)
    _register(con, "local_component", {"rid": rids, "component": rids[component]})
    return component


# Bonds that do not hold, by record; and no longer among the bonds that make numbers one.
_REFUSED = """
    insert into store.refused_bond
    select l.record_id, r.record_id from refused
    inner join affected as l on l.rid = rid_l inner join affected as r on r.rid = rid_r
"""


def _refuse(con: duckdb.DuckDBPyConnection, holds: Booleans) -> None:
    """Table store.refused_bond(record_id_l, record_id_r), brought up to date for the affected."""
    con.execute("""
        delete from store.refused_bond
        where record_id_l in (select record_id from affected)
            or record_id_l not in (select record_id from store.record)
    """)
    if holds.all():
        return
    bonds = con.execute("select rid_l, rid_r from bond order by all").fetchnumpy()
    _register(con, "refused", {side: bonds[side][~holds] for side in ("rid_l", "rid_r")})
    con.execute(_REFUSED)
    con.execute("delete from bond using refused where bond.rid_l = refused.rid_l"
        " and bond.rid_r = refused.rid_r")  # fmt: skip


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
