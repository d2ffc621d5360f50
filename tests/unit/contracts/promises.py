"""Small contracts and deliveries for tests, said in few words."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from insight_pipeline.contracts.promise.contract import (
    Column,
    ColumnProperties,
    Contract,
    ContractProperties,
    InternalProperties,
    RowRule,
)
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.kernel.strict import validate
from insight_pipeline.landing.manifest import Manifest
from insight_pipeline.landing.receipt import Receipt, make_receipt, write_receipt
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.settings import Settings
from tests.conftest import ROOT

PROVIDER, DATASET = "brightcare", "cases"
STEM = f"{PROVIDER}__{DATASET}"
Q1 = (date(2025, 1, 1), date(2025, 3, 31))


def home(folder: Path) -> Settings:
    """An installation of its own in `folder`, with this project's files."""
    return Settings(home=folder / "home", project=ROOT, threads=1, memory_limit="1GB")


def column(
    name: str,
    type: str = "string",
    *,
    required: bool = False,
    unique: bool = False,
    key: bool = False,
    physical_type: str | None = None,
    options: dict[str, Any] | None = None,
    **properties: Any,
) -> Column:
    """One promised column; `properties` as in its customProperties."""
    return Column(
        name=name,
        type=type,
        physical_type=physical_type,
        required=required,
        unique=unique,
        key=key,
        description=f"{name}.",
        classification=None,
        options=options or {},
        properties=validate(properties, ColumnProperties, name),
    )


def row_rule(code: str, predicate: str, severity: Severity = Severity.RECORD) -> RowRule:
    return RowRule(code, predicate, severity, f"{code} holds.", "Correct it.")


def contract(
    *columns: Column,
    mode: str = "upsert",
    key: tuple[str, ...] = (),
    rules: tuple[RowRule, ...] = (),
    reader: dict[str, Any] | None = None,
    version: str = "1.0.0",
    mark: str = "contract 1",
    **promise: Any,
) -> Contract:
    """A provider's contract; `promise` as in its customProperties."""
    properties = {
        "provider": PROVIDER,
        "providerName": "BrightCare Ltd",
        "dataset": DATASET,
        "nationalReturn": "None",
        "lawfulBasis": "Public task",
        "controller": "Ashmere Council",
        "purposes": ["commissioning"],
        "specialCategory": False,
        "retention": "P8Y",
        "sharingAgreement": "ASH-DSA-1",
        "reader": reader or {"format": "csv"},
        "resubmission": {"mode": mode, "key": list(key)},
        "normalise": ["trim"],
        **promise,
    }
    return Contract(
        stem=STEM,
        path=Path(f"{STEM}.odcs.yaml"),
        version=version,
        title="Cases",
        description="Cases.",
        owner="data@brightcare.example",
        columns=columns,
        row_rules=rules,
        properties=validate(properties, ContractProperties, "contract"),
        fingerprint=mark,
    )


def internal(
    stem: str, columns: dict[str, str], zone: str = "warehouse", mark: str = "internal 1"
) -> Contract:
    """An internal contract: column → DuckDB type."""
    return Contract(
        stem=stem,
        path=Path(f"{stem}.odcs.yaml"),
        version="1.0.0",
        title=stem,
        description=f"{stem}.",
        owner="data-engineering@ashmere.example",
        columns=tuple(column(name, physical_type=kind) for name, kind in columns.items()),
        row_rules=(),
        properties=validate({"zone": zone}, InternalProperties, stem),
        fingerprint=mark,
    )


def manifest(**declared: Any) -> Manifest:
    values = {
        "provider": PROVIDER,
        "dataset": DATASET,
        "contract_version": "1.0.0",
        "period_from": "2025-01-01",
        "period_to": "2025-03-31",
        "submitted_at": "2025-04-07T09:00:00Z",
        "file": "cases.csv",
        **declared,
    }
    return validate(values, Manifest, "manifest")


def deliver(settings: Settings, content: str | bytes, **declared: Any) -> Receipt:
    """A delivery as landing leaves it behind: the bytes under their hash, and a receipt."""
    data = content.encode() if isinstance(content, str) else content
    sha256 = hashlib.sha256(data).hexdigest()
    blob = blob_path(settings.landing, sha256)
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(data)
    receipt = make_receipt(manifest(**declared), sha256, len(data), "utf-8")
    write_receipt(settings.landing, receipt)
    return receipt
