"""A verdict is counts and codes; it adds up and is read as it was written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.contracts.judging.verdict import (
    RuleResult,
    Verdict,
    read_verdict,
    verdict_path,
    write_verdict,
)
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.kernel.outcome import Outcome, Severity

GOOD: dict[str, Any] = {
    "delivery_id": "d1",
    "stem": "brightcare__cases",
    "provider": "brightcare",
    "contract_version": "1.0.0",
    "period_from": date(2025, 1, 1),
    "period_to": date(2025, 3, 31),
    "submitted_at": datetime(2025, 4, 7, 9, tzinfo=UTC),
    "outcome": "accepted",
    "received": 10,
    "accepted": 4,
    "quarantined": 3,
    "superseded": 2,
    "rejected": 1,
    "rules": (),
    "fingerprint": "f",
}


def result(code: str, severity: Severity, outcome: Outcome, broken: int = 0) -> RuleResult:
    return RuleResult(code=code, severity=severity, outcome=outcome, broken=broken)


def test_a_verdict_is_read_as_it_was_written(tmp_path: Path) -> None:
    rules = (result("readable", Severity.DELIVERY, Outcome.PASSED),)
    verdict = Verdict(**{**GOOD, "rules": rules})
    write_verdict(tmp_path, verdict)
    assert read_verdict(tmp_path, "brightcare__cases", "d1") == verdict
    assert read_verdict(tmp_path, "brightcare__cases", "d2") is None


def test_a_verdict_file_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    write_verdict(tmp_path, Verdict(**GOOD))
    path = verdict_path(tmp_path, "brightcare__cases", "d1")
    path.write_text(path.read_text().replace("quarantined", "quarantened"))
    with pytest.raises(InsightError, match="quarantened"):
        read_verdict(tmp_path, "brightcare__cases", "d1")


def test_the_parts_add_up_to_what_was_received() -> None:
    assert Verdict(**GOOD).balances()
    for part in ("received", "accepted", "quarantined", "superseded", "rejected"):
        assert not Verdict(**{**GOOD, part: GOOD[part] + 1}).balances()


def test_reasons_are_the_failed_delivery_rules_and_the_rules_that_could_not_run() -> None:
    rules = (
        result("a", Severity.DELIVERY, Outcome.FAILED, 1),
        result("b", Severity.DELIVERY, Outcome.PASSED),
        result("c", Severity.RECORD, Outcome.FAILED, 5),
        result("d", Severity.WARN, Outcome.WARNING, 5),
        result("e", Severity.WARN, Outcome.ERROR),
    )
    assert Verdict(**{**GOOD, "rules": rules}).reasons == ("a", "e")


def test_deliveries_rank_by_submission_and_then_by_identity() -> None:
    later = datetime(2025, 4, 8, tzinfo=UTC)
    ranks = [
        Verdict(**{**GOOD, "delivery_id": "z"}).rank,
        Verdict(**{**GOOD, "delivery_id": "a", "submitted_at": later}).rank,
        Verdict(**{**GOOD, "delivery_id": "b", "submitted_at": later}).rank,
    ]
    assert ranks == sorted(ranks)
