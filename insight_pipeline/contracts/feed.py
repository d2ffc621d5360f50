"""One feed's nightly work: judge what is new, then bring the dataset up to date.

Belongs here: the contracts room's front door. Does not belong here: Dagster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insight_pipeline.contracts.judging.judge import (
    bench,
    judge_deliveries,
    last_verdict,
    standing_verdict,
)
from insight_pipeline.contracts.judging.keeping import are_rows_whole
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.verdict import RuleResult, Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Accounts
from insight_pipeline.contracts.standing.approval import approved_deliveries
from insight_pipeline.contracts.standing.reckoning import bring_up_to_date
from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.landing.receipt import Receipt, read_receipts
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class FeedResult:
    """A feed after tonight: its accounts, every verdict, and which were reached tonight.

    engine_faults: why deliveries could not be judged; never a fault of theirs.
    """

    contract: Contract
    accounts: Accounts
    verdicts: tuple[Verdict, ...]
    judged_now: frozenset[str]
    unchanged: bool
    engine_faults: tuple[Fault, ...] = ()

    def worst(self, code: str) -> RuleResult | None:
        """The worst result of a rule among tonight's deliveries, else among all of them."""
        considered = [v for v in self.verdicts if v.delivery_id in self.judged_now] or self.verdicts
        results = [rule for v in considered for rule in v.rules if rule.code == code]
        return max(results, key=lambda rule: (_BADNESS[rule.outcome], rule.broken), default=None)


_BADNESS = {
    Outcome.SKIPPED: 0,
    Outcome.PASSED: 1,
    Outcome.WARNING: 2,
    Outcome.FAILED: 3,
    Outcome.ERROR: 4,
}


def process_feed(contract: Contract, law: Law, settings: Settings) -> FeedResult:
    """Judge every delivery of the feed that is new or whose law changed; reckon what stands.

    Where our engine fails on a delivery judged before, the dataset keeps the earlier verdict.
    """
    receipts = read_receipts(settings.landing, contract.stem)
    standing = [standing_verdict(receipt, contract, law, settings) for receipt in receipts]
    due = [receipt for receipt, known in zip(receipts, standing, strict=True) if known is None]
    verdicts = [verdict for verdict in standing if verdict is not None]
    faults: list[Fault] = []
    if due:
        with bench(law, settings) as place:
            verdicts += judge_deliveries(place, due, contract, law, settings, faults.append)
    accounts, changed = reckon_feed(contract, receipts, due, settings)
    now = frozenset(receipt.delivery_id for receipt in due)
    return FeedResult(contract, accounts, tuple(verdicts), now, not changed, tuple(faults))


def reckon_feed(
    contract: Contract, receipts: Sequence[Receipt], due: Sequence[Receipt], settings: Settings
) -> tuple[Accounts, bool]:
    """Bring the dataset up to date with the verdicts there are; False when nothing had changed.

    `due`: deliveries just judged.
    """
    kept = [v for r in receipts if (v := last_verdict(r, contract, settings)) is not None]
    raise_all(_lost(verdict) for verdict in kept if _is_lost(verdict, due, settings))
    accepted = {verdict.delivery_id for verdict in kept if verdict.outcome == "accepted"}
    return bring_up_to_date(
        contract,
        kept,
        settings,
        drops={receipt.delivery_id: len(receipt.drops) for receipt in receipts},
        same_content=_same_content([r for r in receipts if r.delivery_id in accepted]),
        approved=approved_deliveries(settings.landing, kept),
    )


def _is_lost(verdict: Verdict, due: Sequence[Receipt], settings: Settings) -> bool:
    """Whether rows that were kept are damaged, and could not be made again from landing."""
    tried = {receipt.delivery_id for receipt in due}
    return verdict.delivery_id in tried and not are_rows_whole(verdict, settings)


def _lost(verdict: Verdict) -> Fault:
    return Fault(
        where=f"accepted/{verdict.stem}, delivery {verdict.delivery_id}",
        expected="the rows that were kept with its verdict, or its bytes in landing to judge again",
        found="rows that were damaged or lost, and no judgement tonight",
        consequence="the feed stays as it stood; this says nothing about the provider's data",
        next_step="restore landing/ from backup, or have the file dropped again; then run again",
    )


def _same_content(receipts: Sequence[Receipt]) -> frozenset[str]:
    """Deliveries, in order of submission, whose bytes one before them had."""
    first = {receipt.sha256: receipt.delivery_id for receipt in reversed(receipts)}
    ids = {receipt.delivery_id for receipt in receipts}
    return frozenset(ids - set(first.values()))
