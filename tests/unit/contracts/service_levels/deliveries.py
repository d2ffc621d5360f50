"""Verdicts and accounts for tests of service levels, said in few words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract, ServiceLevels
from insight_pipeline.contracts.service_levels.facts import Feed
from insight_pipeline.contracts.standing.accounts import Account
from tests.unit.contracts.promises import DATASET, PROVIDER, STEM, column, contract

Q1, Q2, Q3, Q4 = (
    (date(2025, 1, 1), date(2025, 3, 31)),
    (date(2025, 4, 1), date(2025, 6, 30)),
    (date(2025, 7, 1), date(2025, 9, 30)),
    (date(2025, 10, 1), date(2025, 12, 31)),
)
COLUMNS = (column("case_id", key=True), column("Outcome code"))


def promised(
    frequency: int | None = 3,
    latency: int | None = 14,
    provider: str = PROVIDER,
    dataset: str = DATASET,
    **promise: Any,
) -> Contract:
    """A contract with an SLA; quarterly and within a fortnight unless said otherwise."""
    made = contract(
        *COLUMNS, provider=provider, dataset=dataset, **{"mode": "replace_period", **promise}
    )
    return replace(
        made, stem=f"{provider}__{dataset}", service_levels=ServiceLevels(frequency, latency)
    )


def verdict(
    name: str,
    period: tuple[date, date] = Q1,
    day: date = date(2025, 4, 7),
    outcome: str = "accepted",
    profile: dict[str, dict[str, int]] | None = None,
    stem: str = STEM,
    **rows: int,
) -> Verdict:
    """One verdict; `rows`: accepted, quarantined, superseded, rejected."""
    counted = {"accepted": 0, "quarantined": 0, "superseded": 0, "rejected": 0, **rows}
    return Verdict.model_validate(
        {
            "delivery_id": name,
            "stem": stem,
            "provider": stem.partition("__")[0],
            "contract_version": "1.0.0",
            "period_from": period[0],
            "period_to": period[1],
            "submitted_at": datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
            "outcome": outcome,
            "received": sum(counted.values()),
            **counted,
            "rules": (),
            "fingerprint": f"law {name}",
            "profile": profile or {},
        }
    )


def account(judged: Verdict, **changed: Any) -> Account:
    """The delivery as it stands where no other one touches it."""
    said = {
        name: value for name, value in judged.model_dump().items() if name in Account.model_fields
    }
    return Account.model_validate({**said, "reasons": (), **changed})


def feed(promise: Contract, *verdicts: Verdict, accounts: tuple[Account, ...] = ()) -> Feed:
    """A dataset of these deliveries; `accounts` replaces those that do not follow from them."""
    known = {found.delivery_id: found for found in accounts}
    return Feed(
        promise,
        tuple(known.get(v.delivery_id, account(v)) for v in verdicts),
        {v.delivery_id: v for v in verdicts},
    )
