"""Where the boxes of a graph stand: columns given, few crossings, lines as straight as they go.

Belongs here: arithmetic of places. Does not belong here: what a box looks like (picture.py) or what
it stands for. After Sugiyama, Tagawa and Toda (1981): lines that pass a column get a place in it
like a box, columns are sorted by the mean of their neighbours (barycentre), and places within a
column are the nearest to the neighbours' that keep the distances (isotonic regression).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add

SWEEPS = 24
BETWEEN_LINES = 0.3  # how near a passing line may come, in boxes

Pair = tuple[str, str]


@dataclass(frozen=True)
class Layout:
    """Height of the middle of every box, and of every line in each column that it passes.

    Heights are in units of one box with its gap, from 0. lines: (from, to) → column → height.
    """

    height: float
    boxes: Mapping[str, float]
    lines: Mapping[Pair, Mapping[int, float]]


@dataclass(frozen=True)
class _Graph:
    """Columns of boxes and passing lines, and what each of them touches to the left and right."""

    columns: list[list[str]]
    left: dict[str, list[str]]
    right: dict[str, list[str]]
    passing: dict[Pair, dict[int, str]]

    def is_line(self, name: str) -> bool:
        return name.startswith("\0")

    def near(self, name: str) -> list[str]:
        return [*self.left.get(name, ()), *self.right.get(name, ())]

    def is_alone(self, name: str) -> bool:
        return not self.near(name)


def lay_out(columns: Sequence[Sequence[str]], edges: Iterable[Pair]) -> Layout:
    """Places for boxes in their columns; edges between boxes of one column are not routed.

    The same graph gives the same places, in whatever order boxes and edges are listed.
    """
    graph = _graph(columns, edges)
    _sort(graph)
    heights = _heights(graph)
    top = min(heights.values(), default=0.0)
    return Layout(
        height=max(heights.values(), default=0.0) - top + 1,
        boxes={n: heights[n] - top for column in columns for n in column},
        lines={
            pair: {column: heights[n] - top for column, n in names.items()}
            for pair, names in graph.passing.items()
        },
    )


def _graph(columns: Sequence[Sequence[str]], edges: Iterable[Pair]) -> _Graph:
    graph = _Graph([sorted(column) for column in columns], {}, {}, {})
    place = {name: n for n, column in enumerate(columns) for name in column}
    ways: set[Pair] = set()
    for pair in sorted(set(edges)):
        first, last = sorted(pair, key=lambda name: place[name])
        steps = range(place[first] + 1, place[last])
        # Lines from one box share their way until they part: one place a column for them all.
        names = {column: f"\0{first}\0{column}" for column in steps}
        graph.passing[pair] = names
        for column, name in names.items():
            if name not in graph.columns[column]:
                graph.columns[column].append(name)
        if place[first] != place[last]:
            ways.update(pairwise([first, *names.values(), last]))
    for one, next_ in sorted(ways):
        graph.right.setdefault(one, []).append(next_)
        graph.left.setdefault(next_, []).append(one)
    return graph


def _sort(graph: _Graph) -> None:
    """Sweep to and fro, keeping the order with the fewest crossings.

    Boxes that touch nothing stand last in their column.
    """
    for names in graph.columns:
        names.sort(key=graph.is_alone)
    best = [list(column) for column in graph.columns]
    fewest = _crossings(graph)
    for sweep in range(SWEEPS):
        side = graph.left if sweep % 2 == 0 else graph.right
        columns = range(len(graph.columns))
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _sort_column(graph, column, side)
        found = _crossings(graph)
        if found < fewest:
            best, fewest = [list(column) for column in graph.columns], found
    graph.columns[:] = best


def _sort_column(graph: _Graph, column: int, side: Mapping[str, list[str]]) -> None:
    place = {name: n for names in graph.columns for n, name in enumerate(names)}

    def wish(name: str) -> tuple[float, int]:
        near = side.get(name, ())
        return sum(place[o] for o in near) / len(near) if near else place[name], place[name]

    graph.columns[column].sort(key=wish)


def _crossings(graph: _Graph) -> int:
    place = {name: n for names in graph.columns for n, name in enumerate(names)}
    total = 0
    for names in graph.columns:
        ends: list[int] = []
        for name in names:
            reached = sorted(place[other] for other in graph.right.get(name, ()))
            total += sum(len(ends) - bisect_right(ends, end) for end in reached)
            for end in reached:
                insort(ends, end)
    return total


def _heights(graph: _Graph) -> dict[str, float]:
    """Each as near to the mean of its neighbours as the order and the distances allow."""
    heights = {n: float(i) for names in graph.columns for i, n in enumerate(names)}
    for sweep in range(SWEEPS):
        columns = graph.columns if sweep % 2 == 0 else graph.columns[::-1]
        for names in columns:
            wishes = {
                name: sum(heights[other] for other in near) / len(near)
                for name in names
                if (near := graph.near(name))
            }
            heights.update(_apart(graph, names, wishes))
    return heights


def _apart(
    graph: _Graph, names: Sequence[str], wishes: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    """The places nearest to those wished for (least squares) that keep order and distances.

    Boxes without a wish come last and follow the others.
    """
    offsets = [0.0]
    for one, next_ in pairwise(names):
        lines = graph.is_line(one) + graph.is_line(next_)
        offsets.append(offsets[-1] + (1, (1 + BETWEEN_LINES) / 2, BETWEEN_LINES)[lines])
    blocks: list[tuple[float, int]] = []
    for wish, offset in zip(wishes.values(), offsets, strict=False):
        mean, size = wish - offset, 1
        while blocks and blocks[-1][0] >= mean:
            other, count = blocks.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        blocks.append((mean, size))
    level = [mean for mean, size in blocks for _ in range(size)]
    level += [level[-1] if level else 0.0] * (len(names) - len(wishes))
    yield from zip(names, map(add, level, offsets), strict=False)
