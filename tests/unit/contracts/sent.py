"""Deliveries for tests of the dataset as it stands, said in few words and judged by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from insight_pipeline.contracts.judging.verdict import RuleResult, Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Accounts, current_path
from insight_pipeline.contracts.standing.reckoning import bring_up_to_date
from insight_pipeline.kernel.outcome import Outcome, Severity
from insight_pipeline.settings import Settings
from tests.unit.contracts.promises import STEM, column, contract

COLUMNS = (column("Ref", key=True), column("Value"))
MODES = ["upsert", "replace_period", "replace", "append"]
START = datetime(2025, 4, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """One delivery: its rows (key, value), its period, and the day it was submitted."""

    name: str
    rows: tuple[tuple[str | None, str | None], ...]
    day: int = 0
    quarter: int = 1
    outcome: str = "accepted"
    days: int = 80
    version: str = "1.0.0"
    columns: tuple[str, str] = ("Ref", "Value")
    broken: tuple[str, ...] = ()

    @property
    def period(self) -> tuple[date, date]:
        first = date(2025, 3 * self.quarter - 2, 1)
        return first, first + timedelta(days=self.days)


def promise(mode: str, **more: Any) -> Contract:
    return contract(*COLUMNS, mode=mode, **more)


def judged(
    options: Settings, sent: Sent, quarantined: int = 0, rejected: int = 0, stem: str = STEM
) -> Verdict:
    """The verdict on a delivery, with its accepted rows written as the judge writes them."""
    accepted = len(sent.rows) if sent.outcome == "accepted" else 0
    refused = len(sent.rows) if sent.outcome == "refused" else 0
    if sent.outcome == "accepted":
        path = options.accepted / stem / f"{sent.name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        schema: Any = dict.fromkeys(sent.columns, pl.String)
        pl.DataFrame(list(sent.rows), schema=schema, orient="row").with_columns(
            pl.lit(sent.name).alias("_delivery_id"),
            pl.int_range(2, accepted + 2, dtype=pl.Int64).alias("_row"),
            pl.lit(sent.period[0]).alias("_period_from"),
            pl.lit(sent.period[1]).alias("_period_to"),
        ).write_parquet(path)
    failed = [
        RuleResult(code=c, severity=Severity.DELIVERY, outcome=Outcome.FAILED, broken=1)
        for c in sent.broken
    ]
    return Verdict(
        delivery_id=sent.name,
        stem=stem,
        provider="brightcare",
        contract_version="1.0.0",
        judged_by=sent.version,
        period_from=sent.period[0],
        period_to=sent.period[1],
        submitted_at=START + timedelta(days=sent.day),
        outcome=sent.outcome,  # type: ignore[arg-type]
        received=accepted + refused + quarantined + rejected,
        accepted=accepted,
        quarantined=quarantined,
        superseded=0,
        rejected=rejected + refused,
        rules=tuple(failed),
        fingerprint=f"verdict on {sent.name} {sent.day} {sent.rows}",
    )


def stands(options: Settings, stem: str = STEM) -> list[tuple[object, ...]]:
    """(delivery, key, value) of every row that stands."""
    frame = pl.read_parquet(current_path(options, stem))
    return sorted(frame.select("_delivery_id", "Ref", "Value").rows(), key=str)


def reckon(
    options: Settings, mode: str, sent: Sequence[Sent], *, approved: Sequence[str] = (), **more: Any
) -> Accounts:
    verdicts = [judged(options, one) for one in sent]
    return bring_up_to_date(promise(mode, **more), verdicts, options, approved=approved)[0]


def noticed(accounts: Accounts) -> dict[str, set[str]]:
    """Delivery → codes of its notices."""
    return {account.delivery_id: set(account.notices) for account in accounts.deliveries}
