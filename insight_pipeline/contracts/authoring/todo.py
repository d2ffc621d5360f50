"""Questions a draft leaves to a human: marked TODO, and the contract is refused while one stands.

Belongs here: the mark, and finding it in a document. Does not belong here: which questions a draft
asks (draft.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.kernel.errors import Fault

MARK = "TODO"


def todo(question: str) -> str:
    """What stands in a draft where an answer belongs."""
    return f"{MARK} {question}"


def todo_faults(raw: Any, where: str) -> Iterator[Fault]:
    """One fault for every question without an answer, named by its place in the document."""
    for place, text in _texts(raw, ""):
        if text.startswith(MARK):
            question = text.removeprefix(MARK).strip(" :") or "an answer"
            step = f"write the answer in place of the text that begins with {MARK}"
            yield contract_fault(f"{where}: {place}", question, "a question left open", step)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        # A property or a column is known by its name, not by its number in a list.
        for key, inner in value.items():
            yield from _texts(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _texts(inner, f"{place}.{_name(inner) or number}")


def _name(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    name = item.get("property") or item.get("name")
    return name if isinstance(name, str) and not name.startswith(MARK) else None
