"""A dataset as it stands: what all its accepted deliveries together say now, and their accounts.

Belongs here: the files of a dataset and the record of each delivery's fate. Does not belong here:
reckoning them (reckoning.py) or judging a delivery.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Literal

from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.settings import Settings

CURRENT = "current.parquet"
ACCOUNTS = "accounts.json"
PROVENANCE = {
    "_delivery_id": "VARCHAR",
    "_row": "BIGINT",
    "_period_from": "DATE",
    "_period_to": "DATE",
}


class Account(StrictModel):
    """How one delivery fares now: received = accepted + quarantined + superseded + rejected.

    quarantined counts also what waits: all sound rows of a held delivery, and rows that refer to
    what another dataset does not have yet. notices: codes of what it was recognised as.
    """

    delivery_id: str
    stem: str
    provider: str
    period_from: date
    period_to: date
    submitted_at: datetime
    outcome: Literal["accepted", "held", "refused", "error"]
    reasons: tuple[str, ...]
    notices: tuple[str, ...] = ()
    received: int
    accepted: int
    quarantined: int
    superseded: int
    rejected: int

    @property
    def balances(self) -> bool:
        return self.received == self.accepted + self.quarantined + self.superseded + self.rejected


class Accounts(StrictModel):
    """Every delivery of one dataset, with the fingerprint of what decides which rows stand."""

    fingerprint: str
    deliveries: tuple[Account, ...]


def current_path(settings: Settings, stem: str) -> Path:
    return settings.accepted / stem / CURRENT


def read_accounts(settings: Settings, stem: str) -> Accounts | None:
    path = settings.accepted / stem / ACCOUNTS
    return load_json(path, Accounts) if path.exists() else None


def accepted_columns(contract: Contract) -> dict[str, str]:
    """Columns of `accepted.<stem>`: the promised ones as text, then provenance."""
    return {**{column.name: "VARCHAR" for column in contract.columns}, **PROVENANCE}
