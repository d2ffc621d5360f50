"""A small sound contract as an ODCS document, and ways to change one thing about it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.kernel.errors import InsightError

PROPERTIES: dict[str, Any] = {
    "provider": "brightcare",
    "providerName": "BrightCare Ltd",
    "dataset": "cases",
    "nationalReturn": "None",
    "lawfulBasis": "UK GDPR Art 6(1)(e), public task; Art 9(2)(h), health and social care",
    "controller": "Ashmere Council",
    "purposes": ["commissioning"],
    "specialCategory": True,
    "retention": "P8Y",
    "sharingAgreement": "ASH-DSA-1",
    "reader": {"format": "csv", "delimiter": ";"},
    "resubmission": {"mode": "upsert", "key": ["Ref"]},
    "periodColumn": "Start",
    "maxBadShare": 0.1,
}
RULE: dict[str, Any] = {
    "name": "ref_is_not_name",
    "type": "sql",
    "query": '"Ref" <> "Name"',
    "mustBe": True,
    "severity": "warn",
    "description": "The reference is no name.",
    "customProperties": [{"property": "fixHint", "value": "Send the reference."}],
}
DOCUMENT: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "brightcare__cases",
    "name": "Cases",
    "version": "1.2.0",
    "status": "active",
    "description": {"purpose": "Who is served."},
    "team": {"name": "Data", "members": [{"username": "data@brightcare.example"}]},
    "support": [{"channel": "help desk", "url": "mailto:data@brightcare.example"}],
    "price": {"priceAmount": 0, "priceCurrency": "GBP", "priceUnit": "year"},
    "schema": [
        {
            "name": "cases",
            "logicalType": "object",
            "properties": [
                {
                    "name": "Ref",
                    "logicalType": "string",
                    "required": True,
                    "primaryKey": True,
                    "classification": "pseudonymous",
                    "description": "Reference.",
                },
                {
                    "name": "Start",
                    "logicalType": "date",
                    "classification": "personal",
                    "description": "First day.",
                    "logicalTypeOptions": {"format": "dd/MM/yyyy"},
                    "customProperties": [
                        {"property": "severity", "value": "warn"},
                        {"property": "emptyValues", "value": ["N/K"]},
                    ],
                },
                {
                    "name": "Name",
                    "logicalType": "string",
                    "classification": "identifier",
                    "description": "Full name.",
                },
            ],
            "quality": [RULE],
        }
    ],
    "customProperties": [{"property": k, "value": v} for k, v in PROPERTIES.items()],
}


def document() -> dict[str, Any]:
    return copy.deepcopy(DOCUMENT)


def write(folder: Path, made: Any, name: str = "brightcare__cases") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.odcs.yaml"
    path.write_text(made if isinstance(made, str) else yaml.safe_dump(made, sort_keys=False))
    return path


def load(folder: Path, made: Any) -> Contract:
    return load_contract(write(folder, made), ContractProperties)


def faults(folder: Path, made: Any) -> str:
    with pytest.raises(InsightError) as caught:
        load(folder, made)
    words = str(caught.value)
    assert "brightcare__cases.odcs.yaml" in words, "a fault names its file"
    return words


def with_property(**changed: Any) -> dict[str, Any]:
    """The document with other customProperties; None takes one away."""
    made = document()
    values = {**PROPERTIES, **changed}
    made["customProperties"] = [
        {"property": k, "value": v} for k, v in values.items() if v is not None
    ]
    return made


def with_rule(**changed: Any) -> dict[str, Any]:
    made = document()
    rule = {**copy.deepcopy(RULE), **changed}
    made["schema"][0]["quality"] = [{k: v for k, v in rule.items() if v is not None}]
    return made


def with_column(**changed: Any) -> dict[str, Any]:
    made = document()
    made["schema"][0]["properties"][2].update(changed)
    return made


def with_another_column(name: str) -> dict[str, Any]:
    made = document()
    column = {"name": name, "description": f"{name}.", "classification": "personal"}
    made["schema"][0]["properties"].append({**column, "logicalType": "string"})
    return made
