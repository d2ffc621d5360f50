"""One question laid out: what its records say, and why linking weighs them as it does.

Belongs here: gathering what a reviewer may see. Does not belong here: who may see it (desk) or how
it looks (page).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from insight_pipeline.linkage.review.cluster import Cluster, explain_cluster
from insight_pipeline.linkage.review.explain import Explanation, explain_pairs
from insight_pipeline.linkage.review.notebook import Judgement
from insight_pipeline.linkage.review.queue import Item
from insight_pipeline.linkage.review.records import Described, Line, describe, side_by_side
from insight_pipeline.linkage.review.workspace import Workspace


@dataclass(frozen=True)
class Layout:
    """One question laid out. What a blind reviewer may not see yet is None or empty.

    others: (reviewer, verdict) of what others say now; mine: this reviewer's verdict so far.
    """

    item: Item
    lines: tuple[Line, ...]
    records: tuple[Described, ...]
    explanation: Explanation | None
    cluster: Cluster | None
    others: tuple[tuple[str, str], ...]
    mine: Judgement | None
    is_hidden: bool


def lay_out(
    workspace: Workspace,
    item: Item,
    mine: Judgement | None,
    others: Mapping[str, str],
    *,
    hides: bool,
) -> Layout:
    """The question with its records; `hides`: without weight, graph and what others said."""
    described = describe(workspace.con, item.records)
    left, right = (described[record] for record in item.pair)
    return Layout(
        item=item,
        lines=tuple(side_by_side(left, right)),
        records=tuple(described[record] for record in item.records),
        explanation=None if hides else explain(workspace, item),
        cluster=None if hides else explain_cluster(workspace.con, item.records),
        others=() if hides else tuple(sorted(others.items())),
        mine=mine,
        is_hidden=hides,
    )


def explain(workspace: Workspace, item: Item) -> Explanation:
    """Why the strongest pair of a question weighs what it weighs."""
    rids = workspace.fetch_records(item.pair)
    pair = (min(rids.values()), max(rids.values()))
    return explain_pairs(workspace.con, workspace.frozen.model, [pair])[pair]
