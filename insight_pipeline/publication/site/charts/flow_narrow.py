"""The flow chart on a small screen: a list in which arrows lead from each service down to others.

Belongs here: places of boxes and arrows. Does not belong here: what they say (flow_words.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from insight_pipeline.publication.site.charts.flow_words import (
    POINT,
    box,
    counts,
    head,
    shaft,
    words_over,
)
from insight_pipeline.publication.site.charts.frame import Drawing, Sheet
from insight_pipeline.publication.site.charts.model import Flow
from insight_pipeline.publication.site.charts.shapes import at, coordinate, path, text
from insight_pipeline.publication.site.charts.text import LINE, SIZE, shortened, wrapped

_TRUNK, _INDENT, _WORDS = 10.0, 36.0, 24.0
_PADDING, _GAP = 8.0, 20.0
_LINES = 3


def in_a_list(flows: Sequence[Flow], sheet: Sheet) -> Drawing:
    """Each source over its hand-offs: words first, then the arrow to who takes over."""
    parts: list[str] = []
    below = 2.0
    for service, group in groupby(flows, key=lambda flow: flow.source):
        drawn, bottom = _box(service, 1.0, below, sheet.width - 2)
        parts.append(drawn)
        begin = below = bottom
        for flow in group:
            words, below = _words(flow, below + 8, sheet)
            target, bottom = _box(flow.target, _INDENT, below, sheet.width - _INDENT - 1)
            middle = (below + bottom) / 2
            arrow = f"M{at((_TRUNK, middle))}H{coordinate(_INDENT - POINT - 1)}"
            parts += [words, target, shaft(flow, arrow), head(_INDENT - 1, middle)]
            trunk, below = middle, bottom
            parts.append(path([(_TRUNK, begin), (_TRUNK, trunk)], "trunk"))
            begin = trunk
        below += _GAP
    return Drawing(below - _GAP + 2, "".join(parts))


def _box(service: str, left: float, top: float, width: float) -> tuple[str, float]:
    lines = wrapped(service, width - 2 * _PADDING, _LINES, bold=True)
    height = len(lines) * LINE + 2 * _PADDING
    return box(left, top, width, height, lines), top + height


def _words(flow: Flow, top: float, sheet: Sheet) -> tuple[str, float]:
    room = sheet.width - _WORDS
    words, is_whole = words_over(flow, _WORDS, top + SIZE, room)
    behind = () if is_whole else (counts(flow),)
    lines = [line for line in (*behind, *wrapped(flow.label, room, _LINES)) if line]
    parts = [words]
    for n, line in enumerate(lines, start=1):
        parts.append(text(_WORDS, top + SIZE + n * LINE, shortened(line, room), "soft"))
    return "".join(parts), top + (len(lines) + 1) * LINE + 6
