"""Makes the parts of our contract of the parts of an ODCS document; collects all their faults.

Belongs here: which part of the standard becomes which part of a contract. Does not belong here:
what a promise may say (contract_faults.py, governance.py), or other files (odcs.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from insight_pipeline.contracts.promise.contract import (
    Column,
    ColumnProperties,
    Contract,
    ContractProperties,
    InternalProperties,
    Metric,
    RowRule,
    ServiceLevels,
)
from insight_pipeline.contracts.promise.odcs_check import Check, Place
from insight_pipeline.contracts.promise.odcs_custom import custom
from insight_pipeline.contracts.promise.odcs_document import stem_of
from insight_pipeline.contracts.promise.odcs_quality import read_check
from insight_pipeline.contracts.promise.odcs_terms import references, servers, service_levels
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.fingerprint import file_sha256

PropertiesType = type[ContractProperties] | type[InternalProperties]
Made = TypeVar("Made")
Given = ParamSpec("Given")


class Parts:
    """A document's parts as ours, and the faults met in making them."""

    def __init__(self, raw: Mapping[str, Any], path: Path, properties: PropertiesType) -> None:
        self.raw, self.path, self.where = raw, path, str(path)
        self.faults: list[Fault] = []
        self.table: Mapping[str, Any] = next(iter(raw.get("schema") or ()), {})
        items = self.table.get("properties") or []
        self.properties = self._try(custom, raw.get("customProperties"), properties, self.where)
        columns = [self._try(_column, item, self.where) for item in items]
        checks = [self._try(read_check, *check) for check in _checks(self.table, self.where)]
        found = [self._try(references, item, self.where) for item in items]
        self.columns = [column for column in columns if column]
        self.rules = [check for check in checks if isinstance(check, RowRule)]
        self.metrics = [check for check in checks if isinstance(check, Metric)]
        self.references = [reference for some in found for reference in some or ()]
        self.levels = self._try(service_levels, raw, self.where) or ServiceLevels()
        self.servers = self._try(servers, raw, self.where) or ()

    def _try(
        self, make: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs
    ) -> Made | None:
        try:
            return make(*args, **kwargs)
        except InsightError as error:
            self.faults += error.faults
            return None

    def contract(self) -> Contract:
        raw = self.raw
        assert self.properties is not None  # noqa: S101 (a contract without faults has them)
        return Contract(
            stem=stem_of(self.path),
            path=self.path,
            version=str(raw["version"]),
            title=raw.get("name") or stem_of(self.path),
            description=(raw.get("description") or {}).get("purpose") or "",
            owner=_owner(raw.get("team")),
            columns=tuple(self.columns),
            row_rules=tuple(self.rules),
            properties=self.properties,
            fingerprint=file_sha256(self.path),
            metrics=tuple(self.metrics),
            references=tuple(self.references),
            service_levels=self.levels,
            servers=self.servers,
        )


def _owner(team: Any) -> str:
    """Who answers first: the first member of the team, in the old or the new shape."""
    members = team.get("members") if isinstance(team, dict) else team
    return str(members[0]["username"]) if members else ""


def _column(item: Mapping[str, Any], where: str) -> Column:
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
        properties=custom(item.get("customProperties"), ColumnProperties, f"{where}: {name}"),
    )


def _checks(table: Mapping[str, Any], where: str) -> Iterator[tuple[Check, Place]]:
    """Checks with their place: those of the columns first, in the order of the file."""
    columns = table.get("properties") or []
    names = tuple(column["name"] for column in columns)
    for column in columns:
        for check in column.get("quality") or ():
            yield check, Place(where, names, column["name"])
    for check in table.get("quality") or ():
        yield check, Place(where, names)
