"""How long providers take to put right what was held or refused.

Belongs here: which later delivery mends an earlier one. Does not belong here: which of its rows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Account


def correction_days(
    contract: Contract, accounts: Collection[Account], verdicts: Mapping[str, Verdict]
) -> Mapping[str, int | None]:
    """Delivery id → days until it was mended, None while it is not; only of deliveries at fault.

    At fault: refused, held, or with rows quarantined or rejected. Mended by the next accepted
    delivery that covers the same reporting period (where a delivery is the whole dataset, by the
    next accepted one).
    A mending delivery with faults of its own starts a count of its own.
    """
    ranked = sorted(accounts, key=lambda a: (a.submitted_at, a.delivery_id))
    return {
        account.delivery_id: next(
            (
                (later.submitted_at.date() - account.submitted_at.date()).days
                for later in ranked[place + 1 :]
                if later.outcome == "accepted" and _mends(contract, account, later)
            ),
            None,
        )
        for place, account in enumerate(ranked)
        if _at_fault(account, verdicts.get(account.delivery_id))
    }


def _at_fault(account: Account, verdict: Verdict | None) -> bool:
    if account.outcome in ("refused", "held"):
        return True
    if account.outcome == "error" or verdict is None:
        return False
    # By the verdict: rows that wait for what another dataset lacks are no fault of this one.
    return verdict.quarantined + verdict.rejected > 0


def _mends(contract: Contract, account: Account, later: Account) -> bool:
    covers = later.period_from <= account.period_from and account.period_to <= later.period_to
    return contract.promise.resubmission.mode == "replace" or covers
