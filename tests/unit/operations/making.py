"""Made-up nights, deliveries, incidents and facts for the tests of operations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from insight_pipeline.contracts.promise.contract import Contract, ContractProperties
from insight_pipeline.contracts.promise.odcs import load_contract
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.operations.channel_policy import Severity
from insight_pipeline.operations.facts import Facts, FeedFacts
from insight_pipeline.operations.incidents.incident import Incident
from insight_pipeline.operations.incidents.store import IncidentBook
from insight_pipeline.operations.kinds import Kind
from insight_pipeline.operations.nights import Ending, FailedCheck, Night, NightFault, Outcome
from tests.conftest import ROOT

# A Wednesday in summer, after the night of 02:00 in London (01:00 UTC) and its grace.
NOW = datetime(2026, 7, 15, 9, 0, tzinfo=UTC)
STEM = "activelife__visits"


@lru_cache
def contract(stem: str = STEM) -> Contract:
    """One of the repository's own: quarterly, due 14 days after its period."""
    path = ROOT / "data_contracts" / "providers" / f"{stem}.odcs.yaml"
    return load_contract(path, ContractProperties)


def delivery(
    delivery_id: str,
    period_to: date = date(2026, 3, 31),
    outcome: str = "accepted",
    received: int = 100,
    quarantined: int = 0,
    stem: str = STEM,
) -> Account:
    """A quarter's delivery, submitted a week after its last day."""
    first = (period_to - timedelta(days=80)).replace(day=1)
    at = datetime(period_to.year, period_to.month, period_to.day, 9, tzinfo=UTC)
    held = received if outcome == "held" else quarantined
    rejected = received if outcome == "refused" else 0
    return Account(
        delivery_id=delivery_id.ljust(16, "0"),
        stem=stem,
        provider=stem.partition("__")[0],
        period_from=first,
        period_to=period_to,
        submitted_at=at + timedelta(days=7),
        outcome=outcome,  # type: ignore[arg-type]
        reasons=("columns_present",) if outcome == "refused" else (),
        received=received,
        accepted=received - held - rejected,
        quarantined=held,
        superseded=0,
        rejected=rejected,
    )


def feed(*accounts: Account, stem: str = STEM) -> FeedFacts:
    received = frozenset(account.delivery_id for account in accounts)
    return FeedFacts(contract(stem), accounts, received)


def night(
    started_at: datetime,
    outcome: Outcome | None = Outcome.SUCCEEDED,
    *,
    steps: tuple[str, ...] = (),
    checks: tuple[tuple[str, str], ...] = (),
    faults: tuple[NightFault, ...] = (),
    by: str = "command",
) -> Night:
    """A night of ten minutes; without an outcome one that has not ended."""
    named = tuple(FailedCheck(asset=asset, check=check) for asset, check in checks)
    ending = outcome and Ending(
        outcome=outcome, failed_steps=steps, failed_checks=named, faults=faults
    )
    return Night(
        run_id=f"run-{started_at:%Y%m%d%H%M}",
        by=by,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=10) if ending else None,
        ending=ending,
    )


def last_nights(*nights: Night) -> tuple[Night, ...]:
    return tuple(sorted(nights, key=lambda one: one.started_at, reverse=True))


def facts(
    *nights: Night,
    feeds: tuple[FeedFacts, ...] = (),
    is_held: bool | None = False,
    free_bytes: int | None = 10**12,
    book: IncidentBook | None = None,
    broken: dict[str, str] | None = None,
) -> Facts:
    return Facts(
        nights=last_nights(*nights),
        is_held=is_held,
        feeds=feeds,
        last_days={},
        releases=(),
        ledger_no=None,
        free_bytes=free_bytes,
        book=book or IncidentBook(),
        broken=broken or {},
    )


def incident(
    subject: str = "a subject",
    severity: Severity = Severity.WARNING,
    kind: Kind = Kind.FEED_LATE,
    owner: str = "team:data-engineering",
    provider: str | None = None,
) -> Incident:
    return Incident(
        kind=kind,
        subject=subject,
        severity=severity,
        owner=owner,
        since=NOW,
        provider=provider,
        expected="what was expected",
        found="what was found",
        consequence="what follows",
        next_step="what to do",
    )


def home_of(folder: Path) -> Path:
    home = folder / "home"
    home.mkdir()
    return home
