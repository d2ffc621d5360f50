"""The documentation page: one file for every relation, with pictures, lineage and SQL.

Belongs here: turning a book into HTML. Does not belong here: finding anything out (entry.py says
what is shown). The page needs nothing from outside; its only script filters the list of names. The
same book gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from insight_pipeline.sql.docs.entry import Book, Entry, read_by, sources_of
from insight_pipeline.sql.docs.views import neighbours_picture, whole_picture
from insight_pipeline.sql.lineage import ROWS, Node

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Link:
    """Words that lead to a place of the page, or nowhere where there is none."""

    before: str
    place: str
    text: str


def page(book: Book) -> str:
    """The whole page as HTML."""
    script = _text("search.html").strip()
    return (
        _environment()
        .get_template("page.html")
        .render(
            book=book,
            view=_View(book),
            picture=whole_picture(book),
            style=_text("picture.css") + _text("page.css"),
            script=script,
            script_hash=_hash(script),
        )
    )


class _View:
    """What the template asks about an entry: its neighbours, as pictures and as links."""

    def __init__(self, book: Book) -> None:
        self.by_name: Mapping[str, Entry] = {entry.relation: entry for entry in book.entries}
        self.read_by = read_by(book.entries)
        self.sources = sources_of(book.edges)
        self.columns = {(e.relation, c.name) for e in book.entries for c in e.columns}

    def readers(self, entry: Entry) -> tuple[str, ...]:
        return self.read_by.get(entry.relation, ())

    def neighbours(self, entry: Entry) -> str:
        return neighbours_picture(entry, self.readers(entry), self.by_name)

    def links(self, relations: Iterable[str]) -> tuple[Link, ...]:
        return tuple(Link("", name if name in self.by_name else "", name) for name in relations)

    def macros(self, entry: Entry) -> tuple[Link, ...]:
        return tuple(Link("", f"macro.{name}", name) for name in entry.macros)

    def made_from(self, relation: str, column: str) -> tuple[Link, ...]:
        """Links to the columns; rows as a whole are said as such."""
        return tuple(map(self._node, self.sources.get(Node(relation, column), ())))

    def deciding(self, relation: str) -> tuple[Link, ...]:
        return self.made_from(relation, ROWS)

    def _node(self, node: Node) -> Link:
        if node.column == ROWS:
            return replace(self.links([node.relation])[0], before="rows of ")
        known = (node.relation, node.column) in self.columns
        return Link("", anchor(node.relation, node.column) if known else node.relation, str(node))

    def anchor(self, entry: Entry, column: str) -> str:
        return anchor(entry.relation, column)

    def nav_name(self, entry: Entry) -> str:
        """Short where the room says the schema."""
        return entry.table if entry.relation.startswith(f"{entry.room}.") else entry.relation

    def words(self, entry: Entry) -> str:
        """What a search looks through: the name, and the names of its columns."""
        return " ".join([entry.relation, *(column.name for column in entry.columns)]).lower()


def anchor(relation: str, column: str) -> str:
    """Where a column stands on the page; an id holds no blanks."""
    return f"{relation}.{re.sub(r'[^A-Za-z0-9_.-]', '_', column)}"


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
