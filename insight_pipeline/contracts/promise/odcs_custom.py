"""Reads `customProperties`, which ODCS leaves open, into one of our own closed models.

Belongs here: the list of names and values. Does not belong here: the models (contract.py).
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from insight_pipeline.contracts.promise.fault import contract_fault
from insight_pipeline.kernel.errors import raise_all
from insight_pipeline.kernel.strict import validate

Properties = TypeVar("Properties", bound=BaseModel)


def custom(items: Any, model: type[Properties], where: str) -> Properties:
    """The properties of one place as `model`, or one InsightError with every fault of them."""
    place = f"{where}: customProperties"
    names = [item["property"] for item in items or []]
    raise_all(
        contract_fault(place, "every property once", f"'{name}' {names.count(name)} times")
        for name in sorted(set(names))
        if names.count(name) > 1
    )
    return validate({item["property"]: item["value"] for item in items or []}, model, place)
