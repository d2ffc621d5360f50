"""Who delivers which service, from when until when and for how much: services.yaml.

Belongs here: that file's shape. Does not belong here: what services do (service events).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import Field, model_validator

from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.warehouse.reference import each_once, reference_table

OPEN_ENDED = date(9999, 12, 31)
SERVICE_CONTRACT_COLUMNS = {
    "service_code": "VARCHAR",
    "provider_id": "VARCHAR",
    "from_date": "DATE",
    "to_date": "DATE",
    "annual_price_gbp": "DECIMAL(18,2)",
    "owner": "VARCHAR",
    "tolerance": "VARCHAR",
    "performance_clause": "VARCHAR",
    "data_clause": "VARCHAR",
    "handover_clause": "VARCHAR",
    "area_codes": "VARCHAR",
}
SERVICE_COLUMNS = {
    "service_code": "VARCHAR",
    "title": "VARCHAR",
    "handover_days": "INTEGER",
    "comparable_after_days": "INTEGER",
    "in_service_event_codes": "VARCHAR",
}
# Free of commas, by which several are joined in the warehouse.
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


def joined(codes: tuple[str, ...] | None) -> str | None:
    """Codes in order with commas between, as models read them; None for all there are."""
    return None if codes is None else ",".join(sorted(codes))


class Tolerance(StrEnum):
    """How soon a failure under a contract is an alarm."""

    LOW = "low"
    ORDINARY = "ordinary"


class ServiceContract(StrictModel):
    """One provider's contract for a service; `to_date` None while it has no end.

    owner: e-mail address of who manages it. The clauses are what it says of performance, of data
    and of handing over. areas: codes of the wards it covers; None for the whole borough.
    """

    provider_id: str
    from_date: date
    to_date: date | None
    annual_price_gbp: int
    owner: str | None = None
    tolerance: Tolerance = Tolerance.ORDINARY
    performance_clause: str | None = None
    data_clause: str | None = None
    handover_clause: str | None = None
    areas: tuple[Code, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _runs_forward(self) -> ServiceContract:
        if self.from_date > (self.to_date or OPEN_ENDED):
            raise ValueError("from_date is after to_date")
        return self

    @model_validator(mode="after")
    def _each_area_once(self) -> ServiceContract:
        areas = self.areas or ()
        if len(set(areas)) < len(areas):
            raise ValueError("an area stands more than once")
        return self

    @property
    def area_codes(self) -> str | None:
        """The wards joined by commas, in order; None for the whole borough."""
        return joined(self.areas)

    def shares_a_day_and_an_area(self, other: ServiceContract) -> bool:
        """Whether both are in force somewhere on some day."""
        days = self.from_date <= (other.to_date or OPEN_ENDED) and other.from_date <= (
            self.to_date or OPEN_ENDED
        )
        everywhere = self.areas is None or other.areas is None
        return days and (everywhere or not set(self.areas or ()).isdisjoint(other.areas or ()))


class Service(StrictModel):
    """A service and the contracts under which it was and is delivered.

    Several providers may deliver it at once; one provider has one contract for it at a time in an
    area. handover_days: within how many days of a change of provider people must be seen by the new
    one. comparable_after_days: how long a new provider's figures are held against nobody's.
    in_service_events: kinds of event (code list event) of somebody in the middle of the service;
    None for any kind.
    """

    service_code: str
    title: str
    contracts: tuple[ServiceContract, ...]
    handover_days: int = Field(default=28, ge=0)
    comparable_after_days: int = Field(default=182, ge=0)
    in_service_events: tuple[Code, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _one_contract_a_provider_at_a_time(self) -> Service:
        for one, other in combinations(self.contracts, 2):
            if one.provider_id == other.provider_id and one.shares_a_day_and_an_area(other):
                raise ValueError(f"contracts of {one.provider_id} overlap")
        return self


class Services(StrictModel):
    """The whole of services.yaml."""

    services: tuple[Service, ...]

    @model_validator(mode="after")
    def _each_service_once(self) -> Services:
        each_once(service.service_code for service in self.services)
        return self


def load_services(path: Path) -> Services:
    """services.yaml, or nothing commissioned when there is no such file."""
    return load_yaml(path, Services) if path.exists() else Services(services=())


def last_days(services: Services) -> dict[str, date]:
    """Provider → the day its last contract ends; providers with one that does not are left out."""
    ends: dict[str, date] = {}
    for contract in (contract for service in services.services for contract in service.contracts):
        end = contract.to_date or OPEN_ENDED
        ends[contract.provider_id] = max(end, ends.get(contract.provider_id, end))
    return {provider: end for provider, end in ends.items() if end != OPEN_ENDED}


def service_contracts(services: Services) -> pl.DataFrame:
    """reference.service_contract: one row per service and contract."""
    rows = [
        (
            service.service_code,
            contract.provider_id,
            contract.from_date,
            contract.to_date or OPEN_ENDED,
            contract.annual_price_gbp,
            contract.owner,
            contract.tolerance.value,
            contract.performance_clause,
            contract.data_clause,
            contract.handover_clause,
            contract.area_codes,
        )
        for service in services.services
        for contract in service.contracts
    ]
    return reference_table(rows, SERVICE_CONTRACT_COLUMNS)


def service_titles(services: Services) -> pl.DataFrame:
    """reference.service: one row per service."""
    rows = [
        (
            each.service_code,
            each.title,
            each.handover_days,
            each.comparable_after_days,
            joined(each.in_service_events),
        )
        for each in services.services
    ]
    return reference_table(rows, SERVICE_COLUMNS)
