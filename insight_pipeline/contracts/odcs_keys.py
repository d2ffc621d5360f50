"""Finds misspelt ODCS keys by name, at any depth, with the known key they resemble.

Belongs here: keys only. Does not belong here: values and types (the official schema and model).
The official JSON schema also refuses most unknown keys, but names no nearest key, blames the whole
mapping below a `oneOf`, and leaves `description` open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import BaseModel

from insight_pipeline.kernel.errors import Fault, nearest


def unknown_keys(raw: Any, where: str) -> Iterator[Fault]:
    """One fault for each key that ODCS 3.1 does not know at its place."""
    yield from _walk(raw, OpenDataContractStandard, where)


def _walk(value: Any, annotation: Any, where: str) -> Iterator[Fault]:
    if isinstance(value, list):
        for item in value:
            for inner in _inside(annotation, list):
                yield from _walk(item, inner, where)
    elif isinstance(value, dict) and (model := next(_models(annotation), None)):
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        for key, inner_value in value.items():
            place = f"{where}: {key}"
            if key in fields:
                yield from _walk(inner_value, fields[key].annotation, place)
            else:
                yield _fault(place, key, fields)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Models a mapping at this place may be; those inside a list are for its items."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif getattr(annotation, "__origin__", None) is not list:
        for part in get_args(annotation):
            yield from _models(part)


def _inside(annotation: Any, container: type) -> Iterator[Any]:
    if getattr(annotation, "__origin__", None) is container:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _inside(part, container)


def _fault(where: str, key: str, fields: dict[str, Any]) -> Fault:
    return Fault(
        where=where,
        expected=f"one of the keys ODCS 3.1 knows here: {', '.join(sorted(fields))}",
        found=f"unknown key '{key}'",
        consequence="the contract is not used and its feed does not run",
        next_step=nearest(key, fields),
    )
