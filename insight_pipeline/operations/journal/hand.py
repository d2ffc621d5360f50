"""What a night has in hand: everything its rooms read that they did not make themselves.

Belongs here: deliveries, approvals, contracts and SQL, the frequency of releases, the model people
adopted, the code; how two such states differ. Does not belong here: where entries stand (chain.py).
Threads, memory and keys are no part of it: figures do not depend on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from insight_pipeline.contracts.standing.accounts import read_accounts
from insight_pipeline.contracts.standing.approval import Approval
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.strict import load_json
from insight_pipeline.landing.receipt import Receipt, read_receipts, received_stems
from insight_pipeline.linkage.model import files as models
from insight_pipeline.linkage.model.files import Adoption
from insight_pipeline.operations.journal.entry import Code, Entry
from insight_pipeline.operations.journal.kept import content_mark, files_below
from insight_pipeline.publication.releasing.provenance import package_version, source_fingerprint
from insight_pipeline.settings import Settings

PLACES = ("data_contracts", "dbt_like_sql")
PROJECT, MODEL = "project", "model"
# Who adopts a model that no person chose (linkage/link.py): a replay comes to it by itself.
NIGHT = "the night"


@dataclass(frozen=True)
class Hand:
    """Receipts by `<stem>/<delivery id>`, approvals by delivery id, and the rest as in an entry."""

    receipts: Mapping[str, Receipt]
    approvals: Mapping[str, Approval]
    project: str
    frequency: str | None
    adoption: Adoption | None
    code: Code

    @property
    def mark(self) -> str:
        """Changes with anything in hand."""
        return fingerprint(
            {name: one.model_dump(mode="json") for name, one in self.receipts.items()},
            {name: one.model_dump(mode="json") for name, one in self.approvals.items()},
            self.project,
            self.frequency,
            self.adoption.model_dump(mode="json") if self.adoption else None,
            self.code.model_dump(mode="json"),
        )


def name_of(receipt: Receipt) -> str:
    return f"{receipt.stem}/{receipt.delivery_id}"


def in_hand(settings: Settings, before: Adoption | None) -> Hand:
    """What the night has in hand. `before`: the adoption of the newest entry.

    A delivery on which our engine failed is not in hand until it has been judged.
    """
    active = models.active(settings.models)
    is_theirs = active is not None and (active.adopted_by != NIGHT or active == before)
    return Hand(
        {name_of(receipt): receipt for receipt in _judged(settings)},
        {approval.delivery_id: approval for approval in _approvals(settings.landing)},
        content_mark(project_files(settings.project)),
        settings.release_frequency,
        active if is_theirs else None,
        Code(package=package_version(), source=source_fingerprint()),
    )


def project_files(project: Path) -> dict[str, bytes]:
    """The project's contracts and SQL, by relative name."""
    return files_below(project, PLACES)


def hand_after(entries: Iterable[Entry]) -> Hand | None:
    """What the newest of these entries, in their order, had in hand; None without any."""
    receipts: dict[str, Receipt] = {}
    approvals: dict[str, Approval] = {}
    last: Entry | None = None
    for last in entries:
        receipts.update((name_of(receipt), receipt) for receipt in last.receipts)
        approvals.update((approval.delivery_id, approval) for approval in last.approvals)
        for name in last.receipts_gone:
            receipts.pop(name, None)
        for name in last.approvals_gone:
            approvals.pop(name, None)
    if last is None:
        return None
    return Hand(receipts, approvals, last.project, last.frequency, last.adoption, last.code)


def difference(before: Hand | None, now: Hand, number: int, previous: str) -> Entry:
    """The entry that leads from one state to the next; without a first one, to all there is."""
    receipts = before.receipts if before else {}
    approvals = before.approvals if before else {}
    return Entry(
        number=number,
        previous=previous,
        hand=now.mark,
        receipts=tuple(now.receipts[n] for n in _changed(receipts, now.receipts)),
        receipts_gone=tuple(sorted(receipts.keys() - now.receipts.keys())),
        approvals=tuple(now.approvals[n] for n in _changed(approvals, now.approvals)),
        approvals_gone=tuple(sorted(approvals.keys() - now.approvals.keys())),
        project=now.project,
        frequency=now.frequency,
        adoption=now.adoption,
        code=now.code,
    )


def _changed(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    return sorted(name for name, one in now.items() if before.get(name) != one)


def _judged(settings: Settings) -> Iterable[Receipt]:
    for stem in received_stems(settings.landing):
        accounts = read_accounts(settings, stem)
        known = accounts.deliveries if accounts else ()
        judged = {one.delivery_id for one in known if one.outcome != "error"}
        yield from (r for r in read_receipts(settings.landing, stem) if r.delivery_id in judged)


def _approvals(landing: Path) -> Iterable[Approval]:
    return (load_json(path, Approval) for path in sorted((landing / "approvals").glob("*.json")))
