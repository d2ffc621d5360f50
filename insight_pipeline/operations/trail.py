"""One delivery from arrival to figure: what it declared, how it fared, what reads it.

Belongs here: gathering what every room says of a delivery, in one record. Does not belong here:
showing it (cli/, defs/). Counts, codes and names of models only: no row of any data.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from insight_pipeline.contracts.feedback.folder import SUMMARY
from insight_pipeline.contracts.judging.verdict import RuleResult, Verdict, read_verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.contracts.standing.accounts import Account, read_accounts
from insight_pipeline.indicators.catalogue import Catalogue
from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.landing.receipt import Receipt, read_receipts
from insight_pipeline.linkage.deliveries import Evidence
from insight_pipeline.operations.downstream import Downstream, Visible, gather_downstream
from insight_pipeline.settings import Settings

WAITING = "not judged yet"


@dataclass(frozen=True)
class Trail:
    """A delivery, in the order in which it went through the rooms.

    dropped: how often it was sent. outcome: of its account, or WAITING. broken: rules that rows
    broke. counts: rows by fate, received = the sum of the others. staging: models that read its
    dataset. evidence: rows for linkage. indicators: ids of those counted from its dataset. visible:
    None where no figure shows it. mark: changes when its verdict or its account does.
    """

    delivery_id: str
    stem: str
    provider: str
    declared_version: str
    period_from: date
    period_to: date
    submitted_at: datetime
    size_bytes: int
    dropped: int
    outcome: str
    judged_by: str
    reasons: tuple[str, ...]
    notices: tuple[str, ...]
    counts: Mapping[str, int]
    broken: tuple[RuleResult, ...]
    staging: tuple[str, ...]
    evidence: Evidence
    indicators: tuple[str, ...]
    visible: Visible | None
    feedback: Path
    mark: str

    @property
    def partition(self) -> str:
        """Sorts by period: deliveries of some months are a range."""
        return partition_of(self.period_to, self.delivery_id)


def partition_of(period_to: date, delivery_id: str) -> str:
    return f"{period_to.isoformat()}.{delivery_id}"


def trail(settings: Settings, catalogue: Catalogue, stem: str, delivery_id: str) -> Trail:
    """One delivery's trail; InsightError where it was never received."""
    contract = next((c for c in catalogue.contracts if c.stem == stem), None)
    downstream = gather_downstream(settings, catalogue)
    found = trails(settings, catalogue, contract, downstream, {delivery_id}) if contract else ()
    if not found:
        raise InsightError([_unknown(settings, catalogue, stem, delivery_id)])
    return found[0]


def trails(
    settings: Settings,
    catalogue: Catalogue,
    contract: Contract,
    downstream: Downstream,
    only: Collection[str] | None = None,
) -> tuple[Trail, ...]:
    """Trails of a feed's deliveries, by period; `only`: of these ids."""
    stood = read_accounts(settings, contract.stem)
    accounts = {account.delivery_id: account for account in stood.deliveries} if stood else {}
    staging = [m.name for m in catalogue.staging if accepted_relation(contract) in m.reads]
    found = [
        _trail(receipt, accounts.get(receipt.delivery_id), tuple(staging), downstream, settings)
        for receipt in read_receipts(settings.landing, contract.stem)
        if only is None or receipt.delivery_id in only
    ]
    return tuple(sorted(found, key=lambda each: each.partition))


def marks(settings: Settings, contract: Contract) -> dict[str, tuple[str, str]]:
    """Delivery id → (partition, mark) of those with an account; cheap, nothing is counted."""
    stood = read_accounts(settings, contract.stem)
    return {
        account.delivery_id: (
            partition_of(account.period_to, account.delivery_id),
            _mark(account, read_verdict(settings.accepted, account.stem, account.delivery_id)),
        )
        for account in (stood.deliveries if stood else ())
    }


def _trail(
    receipt: Receipt,
    account: Account | None,
    staging: tuple[str, ...],
    downstream: Downstream,
    settings: Settings,
) -> Trail:
    declared, stem = receipt.manifest, receipt.stem
    verdict = read_verdict(settings.accepted, stem, receipt.delivery_id)
    indicators = downstream.indicators.get(stem, ())
    period = f"{declared.period_from}_{declared.period_to}"
    outbox = settings.outbox / declared.provider / declared.dataset / period / receipt.delivery_id
    return Trail(
        delivery_id=receipt.delivery_id,
        stem=stem,
        provider=declared.provider,
        declared_version=declared.contract_version,
        period_from=declared.period_from,
        period_to=declared.period_to,
        submitted_at=declared.submitted_at,
        size_bytes=receipt.size_bytes,
        dropped=max(len(receipt.drops), 1),
        outcome=account.outcome if account else WAITING,
        judged_by=verdict.judged_by if verdict else "",
        reasons=account.reasons if account else (),
        notices=account.notices if account else (),
        counts=_counts(account),
        broken=_broken(verdict),
        staging=staging,
        evidence=downstream.evidence.get(receipt.delivery_id, Evidence()),
        indicators=indicators,
        visible=_visible(account, indicators, downstream),
        feedback=outbox / SUMMARY,
        mark=_mark(account, verdict) if account else "",
    )


def _counts(account: Account | None) -> dict[str, int]:
    names = ("received", "accepted", "quarantined", "superseded", "rejected")
    return {name: getattr(account, name) if account else 0 for name in names}


def _broken(verdict: Verdict | None) -> tuple[RuleResult, ...]:
    """Rules that did not pass, those that broke most first; ties by code."""
    found = [
        rule
        for rule in (verdict.rules if verdict else ())
        if rule.outcome in (Outcome.WARNING, Outcome.FAILED, Outcome.ERROR)
    ]
    return tuple(sorted(found, key=lambda rule: (-rule.broken, rule.code)))


def _visible(
    account: Account | None, indicators: tuple[str, ...], downstream: Downstream
) -> Visible | None:
    """What was published last, where rows of it stand, in a period that is closed."""
    closed_to = downstream.closed_to
    stands = account is not None and account.accepted > 0 and bool(indicators)
    if not stands or account is None or closed_to is None or account.period_from > closed_to:
        return None
    return downstream.shown


def _mark(account: Account, verdict: Verdict | None) -> str:
    judged = [verdict.fingerprint, verdict.outcome] if verdict else []
    return fingerprint(account.model_dump(mode="json"), judged)[:16]


def _unknown(settings: Settings, catalogue: Catalogue, stem: str, delivery_id: str) -> Fault:
    stems = [contract.stem for contract in catalogue.contracts]
    ids = [receipt.delivery_id for receipt in read_receipts(settings.landing, stem)]
    return Fault(
        where=f"delivery '{delivery_id}' of {stem}",
        expected="a delivery that was received",
        found="no receipt of it" if stem in stems else "no contract of this feed",
        consequence="there is nothing to show",
        next_step=nearest(delivery_id, ids) if stem in stems else nearest(stem, stems),
    )
