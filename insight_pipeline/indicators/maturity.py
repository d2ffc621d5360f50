"""How long after a period its figures may be final, where the indicator's header does not say.

Belongs here: the default of `minimum_maturity_days`. Does not belong here: whether a period has
been reported (figure.py), or the status a published figure bears (publication).
"""

from __future__ import annotations

from collections.abc import Iterable

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.warehouse.services import Services


def settled(
    header: IndicatorHeader, services: Services, contracts: Iterable[Contract]
) -> IndicatorHeader:
    """The header with `minimum_maturity_days` set.

    The default is the follow-up window and, after it, the longest time that any feed of a provider
    of these services may take to come (`latency` in its contract).
    """
    if header.minimum_maturity_days is not None:
        return header
    providers = {
        contract.provider_id
        for service in services.services
        if service.service_code in header.services
        for contract in service.contracts
    }
    latency = max(
        (
            contract.service_levels.latency_days or 0
            for contract in contracts
            if contract.promise.provider in providers
        ),
        default=0,
    )
    return header.model_copy(update={"minimum_maturity_days": header.window_days + latency})
