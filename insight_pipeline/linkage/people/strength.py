"""How firmly people hold together, and whom somebody should look at before they are believed.

Belongs here: the density and the weakest bridge of a cluster. Does not belong here: which records
are one person (clustering); a doubtful cluster is published as it is, and sent to review.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from insight_pipeline.linkage.arrays import Booleans, Floats, Integers
from insight_pipeline.linkage.people.clustering import Pairs

# Two records cannot hang together loosely; from here on a cluster can.
FEWEST_RECORDS = 3
# Less than this share of a doubtful cluster's pairs speaks for one person ...
LOW_DENSITY = 0.5
# ... and its weakest bridge is less than so many bits above what a join needs.
WEAK_BRIDGE = 6.0


def doubtful(cluster: Integers, pairs: Pairs, join: float) -> Booleans:
    """Whether each record's cluster is of low density and hangs on a weak bridge.

    `cluster` names each record's cluster by its smallest record.
    """
    size = np.bincount(cluster, minlength=len(cluster))
    inside = cluster[pairs.left] == cluster[pairs.right]
    agrees = inside & (pairs.weight >= join)
    agreeing = np.bincount(cluster[pairs.left[agrees]], minlength=len(cluster))
    possible = np.maximum(size * (size - 1) // 2, 1)
    loose = (size >= FEWEST_RECORDS) & (agreeing < LOW_DENSITY * possible)
    weak = weakest_bridge(cluster, pairs, inside) < join + WEAK_BRIDGE
    found: Booleans = (loose & weak)[cluster]
    return found


def weakest_bridge(cluster: Integers, pairs: Pairs, inside: Booleans) -> Floats:
    """Per position that names a cluster: the weakest pair its maximum spanning tree needs, in bits.

    Infinite where there is no pair. All paths between two halves of the cluster depend on it.
    """
    weakest = np.full(len(cluster), np.inf)
    if not inside.any():
        return weakest
    left, right = pairs.left[inside], pairs.right[inside]
    # The tree is looked for by rank: costs must be positive, and ranks keep the weights exact.
    known, rank = np.unique(-pairs.weight[inside], return_inverse=True)
    shape = (len(cluster), len(cluster))
    tree = minimum_spanning_tree(coo_array((rank + 1.0, (left, right)), shape=shape).tocsr())
    edges = tree.tocoo()
    weight = -known[edges.data.astype(np.int64) - 1]
    np.minimum.at(weakest, cluster[edges.row], weight)
    return weakest
