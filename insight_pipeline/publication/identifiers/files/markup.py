"""HTML, SVG and other XML: what a reader sees, what attributes say, and comments.

Belongs here: taking a document apart as a browser puts it together: `943<b>476</b>5919` is one
number, two cells of a table are two texts. Does not belong here: what is looked for in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

import polars as pl
from lxml import etree, html

from insight_pipeline.publication.identifiers.files.part import Part, unreadable
from insight_pipeline.settings import Settings

# Elements that do not end a line of text.
INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "dfn", "em", "font", "i", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tspan", "u",
    "var", "wbr", "r", "t",
))  # fmt: skip
# Lists of coordinates: each number is a text of its own, never a part of the next.
COORDINATES = ("d", "points", "viewBox", "viewbox", "transform", "stroke-dasharray", "values")


def read_html(path: Path, settings: Settings) -> Iterator[Part]:
    """Parts of a web page; a page that is not UTF-8 stops the reading."""
    try:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        root = html.document_fromstring(path.read_bytes(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise unreadable(path, type(error).__name__) from None
    yield from parts_of(root)


def read_xml(path: Path, settings: Settings) -> Iterator[Part]:
    """Parts of an SVG or another XML document."""
    try:
        root = parse_xml(path.read_bytes())
    except (etree.LxmlError, ValueError) as error:
        raise unreadable(path, type(error).__name__) from None
    yield from parts_of(root)


def parse_xml(content: bytes) -> etree._Element:
    """The root of an XML document; nothing outside it is read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(content, parser)


def parts_of(root: etree._Element, prefix: str = "") -> Iterator[Part]:
    """Text, comments and every attribute by its name; `prefix` names the document inside a file."""
    texts: list[str] = []
    comments = [node.text or "" for node in root.iter(etree.Comment, etree.ProcessingInstruction)]
    attributes: dict[str, set[str]] = {}
    _walk(root, texts, attributes)
    yield _part(f"{prefix}text", f"{prefix}text", texts)
    yield _part(f"{prefix}comment", f"{prefix}comment", comments)
    for number, (name, values) in enumerate(sorted(attributes.items()), start=1):
        split = name in COORDINATES
        yield _part(f"{prefix}@{name}", f"{prefix}attribute {number}", values, split)


def _part(place: str, number: str, texts: Iterable[str], split: bool = False) -> Part:
    series = pl.Series("text", sorted(set(texts)), dtype=pl.String)
    if split:
        series = series.str.replace_all(r"[\s,]+", " ").str.split(" ").explode().unique()
    return Part(place, number, series)


def _walk(root: etree._Element, texts: list[str], attributes: dict[str, set[str]]) -> None:
    line: list[str] = []

    def end_line() -> None:
        texts.append("".join(line))
        line.clear()

    for event, node in etree.iterwalk(root, events=("start", "end")):
        name = _local(node.tag).lower()
        if name not in INLINE:
            end_line()
        elif name == "br":
            line.append(" ")
        if event == "start":
            line.append(node.text or "")
            _note(node, attributes)
        else:
            line.append(node.tail or "")
        # A comment ends no line, and what stands behind it goes on.
        line.extend(child.tail or "" for child in _comments_next_to(node, event))
    end_line()


def _comments_next_to(node: etree._Element, event: str) -> Iterator[etree._Element]:
    """Comments that stand where this event is: first in the element, or right behind it."""
    child = node.getnext() if event == "end" else (node[0] if len(node) else None)
    while child is not None and not isinstance(child.tag, str):
        yield child
        child = child.getnext()


def _note(node: etree._Element, attributes: dict[str, set[str]]) -> None:
    for name, value in node.attrib.items():
        said = attributes.setdefault(_local(name), set())
        # Addresses may be written with %40 for @.
        said.update((str(value), unquote(str(value))))


def _local(name: object) -> str:
    """A name without its namespace."""
    return str(name).rpartition("}")[2]
