"""How firmly each cluster of a linked table holds together, and which a person should look at.

Belongs here: the weakest link of a cluster and the strongest one leading out of it. Does not belong
here: which records are one person (people/clustering).

A cluster's weakest link is the smallest weight of its maximum spanning tree: the one pair that all
paths between two halves of the cluster depend on.
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

# One seat per record, in the order of its id: what the numbers below count.
SEATS = """
    create or replace temp table seat as
    select rid, record_id, citizen_key, row_number() over (order by record_id) - 1 as seat
    from person
"""


def clusters(con: duckdb.DuckDBPyConnection, join: float, band: float) -> pl.DataFrame:
    """A row per record: record_id, cluster_id, cluster_size, weakest_link (bits), needs_review.

    To be looked at: a cluster whose weakest link is less than `band` bits above `join`, and two
    clusters that some pair of their records would join, had the rest not spoken against it.
    """
    con.execute(SEATS)
    table = con.sql("select record_id, citizen_key from seat order by seat").pl()
    _, label = np.unique(table["citizen_key"].to_numpy(), return_inverse=True)
    pairs = _pairs(con)
    left, right = pairs["l"].to_numpy(), pairs["r"].to_numpy()
    weight, open_ = pairs["match_weight"].to_numpy(), ~pairs["vetoed"].to_numpy()
    inside = label[left] == label[right]
    weakest = np.full(label.max(initial=-1) + 1, np.inf)
    at, link = _spanning(len(table), left[inside], right[inside], weight[inside])
    np.minimum.at(weakest, label[at], link)
    review = weakest < join + band
    torn = ~inside & open_ & (weight >= join)
    review[label[left[torn]]] = review[label[right[torn]]] = True
    size = np.bincount(label, minlength=len(weakest))
    return pl.DataFrame(
        {
            "record_id": table["record_id"],
            "cluster_id": table["citizen_key"],
            "cluster_size": size[label],
            "weakest_link": np.where(np.isfinite(weakest), weakest, np.nan)[label],
            "needs_review": review[label],
        }
    ).with_columns(pl.col("weakest_link").fill_nan(None))


def _pairs(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Scored pairs by the seats of their records: l, r, match_weight, vetoed."""
    pairs: pl.DataFrame = con.sql("""
        select l.seat as l, r.seat as r, match_weight, veto is not null as vetoed
        from pair
        inner join seat as l on l.rid = rid_l
        inner join seat as r on r.rid = rid_r
        order by l.seat, r.seat
    """).pl()
    return pairs


def _spanning(
    size: int, left: np.ndarray, right: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The edges of the maximum spanning forest: a seat of each, and its weight."""
    known, rank = np.unique(-weight, return_inverse=True)
    # The tree is looked for by rank: costs must be positive, and ranks keep the weights exact.
    graph = coo_array((rank + 1.0, (left, right)), shape=(size, size)).tocsr()
    tree = minimum_spanning_tree(graph).tocoo()
    return tree.row, -known[tree.data.astype(np.int64) - 1]
