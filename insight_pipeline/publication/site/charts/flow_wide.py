"""The flow chart where there is room: services on both sides, arrows from left to right.

Belongs here: places of boxes and arrows. Does not belong here: what they say (flow_words.py). Each
hand-off has a row of its own, in which its words stand; arrows bend only behind the words, so that
none of them crosses any text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from insight_pipeline.publication.site.charts.shapes import at, coordinate, text
from insight_pipeline.publication.site.charts.text import LINE, SIZE, wrapped

_BOX = 177.0
_PADDING = 8.0
_BEND = 92.0  # width in which arrows bend
_ROW, _LEAST, _GAP = 114.0, 44.0, 14.0  # a row has room for its share and three lines
_PORT = 16.0  # between arrows that end at the same box
_TOP = 26.0
_LINES = 5
_LABEL_LINES = 3


@dataclass(frozen=True)
class _Target:
    """A service that takes over: its box, and where each of its arrows ends."""

    service: str
    top: float
    height: float
    ports: dict[int, float]


def side_by_side(flows: Sequence[Flow], sheet: Sheet) -> Drawing:
    """Flows grouped by source, each source one box beside its rows; each target one box."""
    rows = [_TOP + n * _ROW + _ROW / 2 for n in range(len(flows))]
    targets = _targets(flows, rows)
    parts = [text(0, SIZE, "From", "soft"), text(sheet.width - _BOX + 1, SIZE, "To", "soft")]
    ports = {n: y for target in targets for n, y in target.ports.items()}
    parts += [_arrow(flow, rows[n] - _GAP / 2, ports[n], sheet) for n, flow in enumerate(flows)]
    for service, group in groupby(range(len(flows)), key=lambda n: flows[n].source):
        places = list(group)
        top, height = rows[places[0]] - _ROW / 2, _ROW * len(places) - _GAP
        parts.append(box(1, top, _BOX - 1, height, _name(service)))
    parts += [
        box(sheet.width - _BOX, target.top, _BOX - 1, target.height, _name(target.service))
        for target in targets
    ]
    below = max(target.top + target.height for target in targets)
    return Drawing(max(below, _TOP + _ROW * len(flows) - _GAP) + 4, "".join(parts))


def _name(service: str) -> tuple[str, ...]:
    return wrapped(service, _BOX - 2 * _PADDING, _LINES, bold=True)


def _targets(flows: Sequence[Flow], rows: Sequence[float]) -> list[_Target]:
    """Boxes as near as may be to the middle of their arrows, one below the other."""
    arrows: dict[str, list[int]] = {}
    for n, flow in enumerate(flows):
        arrows.setdefault(flow.target, []).append(n)
    middles = {name: sum(rows[n] for n in ns) / len(ns) for name, ns in arrows.items()}
    found: list[_Target] = []
    below = _TOP
    for name in sorted(arrows, key=lambda name: (middles[name], name)):
        ns = arrows[name]
        height = max(_LEAST, len(_name(name)) * LINE + 18, len(ns) * _PORT + 12)
        top = max(below, middles[name] - _GAP / 2 - height / 2)
        first = top + height / 2 - (len(ns) - 1) * _PORT / 2
        found.append(_Target(name, top, height, {n: first + i * _PORT for i, n in enumerate(ns)}))
        below = top + height + _GAP
    return found


def _arrow(flow: Flow, y: float, end: float, sheet: Sheet) -> str:
    """Level under its share and above its label, then bent to the port of its target."""
    right = sheet.width - _BOX
    bend, tip = right - _BEND, right - 1
    left = _BOX + 10
    room = bend - left
    middle = coordinate((bend + tip - POINT) / 2)
    start, stop = coordinate(y), coordinate(end)
    turn = f"C{middle} {start} {middle} {stop} {at((tip - POINT, end))}"
    words, is_whole = words_over(flow, left, y - 9, room)
    label = flow.label if is_whole else f"{counts(flow)}. {flow.label}"
    parts = [shaft(flow, f"M{at((_BOX, y))}H{coordinate(bend)}{turn}"), head(tip, end), words]
    for n, line in enumerate(wrapped(label, room, _LABEL_LINES)):
        parts.append(text(left, y + 19 + n * 15, line, "soft"))
    return "".join(parts)
