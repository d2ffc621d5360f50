"""Lineage followed from one column or relation: what it is made from, or what is made from it.

Belongs here: walks over edges. Does not belong here: the edges (lineage.py), what a name means
(naming.py), or how a walk is shown. Values and rows are kept apart: a column's cells are made from
some columns, while others decide which rows there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from insight_pipeline.sql.lineage import ROWS, Edge, Kind, Node
from insight_pipeline.sql.reach import Step, reach, walk

Steps = Mapping[Node, list[Node]]


@dataclass(frozen=True)
class Trace:
    """Where a column comes from, or what it goes into.

    values: columns its cells are made from (downstream: that are made from it), in preorder.
    rows: upstream, relation → its columns that decide the rows, none where all of its rows do;
    downstream, relation whose rows are decided → the columns that decide them.
    further: downstream, relations that follow from those whose rows are decided.
    """

    start: Node
    values: tuple[Step[Node], ...]
    rows: Mapping[str, tuple[str, ...]]
    further: tuple[str, ...] = ()


def upstream_of(edges: Iterable[Edge], start: Node, depth: int | None = None) -> Trace:
    """What a column is made from, and what decides which rows its relation has."""
    made, decided = _steps(edges, down=False)
    # A value counted from rows ends there: what decides those rows is told apart.
    columns = {node: after for node, after in made.items() if node.column != ROWS}
    deciding = reach([Node(start.relation, ROWS)], _either(made, decided), depth)
    elsewhere = (node for node in deciding if node.relation != start.relation)
    return Trace(start, tuple(walk(start, columns, depth)), _by_relation(elsewhere))


def downstream_of(edges: Iterable[Edge], start: Node, depth: int | None = None) -> Trace:
    """What is made from a column, and the relations whose rows it decides."""
    into, decides = _steps(edges, down=True)
    values = tuple(walk(start, into, depth))
    rows: dict[str, set[str]] = {}
    for node in {step.at for step in values}:
        for decided in decides.get(node, ()):
            rows.setdefault(decided.relation, set()).add(str(node))
    after = reach((Node(name, ROWS) for name in rows), _either(into, decides), depth)
    further = {node.relation for node in after} - rows.keys()
    told = {name: tuple(sorted(columns)) for name, columns in sorted(rows.items())}
    return Trace(start, values, told, tuple(sorted(further)))


def relations_of(edges: Iterable[Edge], *, down: bool) -> dict[str, dict[str, bool]]:
    """Relation → the relations one step on, each with whether values flow, or rows alone decide."""
    found: dict[str, dict[str, bool]] = {}
    for edge in edges:
        here, there = (edge.of, edge.to) if down else (edge.to, edge.of)
        steps = found.setdefault(here.relation, {})
        is_value = edge.kind is Kind.VALUE and edge.of.column != ROWS
        steps[there.relation] = steps.get(there.relation, False) or is_value
    return {name: dict(sorted(steps.items())) for name, steps in found.items()}


def _steps(edges: Iterable[Edge], *, down: bool) -> tuple[Steps, Steps]:
    """Nodes one step on, sorted: by edges of value, and by edges of rows."""
    found: dict[Kind, dict[Node, set[Node]]] = {Kind.VALUE: {}, Kind.ROWS: {}}
    for edge in edges:
        here, there = (edge.of, edge.to) if down else (edge.to, edge.of)
        found[edge.kind].setdefault(here, set()).add(there)
    values, rows = ({n: sorted(after) for n, after in found[kind].items()} for kind in Kind)
    return values, rows


def _either(one: Steps, other: Steps) -> dict[Node, list[Node]]:
    return {node: [*one.get(node, ()), *other.get(node, ())] for node in {*one, *other}}


def _by_relation(nodes: Iterable[Node]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for node in sorted(nodes):
        found.setdefault(node.relation, []).extend([] if node.column == ROWS else [node.column])
    return {relation: tuple(columns) for relation, columns in found.items()}
