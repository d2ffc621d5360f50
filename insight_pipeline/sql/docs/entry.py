"""What the documentation says of each relation, as plain records.

Belongs here: the shape of what is shown. Does not belong here: where it is found (the rooms that
know contracts and indicators fill it in), or how it looks (page.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from insight_pipeline.sql.lineage import ROWS, Edge, Kind, Node


@dataclass(frozen=True)
class Room:
    """A step on the way, and a column of the picture: `title` as readers see it."""

    key: str
    title: str
    words: str


@dataclass(frozen=True)
class ColumnEntry:
    """One column: its type, and what it means in the words of contract or header."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Entry:
    """One relation. `kind`: dataset, seed, model, indicator … as a reader would call it.

    reads: relations it is made from. facts: (name, words). tests: a sentence each. examples: the
    sentences of its table tests. sql: what DuckDB runs. macros: those it calls.
    """

    relation: str
    room: str
    kind: str
    description: str
    grain: str = ""
    owner: str = ""
    reads: tuple[str, ...] = ()
    columns: tuple[ColumnEntry, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    tests: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    sql: str = ""
    macros: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.relation.partition(".")[2]


@dataclass(frozen=True)
class MacroEntry:
    """One macro: what it gives, and the statement that makes it."""

    name: str
    description: str
    sql: str


@dataclass(frozen=True)
class Book:
    """All that is shown: rooms from left to right, entries in build order, columns' lineage."""

    title: str
    rooms: tuple[Room, ...]
    entries: tuple[Entry, ...]
    edges: tuple[Edge, ...]
    macros: tuple[MacroEntry, ...] = ()

    def in_room(self, room: Room) -> tuple[Entry, ...]:
        return tuple(sorted((e for e in self.entries if e.room == room.key), key=_by_name))


def _by_name(entry: Entry) -> str:
    return entry.relation


def read_by(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Relation → relations that read it, sorted."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        for relation in entry.reads:
            found.setdefault(relation, []).append(entry.relation)
    return {relation: tuple(sorted(readers)) for relation, readers in found.items()}


def sources_of(edges: Iterable[Edge]) -> Mapping[Node, tuple[Node, ...]]:
    """Column → the columns it is made from; `*` → what decides the rows, columns first."""
    found: dict[Node, set[Node]] = {}
    for edge in edges:
        if (edge.kind is Kind.ROWS) == (edge.to.column == ROWS):
            found.setdefault(edge.to, set()).add(edge.of)
    return {node: tuple(sorted(nodes, key=_rows_last)) for node, nodes in found.items()}


def inherited(entries: Iterable[Entry], edges: Iterable[Edge]) -> tuple[Entry, ...]:
    """A column nobody describes has the words of the column of its name that it is made from.

    `entries` in build order, so that words are handed on any number of steps.
    """
    sources, words = sources_of(edges), dict[Node, str]()
    told = []
    for entry in entries:
        columns = []
        for column in entry.columns:
            node = Node(entry.relation, column.name)
            namesakes = (n for n in sources.get(node, ()) if n.column == column.name)
            words[node] = column.description or next(
                (words[n] for n in namesakes if words.get(n)), ""
            )
            columns.append(replace(column, description=words[node]))
        told.append(replace(entry, columns=tuple(columns)))
    return tuple(told)


def _rows_last(node: Node) -> tuple[bool, Node]:
    return node.column == ROWS, node
