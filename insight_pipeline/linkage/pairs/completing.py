"""The pairs inside a component that no rule proposed, weighed all the same.

Belongs here: which pairs they are, and their weights. Does not belong here: what clustering makes
of them (people/clustering).

Blocking spares most pairs a look, so what it left out counts as mild evidence against. Inside a
component there are so few of these that each can be looked at: strangers whom a common friend
brought together speak against one another as loud as they can. They are never kept: a component is
what proposed pairs connect, and its other pairs follow from its members and the model alone.
"""

from __future__ import annotations

import duckdb

from insight_pipeline.linkage.model.comparisons import COMPARISONS
from insight_pipeline.linkage.model.files import FrozenModel
from insight_pipeline.linkage.model.frozen import thaw_frequencies
from insight_pipeline.linkage.pairs.scoring import score_candidates

# In larger components what was not compared stays mild evidence: their pairs grow too many.
LARGEST_COMPLETED = 100

_REST = f"""
    create or replace table rest_candidate as
    with small as (
        select component from local_component group by component
        having count(*) between 3 and {LARGEST_COMPLETED}
    ), member as (
        select rid, component from local_component semi join small using (component)
    )
    select l.rid as rid_l, r.rid as rid_r, 0::utinyint as match_key
    from member as l inner join member as r on l.component = r.component and l.rid < r.rid
    anti join local_pair as pair on pair.rid_l = l.rid and pair.rid_r = r.rid
"""
_FETCH = """
    insert into record by name
    select stored.* from store.record as stored
    semi join (select unnest([rid_l, rid_r]) as rid from rest_candidate) as wanted using (rid)
    anti join record as present using (rid)
"""


def complete_components(con: duckdb.DuckDBPyConnection, frozen: FrozenModel) -> int:
    """Add to local_pair the pairs of local_component's components it lacks; returns how many."""
    con.execute(_REST)
    pairs = int(con.execute("select count(*) from rest_candidate").fetchall()[0][0])
    if pairs:
        con.execute(_FETCH)
        thaw_frequencies(con, frozen)
        score_candidates(con, COMPARISONS, frozen.model, "rest_candidate", "rest_pair", whole=True)
        con.execute("""
            insert into local_pair (rid_l, rid_r, match_weight, veto)
            select rid_l, rid_r, match_weight, veto from rest_pair
        """)
        con.execute("drop table rest_pair")
    con.execute("drop table rest_candidate")
    return pairs
