"""How a night's linkage looks: pairs by match weight, people by number of records.

Belongs here: which counts are drawn. Does not belong here: counting (linkage/quality), or the
drawing, which `insight quality --chart` has as well (linkage/quality/chart.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from insight_pipeline.linkage.quality.chart import size_chart, weight_chart
from insight_pipeline.linkage.quality.metadata import read_quality
from insight_pipeline.operations.charts.picture import Picture, of_svg


def match_weights(store: Path) -> Picture | None:
    """Of the last night measured in the identity store; None before one was."""
    rows = read_quality(store)
    pairs = {
        int(row["group_value"]): int(row["numerator"]) for row in rows if row["measure"] == "pairs"
    }
    joins = [float(row["numerator"]) for row in rows if row["measure"] == "join_weight"]
    return of_svg(weight_chart(pairs, joins[0] if joins else None)) if pairs else None


def cluster_sizes(people: Mapping[int, int]) -> Picture | None:
    """`people`: number of records → people with so many; None where there is nobody."""
    return of_svg(size_chart(people)) if people else None
