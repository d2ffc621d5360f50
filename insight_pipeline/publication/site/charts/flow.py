"""Who hands over to whom: a box per service, an arrow per hand-off with its share and its clock.

Belongs here: what boxes and arrows say, and in which layout. Does not belong here: where they stand
(flow_wide.py, flow_narrow.py), or the findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from insight_pipeline.publication.site.charts.flow_narrow import in_a_list
from insight_pipeline.publication.site.charts.flow_wide import side_by_side
from insight_pipeline.publication.site.charts.flow_words import counts, share
from insight_pipeline.publication.site.charts.frame import Drawing, Sheet, framed
from insight_pipeline.publication.site.charts.model import Chart, Flow
from insight_pipeline.publication.site.charts.numbers import usable
from insight_pipeline.publication.site.charts.shapes import text
from insight_pipeline.publication.site.charts.text import SIZE
from insight_pipeline.publication.site.charts.wording import paragraph


def flow_chart(chart_id: str, title: str, flows: Sequence[Flow]) -> Chart:
    """Services that hand over on the left, those that take over on the right, in the order given.

    An arrow is the thicker the larger the share; one that is withheld is dashed and says why.
    """
    kept = _grouped(flows)
    return framed(chart_id, title, _alternative(kept), partial(_drawn, kept))


def _grouped(flows: Sequence[Flow]) -> tuple[Flow, ...]:
    """The flows of one service after each other, services in the order in which they first come."""
    sources = list(dict.fromkeys(flow.source for flow in flows))
    return tuple(sorted(flows, key=lambda flow: sources.index(flow.source)))


def _alternative(flows: Sequence[Flow]) -> str:
    if not flows:
        return "No hand-offs are shown."
    services = {service for flow in flows for service in (flow.source, flow.target)}
    arrows = f"{len(flows)} hand-off{'' if len(flows) == 1 else 's'}"
    withheld = sum(not usable(flow.value) for flow in flows)
    return paragraph(
        f"{arrows} between {len(services)} services.",
        "; ".join(_said(flow) for flow in flows) + ".",
        f"{withheld} of {len(flows)} without a value." if withheld else "",
    )


def _said(flow: Flow) -> str:
    behind = counts(flow)
    told = f"{share(flow)}{f' ({behind})' if behind else ''}"
    return f"{flow.source} to {flow.target}, {flow.label}: {told}"


def _drawn(flows: Sequence[Flow], sheet: Sheet) -> Drawing:
    if not flows:
        return Drawing(2 * SIZE, text(0, SIZE + 4, "No hand-offs", "soft"))
    return side_by_side(flows, sheet) if sheet.is_wide else in_a_list(flows, sheet)
