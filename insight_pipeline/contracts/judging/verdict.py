"""What was decided about one delivery: counts and codes, never a value.

Belongs here: the record of a judgement. Does not belong here: judging.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.outcome import Outcome, Severity
from insight_pipeline.kernel.strict import StrictModel, load_json


class RuleResult(StrictModel):
    """One rule's outcome on one delivery; `broken` counts the rows (or things) that break it.

    A rule with a limit may pass with some broken.
    """

    code: str
    severity: Severity
    outcome: Outcome
    broken: int


class Normalised(StrictModel):
    """How many cells of a column a named repair (normalise.py) changed; of a header, 1."""

    column: str
    name: str
    cells: int


class LineCounts(StrictModel):
    """Where the physical lines went that are no rows (landing/reading.py)."""

    physical: int
    header: int
    blank: int
    continued: int


class Verdict(StrictModel):
    """received = accepted + quarantined + superseded + rejected, always.

    accepted: the delivery's sound rows went on. refused: none did, all rows are rejected; the
    bytes stay in landing. error: our engine failed, nothing is said about the data, and the
    delivery is judged again next time. `superseded` counts repeats within the file itself.

    judged_by: the contract version that judged. profile: column → its cells by code ('' missing,
    '*' filled). unreadable: the reader's code, where the whole document could not be read.
    """

    delivery_id: str
    stem: str
    provider: str
    contract_version: str
    period_from: date
    period_to: date
    submitted_at: datetime
    outcome: Literal["accepted", "refused", "error"]
    received: int
    accepted: int
    quarantined: int
    superseded: int
    rejected: int
    rules: tuple[RuleResult, ...]
    fingerprint: str
    judged_by: str = ""
    normalised: tuple[Normalised, ...] = ()
    profile: dict[str, dict[str, int]] = Field(default_factory=dict)
    unreadable: str | None = None
    notes: tuple[str, ...] = ()
    lines: LineCounts | None = None
    # Kind of rows (keeping.py) → SHA-256 of the file they are kept in; those of older verdicts
    # were not written down.
    rows_sha256: dict[str, str] = Field(default_factory=dict)

    @property
    def rank(self) -> tuple[str, str]:
        return self.submitted_at.isoformat(), self.delivery_id

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of the delivery rules that refused it (or of all rules that could not run)."""
        return tuple(
            rule.code
            for rule in self.rules
            if rule.outcome is Outcome.ERROR
            or (rule.severity is Severity.DELIVERY and rule.outcome is Outcome.FAILED)
        )

    def balances(self) -> bool:
        parts = self.accepted + self.quarantined + self.superseded + self.rejected
        return self.received == parts


def verdict_path(accepted: Path, stem: str, delivery_id: str) -> Path:
    return accepted / stem / f"{delivery_id}.verdict.json"


@contextmanager
def writing_verdict(accepted: Path, verdict: Verdict) -> Iterator[None]:
    """Write the verdict at once; it counts on a clean exit."""
    with replacing_file(verdict_path(accepted, verdict.stem, verdict.delivery_id)) as work:
        work.write_text(verdict.model_dump_json(indent=2), encoding="utf-8")
        yield


def write_verdict(accepted: Path, verdict: Verdict) -> None:
    with writing_verdict(accepted, verdict):
        pass


def read_verdict(accepted: Path, stem: str, delivery_id: str) -> Verdict | None:
    path = verdict_path(accepted, stem, delivery_id)
    return load_json(path, Verdict) if path.exists() else None
