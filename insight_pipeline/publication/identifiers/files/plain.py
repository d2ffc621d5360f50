"""JSON by key, and files that are lines of text: style sheets, check sums, scripts.

Belongs here: the plain forms. Does not belong here: anything with marks in it (markup.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from insight_pipeline.publication.identifiers.files.part import Part, part, unreadable
from insight_pipeline.settings import Settings


def read_json(path: Path, settings: Settings) -> Iterator[Part]:
    """One part per path of keys, the items of a list together."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise unreadable(path, type(error).__name__) from None
    texts: dict[str, set[str]] = {}
    _gather(document, "", texts)
    for number, (keys, found) in enumerate(sorted(texts.items()), start=1):
        yield part(keys or "document", f"key {number}", sorted(found))


def _gather(value: Any, keys: str, texts: dict[str, set[str]]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            texts.setdefault(f"{keys}.{key}" if keys else str(key), set())
            _gather(inner, f"{keys}.{key}" if keys else str(key), texts)
    elif isinstance(value, list):
        for inner in value:
            _gather(inner, keys, texts)
    elif value is not None:
        texts.setdefault(keys, set()).add(str(value))


def read_lines(path: Path, settings: Settings) -> Iterator[Part]:
    """One part: the distinct lines, and what they say where %40 stands for @."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except ValueError as error:
        raise unreadable(path, type(error).__name__) from None
    yield part("text", "text", sorted({form for line in lines for form in (line, unquote(line))}))
