"""XML, JSON and NDJSON as numbered text rows; what is nested becomes dotted columns.

Numbers keep their digits as written. A record whose values cannot each have a column of their own
(repeated elements or keys, `a.b` beside `a: {b: …}`) is rejected, never half read.
XML is parsed without entities, DTDs or network. An attribute is a column of its own name, below
that of its element, or `@name` where an element has the name too; those of XML Schema (`xsi:`) and
of the elements around the records tell of the document and are no values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from insight_pipeline.landing.readers.beside import Beside
from insight_pipeline.landing.readers.physical import count_lines
from insight_pipeline.landing.readers.record_table import BadEncodingError, RecordTable
from insight_pipeline.landing.readers.sink import Sink
from insight_pipeline.landing.readers.text import Text, open_text
from insight_pipeline.landing.reading import ReaderOptions, UnreadableError

XML_SCHEMA = "//www.w3.org/2001/XMLSchema-instance"
Leaves = Iterator[tuple[str, str | None]]


def read_xml(path: Path, options: ReaderOptions, promised: Sequence[str], sink: Sink) -> None:
    """One row per `options.record` element; columns are the elements inside it, by their path.

    Elements beside the records are counted in notes; one that differs from a record in the case of
    its name only is numbered among them and rejected.
    """
    elements = etree.iterparse(
        str(path),
        events=("start", "end"),
        tag=_in_any_namespace(options.record),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    table = RecordTable(attributes=True)
    beside = Beside(options.record or "")
    number = depth = 0
    try:
        for event, element in elements:
            if event == "start":
                alike = beside.before(element) if not depth else 0
                sink.physical += 1 + alike
                depth += 1
                number = _reject_alike(table, number, alike)
                continue
            depth -= 1
            number += 1
            table.add(number, _record(element))
            element.clear(keep_tail=True)
    except etree.XMLSyntaxError:
        raise UnreadableError("broken_xml") from None
    # Elements of other names alone are another document, not one without records.
    if not sink.physical and any(isinstance(child.tag, str) for child in elements.root):
        raise UnreadableError("missing_record")
    alike = beside.after()
    sink.physical += alike
    _reject_alike(table, number, alike)
    for note in beside.notes:
        sink.note(note)
    table.pour(sink)


def _reject_alike(table: RecordTable, number: int, alike: int) -> int:
    for _ in range(alike):
        number += 1
        table.reject(number, "other_element")
    return number


def _in_any_namespace(record: str | None) -> str | None:
    """Namespaces part vocabularies, not records: a name counts without its own."""
    return f"{{*}}{record}" if record and not record.startswith("{") else record


def read_ndjson(path: Path, options: ReaderOptions, promised: Sequence[str], sink: Sink) -> None:
    """One row per line holding one JSON object; `_row` is the line."""
    text = _text(path, options, sink)
    table = RecordTable()
    for number, line in enumerate(_lines(text), start=1):
        if not line.strip():
            sink.blank += 1
        elif b"\x00" in line:
            sink.reject([number], "null_byte")
        else:
            table.add(number, _keys_of_line(line))
    table.pour(sink)
    sink.physical = count_lines(path, text.encoding, text.skip)


def read_json(path: Path, options: ReaderOptions, promised: Sequence[str], sink: Sink) -> None:
    """One row per object of the array under the key `options.record` (or of the whole document)."""
    try:
        document = b"".join(_text(path, options, sink).blocks()).decode()
    except UnicodeDecodeError:
        raise UnreadableError("wrong_encoding") from None
    try:
        records = _JSON.decode(document)
    except (ValueError, RecursionError):
        raise UnreadableError("broken_json") from None
    for key in options.record.split(".") if options.record else ():
        records = records.get(key) if isinstance(records, dict) else None
    if not isinstance(records, list):
        raise UnreadableError("missing_array")
    table = RecordTable()
    for number, record in enumerate(records, start=1):
        table.add(number, _keys(record, ""))
    table.pour(sink)
    sink.physical = len(records)


def _text(path: Path, options: ReaderOptions, sink: Sink) -> Text:
    """JSON is UTF-8 unless a mark, its zero bytes or the contract say otherwise."""
    text = open_text(path, options.encoding, fallback="utf-8")
    for note in text.notes:
        sink.note(note)
    return text


def _lines(text: Text) -> Iterator[bytes]:
    rest = b""
    for block in text.blocks():
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _record(element: Any) -> Leaves:
    loose = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in loose):
        raise ValueError("text beside the elements of a record, which no column could hold")
    yield from _attributes(element, "")
    yield from _elements(element, "")


def _attributes(element: Any, prefix: str) -> Leaves:
    for key, value in element.attrib.items():
        name = etree.QName(key)
        if not (name.namespace or "").endswith(XML_SCHEMA):
            yield f"{prefix}@{name.localname}", value or None


def _elements(element: Any, prefix: str) -> Leaves:
    for child in element:
        if not isinstance(child.tag, str):
            continue  # an entity between elements, which stands for no value
        name = f"{prefix}{etree.QName(child).localname}"
        if any(not isinstance(part.tag, str) for part in child):
            raise ValueError("an entity inside a value")
        text = "".join([child.text or "", *(part.tail or "" for part in child)])
        if len(child) == 0 or text.strip():
            yield name, text or None
        yield from _attributes(child, f"{name}.")
        yield from _elements(child, f"{name}.")


class _Digits(str):
    """A JSON number as it is written."""


class _Repeated:
    """A JSON object that gives one key twice; no table can tell which was meant."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Repeated:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Repeated()


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


# Made once: json.loads would make it anew for every line.
_JSON = json.JSONDecoder(
    parse_int=_Digits,
    parse_float=_Digits,
    parse_constant=_no_constant,
    object_pairs_hook=_object,
)


def _keys_of_line(line: bytes) -> Leaves:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise BadEncodingError from None
    yield from _keys(_JSON.decode(text), "")


def _keys(record: Any, prefix: str) -> Leaves:
    if not isinstance(record, dict):
        raise ValueError("not an object, or one that gives a key twice")
    for key, value in record.items():
        if isinstance(value, dict | _Repeated):
            yield from _keys(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value if isinstance(value, str | None) else _json(value)


def _json(value: Any) -> str:
    """A value inside a cell: compact JSON, numbers as written."""
    if isinstance(value, _Digits):
        return value
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(key)}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, _Repeated):
        raise ValueError("an object that gives a key twice")
    return json.dumps(value, ensure_ascii=False)
