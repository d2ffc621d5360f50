"""A contract as this project uses it: frozen, typed, and free of how ODCS spells things.

Belongs here: the promise. Does not belong here: reading YAML (odcs.py) or checking data (judge.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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


class InForce(StrictModel):
    """Reporting periods a contract version judges: those that end within these days, inclusive.

    transition: how this version follows the one before it, where it does not follow on the next
    day: overlap (a provider may still send the earlier one) or gap (nobody sent anything).
    """

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    transition: Literal["overlap", "gap"] | None = None

    def covers(self, period_to: date) -> bool:
        return (self.first or date.min) <= period_to <= (self.last or date.max)


class IdentityColumns(StrictModel):
    """Columns that declare a delivery where no manifest does (a database table, a bare file).

    period_from, period_to and contract_version hold one value in all rows; submitted_at's latest
    value counts.
    """

    period_from: str = Field(alias="periodFrom")
    period_to: str = Field(alias="periodTo")
    submitted_at: str = Field(alias="submittedAt")
    contract_version: str | None = Field(default=None, alias="contractVersion")


class Drift(StrictModel):
    """When a delivery looks unlike its predecessors: population stability index per column."""

    max_psi: float = Field(default=0.25, alias="maxPsi", gt=0)
    min_rows: int = Field(default=200, alias="minRows", ge=1)


class ColumnProperties(StrictModel):
    """The `customProperties` a column may have (camelCase in the file).

    required_if: a predicate over the row; where it is true, the cell must be filled in.
    normalise: named repairs of this column, beside those of the contract (normalise.py).
    date_formats: other ways to write the date that are rewritten to the promised one.
    header_synonyms: other names the column may have in the file.
    """

    format: str | None = None
    vocabulary: str | None = None
    severity: Severity = Severity.RECORD
    empty_values: tuple[str, ...] = Field(default=(), alias="emptyValues")
    required_if: str | None = Field(default=None, alias="requiredIf")
    normalise: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = Field(default=(), alias="dateFormats")
    header_synonyms: tuple[str, ...] = Field(default=(), alias="headerSynonyms")


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
    min_share_of_last: float = Field(default=0.5, alias="minShareOfLast", ge=0, le=1)
    normalise: tuple[str, ...] = ()
    in_force: InForce = Field(default=InForce(), alias="inForce")
    identity_columns: IdentityColumns | None = Field(default=None, alias="identityColumns")
    drift: Drift | None = None


class RuleProperties(StrictModel):
    """The `customProperties` a quality rule may have: what the provider should do about it."""

    fix_hint: str = Field(default="", alias="fixHint")


class ReferenceProperties(StrictModel):
    """The `customProperties` a relationship may have."""

    severity: Severity = Severity.WARN


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

    def name_among(self, names: Collection[str]) -> str | None:
        """What it was called where these were the names: as today, else by one of its synonyms."""
        candidates = (self.name, *self.properties.header_synonyms)
        return next((name for name in candidates if name in names), None)


@dataclass(frozen=True)
class RowRule:
    """A predicate every row keeps (NULL counts as keeping it), with words for the provider."""

    code: str
    predicate: str
    severity: Severity
    sentence: str
    fix_hint: str


@dataclass(frozen=True)
class Limit:
    """What a metric may be: an ODCS comparison (`mustBeLessThan` …) with one or two numbers."""

    operator: str
    values: tuple[Decimal, ...]
    percent: bool = False

    @property
    def is_none(self) -> bool:
        """Whether not a single row may be counted, so that each one can be named."""
        return self.operator in ("mustBe", "mustBeLessOrEqualTo") and self.values == (Decimal(0),)


@dataclass(frozen=True)
class Metric:
    """An ODCS library metric: nullValues, missingValues, invalidValues, duplicateValues, rowCount.

    columns: what it counts over; none for rowCount. With a limit of 0 it may hold single rows
    (severity record); with any other it speaks of the whole delivery (warn or delivery).
    """

    code: str
    metric: str
    columns: tuple[str, ...]
    limit: Limit
    severity: Severity
    sentence: str
    fix_hint: str
    values: tuple[str | None, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True)
class Reference:
    """Values of `column` must stand in `to_column` of another dataset (ODCS relationships)."""

    column: str
    to_stem: str
    to_column: str
    severity: Severity


@dataclass(frozen=True)
class ServiceLevels:
    """What `slaProperties` promise: a delivery every `frequency_months`, within `latency_days`."""

    frequency_months: int | None = None
    latency_days: int | None = None


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
    metrics: tuple[Metric, ...] = ()
    references: tuple[Reference, ...] = ()
    service_levels: ServiceLevels = ServiceLevels()
    servers: tuple[Mapping[str, Any], ...] = ()
    earlier: tuple[Contract, ...] = ()

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

    def judging(self, period_to: date, declared_version: str | None) -> Contract | None:
        """The version that judges a reporting period; None where none was in force.

        Of several in force, the declared one; else the newest of the declared major number, which
        promises the same shape; else the newest.
        """
        in_force = [c for c in (self, *self.earlier) if c.promise.in_force.covers(period_to)]
        declared = [c for c in in_force if c.version == declared_version]
        major = (declared_version or "").partition(".")[0]
        alike = [c for c in in_force if c.version.partition(".")[0] == major]
        return next(iter([*declared, *alike, *in_force]), None)

    @property
    def physical_columns(self) -> dict[str, str]:
        """Column → DuckDB type, for internal contracts."""
        return {column.name: column.physical_type or "VARCHAR" for column in self.columns}
