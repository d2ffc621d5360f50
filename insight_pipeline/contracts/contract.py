"""A contract as this project uses it: frozen, typed, and free of how ODCS spells things.

Belongs here: the promise. Does not belong here: reading YAML (odcs.py) or checking data (judge.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from insight_pipeline.kernel.outcome import Severity
from insight_pipeline.kernel.strict import StrictModel
from insight_pipeline.landing.reading import ReaderOptions


class Resubmission(StrictModel):
    """What a later delivery of the same dataset does to an earlier one.

    upsert: replaces rows of equal key. replace_period: replaces the earlier delivery of the same
    declared period. replace: is the whole dataset from now on. append: adds.
    """

    mode: Literal["upsert", "replace_period", "replace", "append"]
    key: tuple[str, ...] = ()


class ColumnProperties(StrictModel):
    """The `customProperties` a column may have (camelCase in the file)."""

    format: str | None = None
    vocabulary: str | None = None
    severity: Severity = Severity.RECORD
    empty_values: tuple[str, ...] = Field(default=(), alias="emptyValues")


class ContractProperties(StrictModel):
    """The `customProperties` a provider's contract must have: what ODCS has no place for."""

    provider: str
    provider_name: str = Field(alias="providerName")
    dataset: str
    national_return: str = Field(alias="nationalReturn")
    lawful_basis: str = Field(alias="lawfulBasis")
    controller: str
    purposes: tuple[str, ...]
    special_category: bool = Field(alias="specialCategory")
    retention: str
    sharing_agreement: str = Field(alias="sharingAgreement")
    reader: ReaderOptions
    resubmission: Resubmission
    period_column: str | None = Field(default=None, alias="periodColumn")
    max_bad_share: float = Field(default=0.25, alias="maxBadShare", ge=0, le=1)


class InternalProperties(StrictModel):
    """The `customProperties` of a contract between our own rooms, or with commissioners.

    zone: where its rows rest.
    """

    zone: Literal["identity", "warehouse", "publication"]


@dataclass(frozen=True)
class Column:
    """One promised column. `options` are ODCS logicalTypeOptions; `type` is its logicalType."""

    name: str
    type: str
    physical_type: str | None
    required: bool
    unique: bool
    key: bool
    description: str
    classification: str | None
    options: dict[str, Any]
    properties: ColumnProperties


@dataclass(frozen=True)
class RowRule:
    """A predicate every row keeps (NULL counts as keeping it), with words for the provider."""

    code: str
    predicate: str
    severity: Severity
    sentence: str
    fix_hint: str


@dataclass(frozen=True)
class Contract:
    """One dataset's promise. `stem` is `<provider>__<dataset>`, or an internal contract's name."""

    stem: str
    path: Path
    version: str
    title: str
    description: str
    owner: str
    columns: tuple[Column, ...]
    row_rules: tuple[RowRule, ...]
    properties: ContractProperties | InternalProperties
    fingerprint: str

    @cached_property
    def promise(self) -> ContractProperties:
        """Properties of a provider's contract; internal contracts promise nothing to us."""
        assert isinstance(self.properties, ContractProperties)  # noqa: S101 (narrows the type)
        return self.properties

    @cached_property
    def zone(self) -> str:
        assert isinstance(self.properties, InternalProperties)  # noqa: S101 (narrows the type)
        return self.properties.zone

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Columns that identify a row: the primary key, else the resubmission's key."""
        primary = tuple(column.name for column in self.columns if column.key)
        return primary or self.promise.resubmission.key

    @property
    def physical_columns(self) -> dict[str, str]:
        """Column → DuckDB type, for internal contracts."""
        return {column.name: column.physical_type or "VARCHAR" for column in self.columns}
