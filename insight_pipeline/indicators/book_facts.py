"""Facts that the documentation lists beside a contract or a model, each a name and words.

Belongs here: choosing and wording them. Does not belong here: what else an entry holds (book.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.settings import Settings
from insight_pipeline.sql.header import Materialised, ModelHeader
from insight_pipeline.sql.model import Model

Facts = tuple[tuple[str, str], ...]


def one_line(text: str) -> str:
    """Text of a header or contract as running text."""
    return " ".join(text.split())


def contract_facts(contract: Contract, settings: Settings) -> Facts:
    """Who delivers it, in which version and form, and the file that says so."""
    promise = contract.promise
    return (
        ("Title", contract.title),
        ("Provider", promise.provider_name),
        ("Version", contract.version),
        ("Delivered as", promise.reader.format.upper()),
        ("National return", promise.national_return),
        ("File", _file(contract.path, settings)),
    )


def contract_tests(contract: Contract) -> tuple[str, ...]:
    """What every row or delivery keeps, in the contract's own words."""
    required = [column.name for column in contract.columns if column.required]
    own = isinstance(contract.properties, ContractProperties)
    key = contract.key if own else tuple(c.name for c in contract.columns if c.key)
    return (
        *([f"Always filled in: {', '.join(required)}."] if required else []),
        *([f"Key: {' and '.join(key)}."] if key else []),
        *(rule.sentence for rule in contract.row_rules),
        *(metric.sentence for metric in contract.metrics),
    )


def model_facts(model: Model, settings: Settings) -> Facts:
    """What an indicator's header adds, how the model stands, and its file."""
    return (*_own(model.header), *_standing(model.header), ("File", _file(model.path, settings)))


def _own(header: ModelHeader) -> Iterator[tuple[str, str]]:
    """The keys that this kind of header has and a plain model's has not."""
    for name in type(header).model_fields:
        value = getattr(header, name)
        if name not in ModelHeader.model_fields and value not in (None, ()):
            yield name.replace("_", " ").capitalize(), _words(value)


def _standing(header: ModelHeader) -> Iterator[tuple[str, str]]:
    if header.materialised is not Materialised.TABLE:
        yield "Materialised", header.materialised.value
    for name in ("key", "track", "feeds"):
        if listed := getattr(header, name):
            yield name.capitalize(), ", ".join(listed)


def _words(value: Any) -> str:
    if isinstance(value, BaseModel):
        return " ".join(_words(part) for _, part in value)
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    if isinstance(value, tuple):
        return " ".join(map(_words, value)) if _sentences(value) else ", ".join(map(_words, value))
    return value.isoformat() if isinstance(value, date) else one_line(str(value))


def _sentences(values: tuple[Any, ...]) -> bool:
    return any(str(value).endswith(".") for value in values)


def _file(path: Path, settings: Settings) -> str:
    """Named from the project's folder, the same on every machine."""
    inside = path.is_relative_to(settings.project)
    return path.relative_to(settings.project).as_posix() if inside else path.name
