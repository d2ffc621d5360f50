"""Which boxes a picture shows: all of a book by room, or one relation with its neighbours.

Belongs here: columns and the words that stand for the picture. Does not belong here: drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from insight_pipeline.sql.docs.entry import Book, Entry, Room
from insight_pipeline.sql.docs.layout import Pair
from insight_pipeline.sql.docs.picture import Box, Column, box, svg

PROVIDER = "__"
STAGED = "stg_"


def whole_picture(book: Book, *, alone: bool = False) -> str:
    """Every entry, in one or more columns a room: a relation stands right of what it is made of.

    `alone`: as a file of its own.
    """
    columns = [column for room in book.rooms for column in _columns(book, room)]
    words = (
        f"Lineage of {len(book.entries)} relations, from left to right: "
        f"{', '.join(room.title for room in book.rooms)}."
    )
    return svg(columns, _edges(book.entries), "lineage", words, alone=alone)


def neighbours_picture(entry: Entry, readers: Sequence[str], by_name: Mapping[str, Entry]) -> str:
    """One relation between what it is made from and what is made from it."""
    reads = [name for name in entry.reads if name in by_name]
    columns = [
        Column("made from", "soft", tuple(_box(by_name[name], full=True) for name in reads)),
        Column("", entry.room, (_box(entry, full=True),)),
        Column("used by", "soft", tuple(_box(by_name[name], full=True) for name in readers)),
    ]
    edges = [*((name, entry.relation) for name in reads), *((entry.relation, n) for n in readers)]
    words = f"{entry.relation} with what it is made from and what uses it"
    return svg(columns, edges, f"near-{entry.relation}", words)


def _columns(book: Book, room: Room) -> Iterable[Column]:
    """A room's entries by how many steps within the room lead to them."""
    entries = book.in_room(room)
    steps = _steps(entries)
    for step in range(max(steps.values(), default=-1) + 1):
        boxes = tuple(_box(entry) for entry in entries if steps[entry.relation] == step)
        yield Column(room.title if step == 0 else "", room.key, boxes)


def _steps(entries: Iterable[Entry]) -> dict[str, int]:
    """Relation → the longest way to it within these entries."""
    inside = {entry.relation: entry for entry in entries}
    steps: dict[str, int] = {}

    def of(name: str) -> int:
        if name not in steps:
            steps[name] = 0  # a circle, which no build order has, would end here
            steps[name] = max((of(r) + 1 for r in inside[name].reads if r in inside), default=0)
        return steps[name]

    for name in inside:
        of(name)
    return steps


def _edges(entries: Iterable[Entry]) -> list[Pair]:
    return [(read, entry.relation) for entry in entries for read in entry.reads]


def _box(entry: Entry, *, full: bool = False) -> Box:
    """`full`: with its schema over it, where no column's heading says it."""
    provider, split, dataset = entry.table.removeprefix(STAGED).partition(PROVIDER)
    if full:
        return box(entry.relation, entry.room, over=entry.relation.partition(".")[0])
    if split:
        return box(entry.relation, entry.room, over=provider, label=dataset)
    return box(entry.relation, entry.room)
