"""Where the bars of a waterfall and the dots of a cluster stand, in numbers for SVG.

Belongs here: geometry. Does not belong here: markup (templates) or anything said in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from insight_pipeline.linkage.review.cluster import Cluster
from insight_pipeline.linkage.review.explain import Explanation

LABEL, WIDTH, ROW, PAD = 170.0, 640.0, 26.0, 4.0
# More dots than this nobody can tell apart; the table lists every pair.
MOST_DOTS = 40
GRAPH = 320.0


@dataclass(frozen=True)
class Bar:
    """One step: x and width of the bar, y of its row, and where its number stands."""

    name: str
    x: float
    y: float
    width: float
    number: str
    kind: str


@dataclass(frozen=True)
class Waterfall:
    bars: tuple[Bar, ...]
    zero: float
    height: float


@dataclass(frozen=True)
class Dot:
    name: str
    x: float
    y: float
    is_left: bool


@dataclass(frozen=True)
class Stroke:
    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True)
class Graph:
    dots: tuple[Dot, ...]
    strokes: tuple[Stroke, ...]


def waterfall(explanation: Explanation) -> Waterfall:
    """Every step from where the last one ended; the weight itself comes last, from nought."""
    spans, total = [], 0.0
    for step in explanation.steps:
        spans.append((words(step.name), total, total + step.bits))
        total += step.bits
    spans.append(("match weight", 0.0, explanation.weight))
    low = min(0.0, *(min(start, end) for _, start, end in spans))
    high = max(0.0, *(max(start, end) for _, start, end in spans))
    scale = (WIDTH - LABEL - 60) / max(high - low, 1.0)

    def at(bits: float) -> float:
        return LABEL + (bits - low) * scale

    bars = tuple(
        Bar(
            name=name,
            x=round(at(min(start, end)), 1),
            y=row * ROW,
            width=round(max(abs(end - start) * scale, 1.0), 1),
            number=bits_words(end - start),
            kind=_kind(end - start, is_total=row == len(spans) - 1),
        )
        for row, (name, start, end) in enumerate(spans)
    )
    return Waterfall(bars, round(at(0.0), 1), len(spans) * ROW + PAD)


def _kind(bits: float, *, is_total: bool) -> str:
    if is_total:
        return "total"
    return "none" if bits == 0 else "adds" if bits > 0 else "costs"


def words(name: str) -> str:
    return name.replace("_", " ")


def bits_words(bits: float) -> str:
    """One digit after the point, with a sign unless it is nought."""
    told = f"{bits:+.1f}".replace("-", "\N{MINUS SIGN}")
    return told if any(digit in told for digit in "123456789") else "0.0"


def dot_names(left: int, right: int) -> list[str]:
    """A name for each record: L1, L2 … of the left side, R1 … of the right."""
    return [*(f"L{n}" for n in range(1, left + 1)), *(f"R{n}" for n in range(1, right + 1))]


def graph(cluster: Cluster, left: int, join: float) -> Graph:
    """Left records on the left half of a circle, right ones on the right; the first MOST_DOTS."""
    names = dot_names(left, cluster.size - left)
    shown = list(range(cluster.size))[:MOST_DOTS]
    places = {
        **_arc([n for n in shown if n < left], -1),
        **_arc([n for n in shown if n >= left], 1),
    }
    dots = tuple(Dot(names[n], *places[n], is_left=n < left) for n in shown)
    strokes = tuple(
        Stroke(
            *places[edge.left], *places[edge.right], kind=edge_kind(edge.weight, edge.veto, join)
        )
        for edge in cluster.edges
        if edge.left in places and edge.right in places
    )
    return Graph(dots, strokes)


def edge_kind(weight: float, veto: str | None, join: float) -> str:
    if veto is not None:
        return "veto"
    return "joins" if weight >= join else "parts"


def _arc(seats: Sequence[int], side: int) -> dict[int, tuple[float, float]]:
    """Seats spread over half a circle, from top to bottom."""
    middle, radius = GRAPH / 2, GRAPH / 2 - 24
    angles = [pi * (place + 1) / (len(seats) + 1) for place in range(len(seats))]
    return {
        seat: (
            round(middle + side * radius * sin(angle), 1),
            round(middle - radius * cos(angle), 1),
        )
        for seat, angle in zip(seats, angles, strict=True)
    }
