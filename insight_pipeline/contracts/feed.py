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
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.verdict import RuleResult, Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Accounts
from insight_pipeline.contracts.standing.approval import approved_deliveries
from insight_pipeline.contracts.standing.reckoning import bring_up_to_date
from insight_pipeline.kernel.outcome import Outcome
from insight_pipeline.landing.receipt import Receipt, read_receipts
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class FeedResult:
    """A feed after tonight: its accounts, every verdict, and which were reached tonight."""

    contract: Contract
    accounts: Accounts
    verdicts: tuple[Verdict, ...]
    judged_now: frozenset[str]
    unchanged: bool

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
    if due:
        with bench(law, settings) as place:
            verdicts += judge_deliveries(place, due, contract, law, settings)
    kept = [v for r in receipts if (v := last_verdict(r, contract, settings)) is not None]
    accepted = {verdict.delivery_id for verdict in kept if verdict.outcome == "accepted"}
    accounts, changed = bring_up_to_date(
        contract,
        kept,
        settings,
        drops={receipt.delivery_id: len(receipt.drops) for receipt in receipts},
        same_content=_same_content([r for r in receipts if r.delivery_id in accepted]),
        approved=approved_deliveries(settings.landing, kept),
    )
    now = frozenset(receipt.delivery_id for receipt in due)
    return FeedResult(contract, accounts, tuple(verdicts), now, unchanged=not changed)


def _same_content(receipts: Sequence[Receipt]) -> frozenset[str]:
    """Deliveries, in order of submission, whose bytes one before them had."""
    first = {receipt.sha256: receipt.delivery_id for receipt in reversed(receipts)}
    ids = {receipt.delivery_id for receipt in receipts}
    return frozenset(ids - set(first.values()))
