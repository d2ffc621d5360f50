"""Why some records are taken for one person: which pairs hold them together, and where they part.

Belongs here: the graph as numbers over positions in the list of records asked about. Does not
belong here: any value of a record, or how the graph is drawn (picture).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from insight_pipeline.linkage.review.cut import matrices, weakest_cuts


@dataclass(frozen=True)
class Edge:
    """A scored pair between two positions, left < right."""

    left: int
    right: int
    weight: float
    veto: str | None


@dataclass(frozen=True)
class Cluster:
    """`side`: positions on one side of the weakest cut, `across` the mean weight over it.

    A single record has no cut; `across` is then None.
    """

    size: int
    edges: tuple[Edge, ...]
    side: tuple[int, ...]
    across: float | None

    def density(self, join: float) -> float:
        """Share of all pairs that weigh `join` bits or more; 1 for a single record."""
        pairs = self.size * (self.size - 1) / 2
        return sum(edge.weight >= join for edge in self.edges) / pairs if pairs else 1.0


def explain_cluster(con: duckdb.DuckDBPyConnection, records: Sequence[str]) -> Cluster:
    """The graph of these records, by their position in `records`; reads person and pair."""
    listed = pa.table({"record_id": pa.array(records, pa.string()), "place": range(len(records))})
    con.register("asked", listed)
    rows = con.execute("""
        with seat as (select rid, place from asked inner join person using (record_id))
        select least(l.place, r.place), greatest(l.place, r.place), match_weight, veto
        from pair
        inner join seat as l on l.rid = rid_l
        inner join seat as r on r.rid = rid_r
        order by 1, 2
    """).fetchall()
    con.unregister("asked")
    edges = tuple(Edge(int(a), int(b), float(weight), veto) for a, b, weight, veto in rows)
    if len(records) < 2:
        return Cluster(len(records), edges, tuple(range(len(records))), None)
    side, across = _cut(len(records), edges)
    return Cluster(len(records), edges, side, across)


def _cut(size: int, edges: Sequence[Edge]) -> tuple[tuple[int, ...], float]:
    ends = np.array([[edge.left, edge.right] for edge in edges], dtype=np.int64).reshape(-1, 2)
    weight = np.array([edge.weight for edge in edges], dtype=np.float64)
    stack = np.zeros(len(edges), dtype=np.int64)
    is_left, mean = weakest_cuts(matrices(1, size, (stack, ends[:, 0], ends[:, 1], weight)))
    return tuple(int(seat) for seat in np.flatnonzero(is_left[0])), float(mean[0])
