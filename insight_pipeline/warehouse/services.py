"""Who delivers which service, from when until when and for how much: services.yaml.

Belongs here: that file's shape. Does not belong here: what services do (service events).
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
from pydantic import model_validator

from insight_pipeline.kernel.strict import StrictModel, load_yaml

OPEN_ENDED = date(9999, 12, 31)


class ServiceContract(StrictModel):
    """One provider's contract for a service; `to_date` None while it has no end."""

    provider_id: str
    from_date: date
    to_date: date | None
    annual_price_gbp: int

    @model_validator(mode="after")
    def _runs_forward(self) -> ServiceContract:
        if self.from_date > (self.to_date or OPEN_ENDED):
            raise ValueError("from_date is after to_date")
        return self


class Service(StrictModel):
    """A service and the contracts under which it was and is delivered.

    Several providers may deliver it at once; one provider has one contract for it at a time.
    """

    service_code: str
    title: str
    contracts: tuple[ServiceContract, ...]

    @model_validator(mode="after")
    def _one_contract_a_provider_at_a_time(self) -> Service:
        ordered = sorted(self.contracts, key=lambda c: (c.provider_id, c.from_date))
        for earlier, later in pairwise(ordered):
            same = earlier.provider_id == later.provider_id
            if same and (earlier.to_date or OPEN_ENDED) >= later.from_date:
                raise ValueError(f"contracts of {earlier.provider_id} overlap")
        return self


class Services(StrictModel):
    """The whole of services.yaml."""

    services: tuple[Service, ...]

    @model_validator(mode="after")
    def _each_service_once(self) -> Services:
        codes = [service.service_code for service in self.services]
        repeated = sorted({code for code in codes if codes.count(code) > 1})
        if repeated:
            raise ValueError(f"{', '.join(repeated)} stands more than once")
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
        )
        for service in services.services
        for contract in service.contracts
    ]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "service_code": pl.String,
        "provider_id": pl.String,
        "from_date": pl.Date,
        "to_date": pl.Date,
        "annual_price_gbp": pl.Decimal(18, 2),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def service_titles(services: Services) -> pl.DataFrame:
    """reference.service: one row per service."""
    rows = [(service.service_code, service.title) for service in services.services]
    return pl.DataFrame(rows, schema={"service_code": pl.String, "title": pl.String}, orient="row")
