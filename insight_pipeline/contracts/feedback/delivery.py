"""One delivery among the others of its dataset, as far as telling its provider goes.

Belongs here: which deliveries there are, what came before each, and the fingerprint of all that its
feedback depends on. Does not belong here: writing anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from insight_pipeline.contracts.feedback.since import previous_of
from insight_pipeline.contracts.judging.verdict import Verdict, read_verdict
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.contracts.standing.accounts import Account, read_accounts
from insight_pipeline.contracts.standing.references import REFERENCES
from insight_pipeline.kernel.fingerprint import file_sha256, fingerprint, tree_fingerprint
from insight_pipeline.settings import Settings


@dataclass(frozen=True)
class Delivery:
    """`contract` is the version that judged; `place` is that among all, by declared submission.

    judged: of every delivery in `ranked`, the fingerprint of its verdict.
    """

    contract: Contract
    verdict: Verdict
    account: Account
    place: int
    ranked: tuple[Account, ...]
    judged: tuple[str, ...]
    lacking: str

    @property
    def id(self) -> str:
        return self.account.delivery_id

    @property
    def previous(self) -> Account | None:
        return previous_of(self.account, self.ranked, self.contract)

    @property
    def basis(self) -> str:
        """Fingerprint of the verdict and of the words it is told in."""
        told = [self.contract.fingerprint, self.verdict.fingerprint, self.verdict.outcome]
        return fingerprint(told, _code_fingerprint())

    @property
    def mark(self) -> str:
        """Fingerprint of all that its feedback depends on: also what came before and after."""
        others = [
            # With verdicts: equal counts may be other points, and they are compared with these.
            [a.delivery_id, a.outcome, a.submitted_at.isoformat(), a.accepted + a.superseded, mark]
            for a, mark in zip(self.ranked, self.judged, strict=True)
        ]
        return fingerprint(self.basis, self.account.model_dump(mode="json"), others, self.lacking)


def deliveries_of(contract: Contract, settings: Settings) -> Iterator[Delivery]:
    """Every delivery of a dataset that has a verdict, by declared submission."""
    accounts = read_accounts(settings, contract.stem)
    ranked = tuple(sorted(accounts.deliveries if accounts else (), key=_rank))
    references = references_path(contract, settings)
    lacking = file_sha256(references) if references.exists() else ""
    verdicts = [read_verdict(settings.accepted, contract.stem, a.delivery_id) for a in ranked]
    judged = tuple(verdict.fingerprint if verdict else "" for verdict in verdicts)
    for place, (account, verdict) in enumerate(zip(ranked, verdicts, strict=True)):
        if verdict is not None:
            judging = _version(contract, verdict.judged_by)
            yield Delivery(judging, verdict, account, place, ranked, judged, lacking)


def references_path(contract: Contract, settings: Settings) -> Path:
    """Rows of the dataset that wait for another one."""
    return settings.accepted / contract.stem / REFERENCES


def _rank(account: Account) -> tuple[str, str]:
    return account.submitted_at.isoformat(), account.delivery_id


def _version(contract: Contract, version: str) -> Contract:
    """The version that judged; where it is gone, the newest speaks."""
    versions = {known.version: known for known in (*contract.earlier, contract)}
    return versions.get(version, contract)


@lru_cache(maxsize=1)
def _code_fingerprint() -> str:
    room = Path(__file__).parent
    return fingerprint([tree_fingerprint(room, pattern) for pattern in ("*.py", "*.html", "*.css")])
