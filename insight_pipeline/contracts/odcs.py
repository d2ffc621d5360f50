"""Reads ODCS 3.1 YAML into contracts; strict, because a misspelt promise protects nobody.

Belongs here: the file format and its faults. Does not belong here: what rules mean.
Four nets: misspelt keys by name (odcs_keys.py), the official JSON schema, the official Python
model, and our own models for `customProperties`, which ODCS leaves open.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import jsonschema_rs
from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import BaseModel, ValidationError

from insight_pipeline.contracts.contract import (
    Column,
    ColumnProperties,
    Contract,
    ContractProperties,
    InternalProperties,
    RowRule,
)
from insight_pipeline.contracts.contract_faults import contract_faults, table_faults
from insight_pipeline.contracts.odcs_keys import unknown_keys
from insight_pipeline.contracts.predicate import predicate_faults
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.kernel.strict import parse_yaml, validate

SUFFIX = ".odcs.yaml"
SCHEMA_FILE = "odcs-json-schema-v3.1.0.json"
Properties = TypeVar("Properties", bound=BaseModel)


def load_contracts(
    folder: Path, properties: type[ContractProperties] | type[InternalProperties]
) -> tuple[Contract, ...]:
    """Every contract of one folder, by file name; all faults of all files raised together."""
    contracts: list[Contract] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            contracts.append(_cached(path, path.stat().st_mtime_ns, properties))
        except InsightError as error:
            faults += error.faults
    raise_all(faults)
    return tuple(contracts)


# Dagster rebuilds definitions several times a process: the parse is kept while a file stands.
@lru_cache(maxsize=512)
def _cached(
    path: Path, _changed: int, properties: type[ContractProperties] | type[InternalProperties]
) -> Contract:
    return load_contract(path, properties)


def load_contract(
    path: Path, properties: type[ContractProperties] | type[InternalProperties]
) -> Contract:
    """One contract, or an InsightError with every fault of the file."""
    raw = parse_yaml(path.read_text(encoding="utf-8"), str(path))
    raise_all(unknown_keys(raw, str(path)))
    raise_all(_schema_faults(raw, str(path)))
    raise_all(table_faults(raw, str(path)))
    model = _official_model(raw, str(path))
    contract = _contract(raw, model, path, properties)
    raise_all([*contract_faults(contract), *predicate_faults(contract)])
    return contract


@lru_cache(maxsize=1)
def _validator() -> Any:
    text = resources.files(__package__).joinpath(SCHEMA_FILE).read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text))


def _schema_faults(raw: Any, where: str) -> Iterable[Fault]:
    for error in _validator().iter_errors(raw):
        pointer = ".".join(str(part) for part in error.instance_path)
        yield Fault(
            where=f"{where}: {pointer}" if pointer else where,
            expected="what the ODCS 3.1.0 schema allows at this place",
            found=error.message,
            consequence="the contract is not used and its feed does not run",
            next_step="correct the key or value named; see the ODCS reference",
        )


def _official_model(raw: Any, where: str) -> OpenDataContractStandard:
    try:
        return OpenDataContractStandard.model_validate(raw)
    except ValidationError as error:
        raise InsightError(
            Fault(
                where=f"{where}: {'.'.join(str(part) for part in item['loc'])}",
                expected=item["msg"],
                found=f"a {type(item['input']).__name__}",
                consequence="the contract is not used and its feed does not run",
                next_step="correct the value named",
            )
            for item in error.errors()
        ) from None


def _contract(
    raw: Any,
    model: OpenDataContractStandard,
    path: Path,
    properties: type[ContractProperties] | type[InternalProperties],
) -> Contract:
    where = str(path)
    schema = raw["schema"][0]
    purpose = model.description.purpose if model.description else None
    return Contract(
        stem=path.name.removesuffix(SUFFIX),
        path=path,
        version=str(model.version),
        title=model.name or path.name.removesuffix(SUFFIX),
        description=purpose or "",
        owner=_owner(model),
        columns=tuple(_column(item, where) for item in schema.get("properties", [])),
        row_rules=tuple(_row_rule(item, where) for item in schema.get("quality", [])),
        properties=_custom(raw.get("customProperties"), properties, where),
        fingerprint=file_sha256(path),
    )


def _owner(model: OpenDataContractStandard) -> str:
    team: Any = model.team
    members = getattr(team, "members", None) or (team if isinstance(team, list) else [])
    return str(members[0].username) if members else ""


def _custom(items: Any, properties: type[Properties], where: str) -> Properties:
    values = {item["property"]: item["value"] for item in items or []}
    return validate(values, properties, f"{where}: customProperties")


def _column(item: dict[str, Any], where: str) -> Column:
    name = item["name"]
    return Column(
        name=name,
        type=item.get("logicalType", "string"),
        physical_type=item.get("physicalType"),
        required=bool(item.get("required", False)),
        unique=bool(item.get("unique", False)),
        key=bool(item.get("primaryKey", False)),
        description=item.get("description", ""),
        classification=item.get("classification"),
        options=item.get("logicalTypeOptions", {}),
        properties=_custom(item.get("customProperties"), ColumnProperties, f"{where}: {name}"),
    )


def _row_rule(item: dict[str, Any], where: str) -> RowRule:
    hints = {p["property"]: p["value"] for p in item.get("customProperties", [])}
    severity = item.get("severity", Severity.RECORD)
    shaped = item.get("type") == "sql" and item.get("mustBe") is True and "name" in item
    if not shaped or severity not in set(Severity):
        raise InsightError(
            [
                Fault(
                    where=f"{where}: quality",
                    expected="name, `type: sql`, a boolean predicate as query, `mustBe: true`, "
                    f"and a severity among {', '.join(Severity)} if any",
                    found=f"a rule '{item.get('name', 'without a name')}' of another shape",
                    consequence="the contract is not used and its feed does not run",
                    next_step="write the rule as a predicate that every good row keeps",
                )
            ]
        )
    return RowRule(
        code=item["name"],
        predicate=item["query"],
        severity=Severity(severity),
        sentence=item.get("description", ""),
        fix_hint=str(hints.get("fixHint", "")),
    )
