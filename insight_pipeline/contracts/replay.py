"""Judging chosen deliveries again from their landed bytes, and saying whether that told the same.

Belongs here: a replay of one feed. Does not belong here: the night (feed.py), which judges again by
itself whatever has another contract or rule by now.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from insight_pipeline.contracts.feed import reckon_feed
from insight_pipeline.contracts.judging.judge import bench, judge_deliveries, last_verdict
from insight_pipeline.contracts.judging.law import Law
from insight_pipeline.contracts.judging.verdict import Verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.kernel.errors import Fault, raise_all
from insight_pipeline.kernel.fingerprint import file_sha256
from insight_pipeline.landing.receipt import Receipt, read_receipts
from insight_pipeline.landing.reception import blob_path
from insight_pipeline.settings import Settings

COUNTS = ("received", "accepted", "quarantined", "superseded", "rejected")


@dataclass(frozen=True)
class Replayed:
    """before: the verdict that stood. now: what the same bytes come to. An error set aside nothing:
    our engine failed, and the earlier verdict and its rows stand.
    """

    before: Verdict | None
    now: Verdict

    @property
    def delivery_id(self) -> str:
        return self.now.delivery_id

    @property
    def failed(self) -> bool:
        return self.now.outcome == "error"

    @property
    def is_same(self) -> bool:
        """The same in every word, and the same rows; the fingerprint also names code."""
        if self.before is None or _said(self.before) != _said(self.now):
            return False
        # Verdicts of earlier versions of this code have no hashes of their rows.
        return not self.before.rows_sha256 or self.before.rows_sha256 == self.now.rows_sha256

    @property
    def differences(self) -> dict[str, tuple[int, int]]:
        """Count, or rule → rows or things then and now, of those that differ."""
        then, now = _numbers(self.before), _numbers(self.now)
        return {
            name: (then.get(name, 0), now.get(name, 0))
            for name in sorted(then.keys() | now.keys())
            if then.get(name, 0) != now.get(name, 0)
        }


@dataclass(frozen=True)
class Replay:
    """What a replay of some of a feed's deliveries came to; `changed`: its dataset did.

    faults: why our engine failed; never a fault of a delivery.
    """

    contract: Contract
    deliveries: tuple[Replayed, ...]
    changed: bool
    faults: tuple[Fault, ...]


def replay_deliveries(
    contract: Contract, law: Law, settings: Settings, delivery_ids: Collection[str]
) -> Replay:
    """Judge these deliveries again, and bring the feed's dataset up to date; nothing else is.

    InsightError before anything is changed, where one was never received or its bytes are damaged.
    """
    received = read_receipts(settings.landing, contract.stem)
    due = [receipt for receipt in received if receipt.delivery_id in delivery_ids]
    absent = sorted(set(delivery_ids) - {receipt.delivery_id for receipt in due})
    raise_all([*map(_never_received, absent), *_damaged(due, settings)])
    before = [last_verdict(receipt, contract, settings) for receipt in due]
    faults: list[Fault] = []
    with bench(law, settings) as place:
        verdicts = judge_deliveries(place, due, contract, law, settings, faults.append)
    _, changed = reckon_feed(contract, received, due, settings)
    replayed = tuple(map(Replayed, before, verdicts))
    return Replay(contract, replayed, changed, tuple(faults))


def _said(verdict: Verdict) -> dict[str, object]:
    return verdict.model_dump(exclude={"fingerprint", "rows_sha256"})


def _numbers(verdict: Verdict | None) -> dict[str, int]:
    if verdict is None:
        return {}
    counts = {name: getattr(verdict, name) for name in COUNTS}
    return {**counts, **{f"rule {rule.code}": rule.broken for rule in verdict.rules}}


def _damaged(receipts: Sequence[Receipt], settings: Settings) -> list[Fault]:
    return [
        Fault(
            where=f"delivery {receipt.delivery_id}: its bytes in landing/blobs",
            expected="the bytes that were received",
            found=found,
            consequence="nothing is judged again; the verdicts that stand are unharmed",
            next_step="put landing/ back from a backup, or have the provider send the file again: "
            "the same file heals it",
        )
        for receipt in receipts
        if (found := _harm(receipt, settings))
    ]


def _harm(receipt: Receipt, settings: Settings) -> str | None:
    try:
        sha256 = file_sha256(blob_path(settings.landing, receipt.sha256))
    except OSError:
        return "no file that can be opened"
    return None if sha256 == receipt.sha256 else "other bytes"


def _never_received(delivery_id: str) -> Fault:
    return Fault(
        where=f"delivery '{delivery_id}'",
        expected="a delivery that was received",
        found="no receipt of it",
        consequence="nothing is judged again",
        next_step="`insight deliveries` lists them",
    )
