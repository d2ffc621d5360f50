"""Finds misspelt ODCS keys by name, at any depth, with the known key they resemble.

Belongs here: keys only. Does not belong here: values and types (the official schema itself).
The schema also refuses most unknown keys, but names no nearest key, blames the whole mapping below
a `oneOf`, and leaves `description` open. Here every key counts as known that the schema names at a
place under any condition; whether the condition holds is for the schema to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from insight_pipeline.kernel.errors import Fault, nearest

Schema = dict[str, Any]
ALTERNATIVES = ("allOf", "anyOf", "oneOf")


def unknown_keys(raw: Any, schema: Schema, where: str) -> Iterator[Fault]:
    """One fault for each key that the schema does not know at its place."""
    yield from _walk(raw, [schema], schema, where)


def _walk(value: Any, schemas: list[Schema], root: Schema, where: str) -> Iterator[Fault]:
    if isinstance(value, list):
        inner = [part["items"] for part in _all(schemas, root) if "items" in part]
        for item in value:
            yield from _walk(item, inner, root, where)
    elif isinstance(value, dict):
        known = _properties(schemas, root)
        for key, inner_value in value.items() if known else ():
            place = f"{where}: {key}"
            if key in known:
                yield from _walk(inner_value, known[key], root, place)
            else:
                yield _fault(place, str(key), known)


def _properties(schemas: list[Schema], root: Schema) -> dict[str, list[Schema]]:
    """Key → what may stand there; nothing where any key is welcome."""
    known: dict[str, list[Schema]] = {}
    for part in _all(schemas, root):
        for key, inner in part.get("properties", {}).items():
            known.setdefault(key, []).append(inner)
    return known


def _all(schemas: list[Schema], root: Schema) -> Iterator[Schema]:
    """The schemas and all they refer to or combine, each once."""
    waiting = list(schemas)
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen or not isinstance(part, dict):
            continue
        seen.add(id(part))
        yield part
        for name in ALTERNATIVES:
            waiting += part.get(name, [])
        waiting += [part[name] for name in ("then", "else") if name in part]
        if "$ref" in part:
            waiting.append(_referred(part["$ref"], root))


def _referred(reference: str, root: Schema) -> Schema:
    found = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def _fault(where: str, key: str, known: dict[str, list[Schema]]) -> Fault:
    return Fault(
        where=where,
        expected=f"one of the keys ODCS knows here: {', '.join(sorted(known))}",
        found=f"unknown key '{key}'",
        consequence="the contract is not used and its feed does not run",
        next_step=nearest(key, known),
    )
