"""The level lines of a process: its mean, its limits, its target.

Belongs here: lines that hold for a stretch of periods. Does not belong here: the series itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from insight_pipeline.publication.site.charts.model import Limits
from insight_pipeline.publication.site.charts.scale import Scale
from insight_pipeline.publication.site.charts.shapes import path


def levels(
    limits: Sequence[Limits], target: float | None, xs: Sequence[float], step: float, scale: Scale
) -> str:
    """Process limits, mean and target, from the back to the front.

    `xs` are the middles of the periods, `step` is how wide each is. A new level begins between two
    periods, where limits were set anew.
    """
    lines = (
        ("limit", [limit.lower for limit in limits]),
        ("limit", [limit.upper for limit in limits]),
        ("mean", [limit.mean for limit in limits]),
        ("target", [target] * len(xs)),
    )
    return "".join(_steps(values, kind, xs, step, scale) for kind, values in lines)


def _steps(
    values: Sequence[float | None], kind: str, xs: Sequence[float], step: float, scale: Scale
) -> str:
    """Level lines, each as long as its figure holds; none where there is none or it has no room."""
    drawn, begin = [], 0
    for value, group in groupby(values):
        end = begin + len(list(group))
        if value is not None and scale.holds(value):
            y = scale.at(value)
            drawn.append(path([(xs[begin] - step / 2, y), (xs[end - 1] + step / 2, y)], kind))
        begin = end
    return "".join(drawn)
