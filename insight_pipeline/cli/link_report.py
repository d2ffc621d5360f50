"""What `insight link` answers: what was found, and how good it is where the truth is known.

Belongs here: words and JSON. Does not belong here: measuring (quality/evaluate). Counts and shares
only: no id and no value of the table, but the names of columns and of the groups asked for.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from insight_pipeline.cli.table import text_table
from insight_pipeline.linkage.quality.evaluate import Quality
from insight_pipeline.linkage.standalone.run import Linked
from insight_pipeline.linkage.standalone.truth import Measured


def report(linked: Linked, measured: Measured | None, form: str) -> str:
    """The answer as text or as one JSON document."""
    found = _found(linked)
    if form == "json":
        return json.dumps({**found, "evaluation": _as_json(measured)}, ensure_ascii=False)
    blocks = [_sentences(found), *(_tables(measured) if measured else [])]
    return "\n\n".join(blocks)


def _found(linked: Linked) -> dict[str, Any]:
    records = linked.records
    people = records.unique("cluster_id")
    return {
        "records": records.height,
        "clusters": people.height,
        "largest_cluster": int(records["cluster_size"].to_numpy().max(initial=0)),
        "clusters_to_review": people.filter(pl.col("needs_review")).height,
        "not_understood": dict(linked.unread),
    }


def _sentences(found: dict[str, Any]) -> str:
    lines = [
        f"{found['records']:,} records are {found['clusters']:,} people; the largest has"
        f" {found['largest_cluster']:,} records; {found['clusters_to_review']:,} need a review.",
        *(
            f"{field}: {count:,} values were not understood and count as not recorded."
            for field, count in found["not_understood"].items()
        ),
    ]
    return "\n".join(lines)


def _tables(measured: Measured) -> list[str]:
    result = measured.evaluation
    if result is None:
        return ["No record has a label: there is nothing to measure."]
    header = ("measure", "precision", "recall", "F1")
    rows = [
        ("pairwise", *_shares(result.pairwise)),
        ("B³", *_shares(result.b_cubed)),
    ]
    facts = (
        f"{result.exact_clusters:.4f} of {result.people:,} people are found exactly;"
        f" the largest cluster has {result.largest_cluster:,} records."
    )
    if measured.unlabelled:
        facts += (
            f"\n{measured.unlabelled:,} records have no label and are left out of the measures."
        )
    grouped = [
        text_table(
            (name, *header[1:]),
            [(group or "(none)", *_shares(quality)) for group, quality in groups.items()],
        )
        for name, groups in result.groups.items()
    ]
    return [text_table(header, rows), facts, *grouped]


def _shares(quality: Quality) -> tuple[str, str, str]:
    return f"{quality.precision:.4f}", f"{quality.recall:.4f}", f"{quality.f1:.4f}"


def _as_json(measured: Measured | None) -> dict[str, Any] | None:
    if measured is None or measured.evaluation is None:
        return None
    result = measured.evaluation
    return {
        "pairwise": _quality(result.pairwise),
        "b_cubed": _quality(result.b_cubed),
        "exact_clusters": result.exact_clusters,
        "largest_cluster": result.largest_cluster,
        "people": result.people,
        "unlabelled": measured.unlabelled,
        "groups": {
            name: {group: _quality(quality) for group, quality in groups.items()}
            for name, groups in result.groups.items()
        },
    }


def _quality(quality: Quality) -> dict[str, float]:
    return {"precision": quality.precision, "recall": quality.recall, "f1": quality.f1}
