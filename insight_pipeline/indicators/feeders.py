"""Which contracts an indicator is counted from, however many models lie between.

Belongs here: finding them. Does not belong here: marks of what they promise (revision_marks.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.indicators.catalogue import INDICATORS, Catalogue
from insight_pipeline.sql.model import Model
from insight_pipeline.warehouse.sources import EVENTS, warehouse_contracts


@dataclass(frozen=True)
class Feeder:
    """One contract an indicator is counted from, and the staging model between them."""

    contract: Contract
    model: Model
    is_event: bool


def find_feeders(catalogue: Catalogue, indicator: str) -> Iterator[Feeder]:
    """Feeds behind an indicator's tables; of events, those of the services it names alone."""
    read = _reached(catalogue, f"{INDICATORS}.{indicator}")
    services = catalogue.indicators[indicator].services
    delivering = {
        contract.provider_id
        for service in catalogue.services.services
        if service.service_code in services
        for contract in service.contracts
    }
    for internal in warehouse_contracts(catalogue.internal):
        if f"internal.{internal.stem}" not in read:
            continue
        for model in catalogue.feeders(internal):
            for contract in catalogue.contracts:
                if accepted_relation(contract) not in model.reads:
                    continue
                is_event = internal.stem == EVENTS
                if not is_event or contract.promise.provider in delivering:
                    yield Feeder(contract, model, is_event)


def _reached(catalogue: Catalogue, relation: str) -> frozenset[str]:
    """Every relation a model reads, directly or through others."""
    wanted = {relation}
    for model in reversed(catalogue.models):
        if model.relation in wanted:
            wanted.update(model.reads)
    return frozenset(wanted)
