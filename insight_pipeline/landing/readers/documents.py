"""XML, JSON and NDJSON as numbered text rows; what is nested becomes dotted columns.

Numbers keep their digits as written. A record whose values cannot each have a column of their own
(repeated elements or keys, `a.b` beside `a: {b: …}`) is rejected, never half read.
XML is parsed without entities, DTDs or network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
from lxml import etree

from insight_pipeline.landing.reading import (
    REJECTS_SCHEMA,
    ROW,
    ReaderOptions,
    Reading,
    UnreadableError,
    distinct_names,
)

Leaves = Iterator[tuple[str, str | None]]


def read_xml(path: Path, options: ReaderOptions) -> Reading:
    """One row per `options.record` element; columns are the elements inside it, by their path."""
    elements = etree.iterparse(
        str(path),
        tag=options.record,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    table = _Table()
    try:
        for number, (_, element) in enumerate(elements, start=1):
            table.add(number, _elements(element, ""))
            element.clear()
    except etree.XMLSyntaxError:
        raise UnreadableError("broken_xml") from None
    return table.reading()


def read_ndjson(path: Path, options: ReaderOptions) -> Reading:
    """One row per line holding one JSON object; `_row` is the line."""
    table = _Table()
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if line.strip():
            table.add(number, _keys_of_line(line))
    return table.reading()


def read_json(path: Path, options: ReaderOptions) -> Reading:
    """One row per object of the array under the key `options.record` (or of the whole document)."""
    try:
        records = _JSON.decode(_text(path))
    except (ValueError, RecursionError):
        raise UnreadableError("broken_json") from None
    for key in options.record.split(".") if options.record else ():
        records = records.get(key) if isinstance(records, dict) else None
    if not isinstance(records, list):
        raise UnreadableError("missing_array")
    table = _Table()
    for number, record in enumerate(records, start=1):
        table.add(number, _keys(record, ""))
    return table.reading()


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("wrong_encoding") from None


def _elements(element: Any, prefix: str) -> Leaves:
    for child in element:
        if not isinstance(child.tag, str):
            continue  # an entity between elements, which stands for no value
        name = f"{prefix}{child.tag}"
        if any(not isinstance(part.tag, str) for part in child):
            raise ValueError("an entity inside a value")
        text = "".join([child.text or "", *(part.tail or "" for part in child)])
        if len(child) == 0 or text.strip():
            yield name, text or None
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


def _keys_of_line(line: str) -> Leaves:
    yield from _keys(_JSON.decode(line), "")


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


class _Table:
    """Grows by records: each becomes a row, or a reject when it is not sound."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str | None]] = []
        self.numbers: list[int] = []
        self.rejects: list[tuple[int, str]] = []

    def add(self, number: int, leaves: Iterable[tuple[str, str | None]]) -> None:
        try:
            row: dict[str, str | None] = {}
            for name, value in leaves:
                if name in row:
                    raise ValueError("two values for one column")
                # Half a surrogate pair is legal in JSON, yet no text.
                (name + (value or "")).encode()
                row[name] = value
        except (ValueError, RecursionError):
            self.rejects.append((number, "broken_record"))
            return
        self.rows.append(row)
        self.numbers.append(number)

    def reading(self) -> Reading:
        names = self._names()
        cells = {
            column: pl.Series([row.get(name) for row in self.rows], dtype=pl.String)
            for name, column in zip(names, distinct_names(names), strict=True)
        }
        rows = pl.DataFrame({ROW: pl.Series(self.numbers, dtype=pl.Int64), **cells})
        return Reading(rows, pl.DataFrame(self.rejects, schema=REJECTS_SCHEMA, orient="row"))

    def _names(self) -> list[str]:
        """Names in order; one that is always missing and elsewhere an object is no column."""
        names = {name for row in self.rows for name in row}
        filled = {name for row in self.rows for name, value in row.items() if value is not None}
        parts = [name.split(".") for name in names]
        objects = {".".join(part[:end]) for part in parts for end in range(1, len(part))}
        return sorted(filled | (names - objects))
